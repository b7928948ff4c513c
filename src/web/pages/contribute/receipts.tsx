import { Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { InferResponseType } from 'hono/client';
import { useState } from 'react';
import { client, read } from '../../app/client.ts';
import { Chip, type Tone } from '../../components/chip.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { counted } from '../../components/format.ts';
import { Waiting } from '../../components/waiting.tsx';
import { WhoDialog } from '../../components/who-dialog.tsx';
import classes from './contribute.module.css';

const { contributions } = client.api;

/** What a contributor is told of a submission. */
export type Receipt = InferResponseType<(typeof contributions)[':id']['$get']>;

const tones: Readonly<Record<Receipt['state'], Tone>> = { refused: 'error', 'under review': 'accent', accepted: 'good', 'partly accepted': 'warning', rejected: 'error', withdrawn: 'note' };
const imageTones: Readonly<Record<string, Tone>> = { accepted: 'good', rejected: 'error', refused: 'error', withdrawn: 'note' };

/** A receipt as it stands. */
export function ReceiptView({ receipt }: { readonly receipt: Receipt }) {
  const { submission, contributor, received, state, refusals, images } = receipt;
  const queries = useQueryClient();
  const [withdrawing, setWithdrawing] = useState(false);
  const withdraw = useMutation({
    mutationFn: (json: { readonly author: string; readonly reason: string }) => read(contributions[':id'].withdraw.$post({ param: { id: submission }, json })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['contributions'] });
      setWithdrawing(false);
    },
  });
  const over = state === 'refused' || state === 'withdrawn';
  return (
    <Paper withBorder p="md" bg="var(--surface)" component="section" aria-label={`Receipt ${submission}`}>
      <Group justify="space-between" mb="sm">
        <div>
          <Group gap="xs"><Title order={2}>Receipt {submission}</Title><Chip tone={tones[state]}>{state}</Chip></Group>
          <Text size="sm" c="dimmed">{contributor}, {new Date(received).toLocaleString()}. Its number is made of its content: the same bundle always has the same.</Text>
        </div>
        <Group gap="xs">
          <Button variant="default" component="a" href={`/api/contributions/${submission}`} download={`${submission}.json`} leftSection={<IconDownload size={15} />}>Receipt (JSON)</Button>
          {!over && <Button variant="default" onClick={() => setWithdrawing(true)}>Withdraw</Button>}
        </Group>
      </Group>
      {state === 'refused' ? (
        <Stack gap="xs">
          {refusals.map(({ message, hint }) => <div key={message} className={classes['finding']} data-tone="error"><div><Text size="sm" className="wrap-anywhere">{message}</Text><Text size="xs" c="dimmed">{hint}</Text></div></div>)}
          <Text size="sm" c="dimmed">Nothing of it was taken. When what it was refused for has changed, the same bundle may be received again.</Text>
        </Stack>
      ) : (
        <div className={classes['scroll']}>
          <Table className="numbers">
            <Table.Thead><Table.Tr><Table.Th>File</Table.Th><Table.Th>Candidate</Table.Th><Table.Th>State</Table.Th><Table.Th>Why</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{images.map((image) => <Table.Tr key={image.file}><Table.Td>{image.file}</Table.Td><Table.Td>{image.candidate ?? '–'}</Table.Td><Table.Td><Chip tone={imageTones[image.state] ?? 'accent'}>{image.state}</Chip></Table.Td><Table.Td>{image.why}</Table.Td></Table.Tr>)}</Table.Tbody>
          </Table>
        </div>
      )}
      <WhoDialog title="Withdraw this submission" about="All its images are taken back, whatever was decided. What was published already is withdrawn from the release apart (covid-ct release withdraw)." action="Withdraw" opened={withdrawing} close={() => setWithdrawing(false)} decide={(who) => withdraw.mutate(who)} pending={withdraw.isPending} error={withdraw.error} />
    </Paper>
  );
}

/** All submissions, and the receipt of the one that is chosen. */
export function Receipts({ chosen, choose }: { readonly chosen: string; readonly choose: (submission: string) => void }) {
  const { data, error, refetch } = useQuery({ queryKey: ['contributions', 'receipts'], queryFn: () => read(contributions.$get()) });
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  const { receipts } = data;
  const shown = receipts.find(({ submission }) => submission === chosen);
  if (receipts.length === 0) return <Text c="dimmed">Nothing has been submitted or received yet.</Text>;
  return (
    <Stack>
      {shown !== undefined && <ReceiptView key={shown.submission} receipt={shown} />}
      {chosen !== '' && shown === undefined && <Text>There is no submission {chosen} here.</Text>}
      <Paper withBorder bg="var(--surface)" className={classes['scroll']}>
        <Table highlightOnHover className="numbers">
          <Table.Thead><Table.Tr><Table.Th>Submission</Table.Th><Table.Th>Received</Table.Th><Table.Th>State</Table.Th><Table.Th ta="right">Images</Table.Th><Table.Th>Contributor</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {receipts.map(({ submission, received, state, images, contributor }) => (
              <Table.Tr key={submission}>
                <Table.Td><button type="button" className={classes['choose']} aria-current={submission === chosen} onClick={() => choose(submission)}>{submission}</button></Table.Td>
                <Table.Td>{new Date(received).toLocaleDateString()}</Table.Td>
                <Table.Td><Chip tone={tones[state]}>{state}</Chip></Table.Td>
                <Table.Td ta="right">{images.length}</Table.Td>
                <Table.Td className="wrap-anywhere">{contributor}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Paper>
      <Text size="xs" c="dimmed">{counted(receipts.length, 'submission')}. Candidates under review are decided on the page Review.</Text>
    </Stack>
  );
}
