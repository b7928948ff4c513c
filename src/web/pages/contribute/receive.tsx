import { Button, FileInput, Group, Paper, Progress, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, problemOf, read } from '../../app/client.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { ReceiptView, type Receipt } from './receipts.tsx';

/** Receives a bundle, or the message that it came in: checked again, imported whole or refused. */
export function Receive({ release, received }: { readonly release: string; readonly received: (submission: string) => void }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [by, setBy] = useLocalStorage({ key: 'covid-ct-author', defaultValue: '' });
  const [reviewers, setReviewers] = useState('1');
  const upload = useMutation({
    mutationFn: async () => {
      const type = /\.eml$/i.test(file?.name ?? '') ? 'message/rfc822' : 'application/zip';
      const response = await fetch(`/api/releases/${release}/uploads/contributions?by=${encodeURIComponent(by.trim())}&reviewers=${reviewers}`, { method: 'POST', headers: { 'content-type': type }, body: file });
      if (!response.ok) throw await problemOf(response);
      return (await response.json()) as Receipt;
    },
    onSuccess: async (receipt) => {
      await queries.invalidateQueries({ queryKey: ['contributions'] });
      if (receipt.state !== 'refused') received(receipt.submission);
    },
  });
  const { data } = useQuery({ queryKey: ['contributions', release, 'progress'], queryFn: () => read(client.api.releases[':release'].contributions.progress.$get({ param: { release } })), enabled: upload.isPending, refetchInterval: 1500 });
  const known = data?.progress ?? null;
  return (
    <Stack maw={760}>
      <Paper withBorder p="md" bg="var(--surface)" component="form" onSubmit={(event) => { event.preventDefault(); upload.mutate(); }}>
        <Stack gap="sm">
          <Text size="sm">A bundle that covid-ct or this page made (.zip), or the message that it came in (.eml). It is checked as if it were typed here; all of it is taken, or nothing, with a receipt that says why.</Text>
          <FileInput label="Bundle or message" placeholder="contribution.zip or contribution.eml" accept=".zip,.eml,application/zip,message/rfc822" required value={file} onChange={setFile} size="xs" />
          <Group align="flex-end">
            <TextInput label="Received by" required value={by} onChange={(event) => setBy(event.currentTarget.value)} autoComplete="name" maxLength={200} w={260} />
            <div>
              <Text size="xs" fw={500} mb={2}>Reviewers who must agree</Text>
              <SegmentedControl aria-label="Reviewers who must agree" value={reviewers} onChange={setReviewers} data={['1', '2']} />
            </div>
          </Group>
          {upload.isPending && known !== null && <div><Text size="sm">Getting to know the release’s pictures, to find copies. This is done once.</Text><Progress mt={6} size="sm" value={(100 * known.done) / known.total} aria-label="Describing" /></div>}
          {upload.error !== null && <ErrorPanel error={upload.error} />}
          <Group justify="flex-end"><Button type="submit" disabled={file === null || by.trim() === ''} loading={upload.isPending}>Receive</Button></Group>
        </Stack>
      </Paper>
      {upload.data?.state === 'refused' && <ReceiptView receipt={upload.data} />}
    </Stack>
  );
}
