import { Group, Stack, Table, Text, Title } from '@mantine/core';
import { client, read } from '../../app/client.ts';
import { useDocument } from '../../app/document.ts';
import { Chip } from '../../components/chip.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { count, words } from '../../components/format.ts';
import { JobBar, JobPanel } from '../../components/job-progress.tsx';
import { ThumbnailLink } from '../../components/thumbnail-link.tsx';
import { Waiting } from '../../components/waiting.tsx';
import classes from './audit.module.css';

const reasons: Readonly<Record<string, string>> = { quarantined: 'left out by an accepted correction', 'opposite-labels': 'the same picture has the other label', unreadable: 'cannot be read', unlisted: 'in no published list' };

/** The clean track as it now is, beside the published lists; made anew when a correction is decided. */
export function CleanTrack({ release, fingerprint, labels, compact = false }: { readonly release: string; readonly fingerprint: string | undefined; readonly labels: readonly string[]; readonly compact?: boolean }) {
  const get = (track: 'legacy' | 'clean') => () => read(client.api.releases[':release'].tracks[':track'].$get({ param: { release, track } }));
  const clean = useDocument(release, ['track', 'clean'], get('clean'));
  const legacy = useDocument(release, ['track', 'legacy'], get('legacy'));
  if (clean.error !== null) return <ErrorPanel error={clean.error} />;
  if (clean.data === undefined) return <Waiting />;
  if (clean.data.state !== 'ready') return compact ? <JobBar job={clean.data.job} /> : <JobPanel job={clean.data.job} what="The clean track is being made" />;
  const track = clean.data.document;
  const published = legacy.data?.state === 'ready' ? legacy.data.document : undefined;
  const all = (parts: typeof track.parts, label?: string): number => parts.reduce((sum, part) => sum + part.labels.reduce((own, one) => own + (label === undefined || one.label === label ? one.images : 0), 0), 0);
  return (
    <Stack gap="lg" className={compact ? (classes['compact'] ?? '') : ''}>
      <div>
        <Group gap="xs" mb={4}><Title order={2}>Clean track</Title><Chip tone={track.holds ? 'good' : 'error'}>{track.holds ? 'nothing leaks' : 'leaks'}</Chip></Group>
        <Text size="sm" c="dimmed">Grouped by patient, paper, figure and true duplicate, quarantined images left out{track.seed === null ? '' : `; seed ${track.seed}`}.</Text>
      </div>
      <Table className="numbers" withTableBorder bg="var(--surface)" aria-label="Images of the clean track">
        <Table.Thead><Table.Tr><Table.Th>Part</Table.Th>{(track.parts[0]?.labels ?? []).map(({ label }) => <Table.Th key={label} ta="right">{label}</Table.Th>)}<Table.Th ta="right">all</Table.Th>{!compact && published !== undefined && <Table.Th ta="right">published</Table.Th>}</Table.Tr></Table.Thead>
        <Table.Tbody>
          {track.parts.map((part, i) => (
            <Table.Tr key={part.part}><Table.Td>{part.part}</Table.Td>{part.labels.map(({ label, images }) => <Table.Td key={label} ta="right">{count(images)}</Table.Td>)}<Table.Td ta="right">{count(all([part]))}</Table.Td>{!compact && published !== undefined && <Table.Td ta="right">{count(all(published.parts.slice(i, i + 1)))}</Table.Td>}</Table.Tr>
          ))}
          <Table.Tr fw={600}><Table.Td>all</Table.Td>{(track.parts[0]?.labels ?? []).map(({ label }) => <Table.Td key={label} ta="right">{count(all(track.parts, label))}</Table.Td>)}<Table.Td ta="right" data-testid="clean-total">{count(all(track.parts))}</Table.Td>{!compact && published !== undefined && <Table.Td ta="right">{count(all(published.parts))}</Table.Td>}</Table.Tr>
        </Table.Tbody>
      </Table>
      <div>
        <Title order={3} mb={4}>Left out</Title>
        {track.leftOut.length === 0 ? <Text size="sm" c="dimmed">Nothing.</Text> : track.leftOut.map(({ reason, images }) => <Text key={reason} size="sm"><b className="numbers">{count(images)}</b> {reasons[reason] ?? words(reason)}</Text>)}
      </div>
      {!compact && (
        <>
          <div>
            <Title order={3} mb={6}>Ties that straddle parts</Title>
            <Table className="numbers" withTableBorder bg="var(--surface)" maw={560}>
              <Table.Thead><Table.Tr><Table.Th>Tie</Table.Th><Table.Th ta="right">shared by images</Table.Th><Table.Th ta="right">straddle, clean</Table.Th>{published !== undefined && <Table.Th ta="right">straddle, published</Table.Th>}</Table.Tr></Table.Thead>
              <Table.Tbody>{track.proof.map(({ kind, shared, straddling }) => <Table.Tr key={kind}><Table.Td>{kind}</Table.Td><Table.Td ta="right">{count(shared)}</Table.Td><Table.Td ta="right">{count(straddling)}</Table.Td>{published !== undefined && <Table.Td ta="right">{count(published.proof.find((one) => one.kind === kind)?.straddling ?? 0)}</Table.Td>}</Table.Tr>)}</Table.Tbody>
            </Table>
          </div>
          {track.leftOutImages.length > 0 && <div className={classes['pictures']} data-large={false}>{track.leftOutImages.map((image) => <ThumbnailLink key={image.key} release={release} fingerprint={fingerprint} image={image} positive={labels[0] ?? ''} note={image.reason} />)}</div>}
        </>
      )}
    </Stack>
  );
}
