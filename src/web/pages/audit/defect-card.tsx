import { Button, Group, Text } from '@mantine/core';
import { Chip } from '../../components/chip.tsx';
import { count, words } from '../../components/format.ts';
import { ThumbnailLink } from '../../components/thumbnail-link.tsx';
import classes from './audit.module.css';

/** A defect as the page shows it. */
export interface ShownDefect {
  readonly index: number;
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly evidence: string;
  readonly images: readonly { readonly key: string; readonly name: string; readonly label: string; readonly splits: readonly string[]; readonly patient: string | null }[];
  readonly imageCount: number;
  readonly action: 'quarantine' | 'relabel' | 'regroup' | 'look';
  readonly suggestion: string;
}

/** A defect: its evidence, its pictures side by side, and what to do. */
export function DefectCard({ defect, release, fingerprint, positive, propose }: { readonly defect: ShownDefect; readonly release: string; readonly fingerprint: string | undefined; readonly positive: string; readonly propose: () => void }) {
  const { code, severity, evidence, images, imageCount, action, suggestion } = defect;
  const large = images.length <= 3;
  return (
    <article className={classes['defect']} aria-label={words(code)}>
      <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Group gap={6} mb={4}><Chip tone={severity}>{severity}</Chip><Text size="sm" fw={600}>{words(code)}</Text></Group>
          <Text size="sm" className="wrap-anywhere">{evidence}</Text>
        </div>
        {action !== 'look' && <Button variant="default" size="compact-xs" onClick={propose} className={classes['propose'] ?? ''}>Propose</Button>}
      </Group>
      {images.length > 0 && (
        <div className={classes['pictures']} data-large={large}>
          {images.map((image) => <ThumbnailLink key={image.key} release={release} fingerprint={fingerprint} image={image} positive={positive} side={large ? 320 : 160} note={image.patient ?? undefined} />)}
        </div>
      )}
      <Text size="xs" c="dimmed">{imageCount > images.length && `${count(imageCount)} images, of which the first are shown. `}{action === 'look' ? `To look at: ${suggestion}` : `Suggested: ${suggestion}`}</Text>
    </article>
  );
}
