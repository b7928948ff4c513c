import { Button, FileInput, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf } from '../../app/client.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';

/** Takes a table of scores of any model; what does not fit is refused, by name. */
export function UploadDialog({ release, track, close }: { readonly release: string; readonly track: 'legacy' | 'clean'; readonly close: () => void }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const upload = useMutation({
    mutationFn: async () => {
      const response = await fetch(`/api/releases/${release}/uploads/predictions?name=${encodeURIComponent(name)}&track=${track}`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: file });
      if (!response.ok) throw await problemOf(response);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['release', release] });
      notifications.show({ message: 'Received. It is being judged with the others.' });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title="Upload predictions" size="md">
      <Stack component="form" onSubmit={(event) => { event.preventDefault(); upload.mutate(); }}>
        <Text size="sm">A CSV with the header <code>image,score</code>: the image as in the name lists, the score as probability of COVID, one row for each test image of the {track} track. Missing, extra, repeated and non-finite rows are refused, by name.</Text>
        <FileInput label="Table" placeholder="predictions.csv" accept=".csv,text/csv" required value={file} onChange={(chosen) => { setFile(chosen); if (name === '' && chosen !== null) setName(chosen.name.replace(/\.csv$/i, '')); }} size="xs" />
        <TextInput label="Name on the board" required value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={100} />
        {upload.error !== null && <ErrorPanel error={upload.error} />}
        <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit" disabled={file === null || name.trim() === ''} loading={upload.isPending}>Upload</Button></Group>
      </Stack>
    </Modal>
  );
}
