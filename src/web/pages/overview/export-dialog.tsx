import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, read } from '../../app/client.ts';
import { jobsKey, useJobs } from '../../app/jobs.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { JobBar } from '../../components/job-progress.tsx';

/** What a format is called where its own name would puzzle. */
const names: Readonly<Record<string, string>> = { lists: 'Name lists (Data-split)', croissant: 'Croissant', parquet: 'Parquet', imagefolder: 'ImageFolder', csv: 'CSV', upstream: 'Upstream’s layout' };

/** A track in another program's layout: made by a job, downloaded when it is done. */
export function ExportDialog({ release, track, close }: { readonly release: string; readonly track: 'legacy' | 'clean'; readonly close: () => void }) {
  const queries = useQueryClient();
  const [format, setFormat] = useState('upstream');
  const { data, error } = useQuery({ queryKey: ['exports', 'formats'], queryFn: () => read(client.api.exports.formats.$get()), staleTime: Infinity });
  const begin = useMutation({
    mutationFn: () => read(client.api.releases[':release'].exports.$post({ param: { release }, json: { format, track } })),
    onSettled: () => queries.invalidateQueries({ queryKey: jobsKey }),
  });
  const exports = useJobs().data?.jobs.filter((job) => job.kind === 'export' && job.release === release).slice(0, 8) ?? [];
  return (
    <Modal opened onClose={close} title={`Export the ${track} track`} size="lg">
      <Stack>
        <Text size="sm">With a README, the licence as far as it is known, and what to cite. {track === 'clean' ? 'Quarantined images are left out, and groups are kept together.' : 'The lists are those that were published, leaks and all; the clean track is one switch away.'}</Text>
        {error !== null && <ErrorPanel error={error} />}
        <Group align="flex-end" gap="sm">
          <Select label="As" w={230} value={format} onChange={(value) => setFormat(value ?? 'upstream')} allowDeselect={false} data={(data?.formats ?? []).map((one) => ({ value: one.format, label: names[one.format] ?? one.format }))} />
          <Button loading={begin.isPending} onClick={() => begin.mutate()}>Export</Button>
        </Group>
        <Text size="xs" c="dimmed">{data?.formats.find((one) => one.format === format)?.about}</Text>
        {begin.error !== null && <ErrorPanel error={begin.error} />}
        {exports.map((job) => (
          <Group key={job.id} justify="space-between" wrap="nowrap" component="article" aria-label={job.title}>
            <div style={{ flex: 1, minWidth: 0 }}><Text size="sm">{job.title}</Text>{job.state === 'done' ? <Text size="xs" c="dimmed">{new Date(job.created).toLocaleString()}</Text> : <JobBar job={job} />}{job.state === 'failed' && <Text size="xs" c="dimmed">{job.note}</Text>}</div>
            {job.state === 'done' && <Button variant="default" component="a" href={`/api/exports/${job.id}/archive`} download leftSection={<IconDownload size={15} />}>Download (.zip)</Button>}
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
