import { Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, read } from '../../app/client.ts';
import { useReleaseId } from '../../app/release.ts';
import { Chip } from '../../components/chip.tsx';
import { CopyBlock } from '../../components/copy-block.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Waiting } from '../../components/waiting.tsx';

/** Chips that say what a study is: simulated, synthetic, locked. */
export function StudyChips({ locked, simulated, synthetic }: { readonly locked: boolean; readonly simulated: boolean; readonly synthetic: boolean }) {
  return (
    <Group gap={6}>
      <Chip tone={locked ? 'good' : 'accent'}>{locked ? 'locked' : 'open'}</Chip>
      {simulated && <Chip tone="warning">simulated readers</Chip>}
      {synthetic && <Chip tone="warning">synthetic cases</Chip>}
    </Group>
  );
}

/** Every study of the workspace, with how far it is. */
export default function Studies() {
  const release = useReleaseId();
  const studies = useQuery({ queryKey: ['studies'], queryFn: () => read(client.api.studies.$get()), staleTime: 0 });
  return (
    <PageFrame title="Reading studies" actions={<Link to={`/${release}/make-study`}>Make a study</Link>} about="Does what is lost between scanner and paper matter? Readers read by a link of their own; figures are seen once a study is locked.">
      {studies.isError ? <ErrorPanel error={studies.error} retry={() => void studies.refetch()} /> : studies.data === undefined ? <Waiting /> : (
        <Stack gap="sm">
          {studies.data.studies.length === 0 && (
            <Paper p="md" withBorder bg="var(--surface)">
              <Text mb="xs">There is no study yet. <Link to={`/${release}/make-study`}>Make one here</Link>, from a plan of some lines, or in the terminal:</Text>
              <CopyBlock text={'npx covid-ct study template > plan.yaml\nnpx covid-ct study new plan.yaml'} title="Commands" />
            </Paper>
          )}
          {studies.data.studies.map((study) =>
            'fault' in study ? (
              <Paper key={study.id} p="md" withBorder bg="var(--surface)"><Title order={2}>{study.id}</Title><Text size="sm" c="var(--error)" className="wrap-anywhere">{study.fault}</Text></Paper>
            ) : (
              <Paper key={study.id} p="md" withBorder bg="var(--surface)">
                <Group justify="space-between">
                  <Title order={2}><Link to={`/${release}/studies/${study.id}`}>{study.title}</Link></Title>
                  <StudyChips {...study} />
                </Group>
                <Text size="sm" c="dimmed">{study.cases} cases, {study.arms} arms, {study.readers.length} readers</Text>
                <Progress mt="xs" aria-label="Readings made" value={(100 * study.readers.reduce((sum, { done }) => sum + done, 0)) / Math.max(1, study.readers.reduce((sum, { total }) => sum + total, 0))} />
              </Paper>
            ),
          )}
        </Stack>
      )}
    </PageFrame>
  );
}
