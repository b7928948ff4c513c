import { Button, CopyButton, Group, Text } from '@mantine/core';
import classes from './copy-block.module.css';

/** A text to be copied. */
export function CopyBlock({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>{title}</Text>
        <CopyButton value={text}>{({ copied, copy }) => <Button variant="subtle" size="compact-xs" onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}</CopyButton>
      </Group>
      <pre className={classes['block']} tabIndex={0} aria-label={title}>{text}</pre>
    </div>
  );
}
