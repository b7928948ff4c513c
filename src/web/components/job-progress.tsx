import { Button, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import type { JobRecord } from '../../server/client-types.ts';
import { isActive, useJob, useJobAction } from '../app/jobs.ts';
import { duration } from './format.ts';

const stateWords: Readonly<Record<JobRecord['state'], string>> = { queued: 'Waiting', running: 'Running', done: 'Done', failed: 'Failed', cancelled: 'Cancelled' };

/** Time left, from how far it is and since when. */
function timeLeft({ started, progress }: JobRecord): string {
  if (started === null || progress === null || progress.total <= 0 || progress.done / progress.total < 0.02) return '';
  const elapsed = (Date.now() - Date.parse(started)) / 1000;
  return `about ${duration((elapsed * (progress.total - progress.done)) / progress.done)} left`;
}

/** How far a job is, in a line with a bar. */
export function JobBar({ job }: { readonly job: JobRecord }) {
  const { progress, state } = job;
  const share = state === 'done' ? 100 : progress === null || progress.total <= 0 ? 0 : (100 * progress.done) / progress.total;
  const text = state === 'running' && progress !== null ? `${progress.label}${progress.detail === undefined ? '' : `, ${progress.detail}`}` : stateWords[state];
  const color = state === 'failed' ? 'red' : state === 'cancelled' ? 'gray' : state === 'done' ? 'teal' : 'signal';
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed" truncate>{text}</Text>
        <Text size="xs" c="dimmed" className="numbers">{state === 'running' ? `${Math.floor(share)} %` : ''} {timeLeft(job)}</Text>
      </Group>
      <Progress value={share} color={color} size="sm" aria-label={`${job.title}: ${text}`} animated={state === 'running' && progress === null} striped={state === 'running' && progress === null} />
    </Stack>
  );
}

/** A document's job: watched while it runs, with what went wrong where it failed. */
export function JobPanel({ job: given, what }: { readonly job: JobRecord; readonly what: string }) {
  const job = useJob(given.id) ?? given;
  const action = useJobAction();
  return (
    <Paper withBorder p="md" maw={560} bg="var(--surface)">
      <Stack gap="sm">
        <Text fw={600}>{job.state === 'failed' ? `${what} could not be made` : job.state === 'cancelled' ? `${what}: cancelled` : what}</Text>
        <JobBar job={job} />
        {job.note !== null && <Text size="sm" c="dimmed" className="wrap-anywhere">{job.note}</Text>}
        <Group>
          {isActive(job) ? <Button variant="default" onClick={() => action.mutate({ id: job.id, action: 'cancel' })}>Cancel</Button> : <Button onClick={() => action.mutate({ id: job.id, action: 'retry' })}>Try again</Button>}
        </Group>
      </Stack>
    </Paper>
  );
}
