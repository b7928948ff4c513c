import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** The head of a page, and its content below. */
export function PageFrame({ title, about, actions, children, wide = false }: { readonly title: string; readonly about?: ReactNode; readonly actions?: ReactNode; readonly children: ReactNode; readonly wide?: boolean }) {
  return (
    <Stack p={{ base: 'sm', sm: 'lg' }} gap="lg" maw={wide ? undefined : 1280}>
      <Group justify="space-between" align="flex-end" gap="md">
        <div>
          <Title order={1}>{title}</Title>
          {about !== undefined && <Text c="dimmed" size="sm" mt={2}>{about}</Text>}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
