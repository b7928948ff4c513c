import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';
import { ErrorPanel } from './error-panel.tsx';

/** Asks who decides and why: both are kept in the history. The name is remembered in this browser. */
export function WhoDialog({ title, about, action, opened, close, decide, pending, error, reasonFirst = '', children }: {
  readonly title: string;
  readonly about: string;
  /** Of the button. */
  readonly action: string;
  readonly opened: boolean;
  readonly close: () => void;
  readonly decide: (who: { readonly author: string; readonly reason: string }) => void;
  readonly pending: boolean;
  readonly error: unknown;
  readonly reasonFirst?: string;
  readonly children?: ReactNode;
}) {
  const [author, setAuthor] = useLocalStorage({ key: 'covid-ct-author', defaultValue: '' });
  const [reason, setReason] = useState(reasonFirst);
  const ready = author.trim() !== '' && reason.trim() !== '';
  return (
    <Modal opened={opened} onClose={close} title={title} size="md">
      <Stack component="form" gap="sm" onSubmit={(event) => { event.preventDefault(); if (ready) decide({ author: author.trim(), reason: reason.trim() }); }}>
        <Text size="sm">{about}</Text>
        {children}
        <TextInput label="Your name" required value={author} onChange={(event) => setAuthor(event.currentTarget.value)} autoComplete="name" />
        <Textarea label="Why" required autosize minRows={2} value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
        {error !== null && error !== undefined && <ErrorPanel error={error} />}
        <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit" disabled={!ready} loading={pending}>{action}</Button></Group>
      </Stack>
    </Modal>
  );
}
