import { ActionIcon, Button, Collapse, Group, Paper, SegmentedControl, Stack, Text, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconPlayerStop, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { JobRecord } from '../../../server/client-types.ts';
import { client, read } from '../../app/client.ts';
import { isActive, useJobAction, useJobs } from '../../app/jobs.ts';
import { choice, text, useUrlState } from '../../app/url-state.ts';
import { Chip, type Tone } from '../../components/chip.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { counted, duration } from '../../components/format.ts';
import { JobBar } from '../../components/job-progress.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Waiting } from '../../components/waiting.tsx';
import classes from './jobs.module.css';

const parts = { show: choice(['all', 'active', 'failed']), job: text() };
const tones: Readonly<Record<JobRecord['state'], Tone>> = { queued: 'note', running: 'accent', done: 'good', failed: 'error', cancelled: 'note' };

/** A log, followed while its job runs. */
function JobLog({ job }: { readonly job: JobRecord }) {
  const [log, setLog] = useState('');
  const [fault, setFault] = useState<unknown>(undefined);
  const active = isActive(job);
  const place = useRef(0);
  const end = useRef<HTMLPreElement>(null);
  const { id } = job;
  useEffect(() => {
    let stopped = false;
    const follow = async (): Promise<void> => {
      const part = await read(client.api.jobs[':id'].log.$get({ param: { id }, query: { from: String(place.current) } }));
      if (stopped) return;
      if (part.text !== '') setLog((before) => `${before}${part.text}`.slice(-400_000));
      place.current = part.next;
    };
    const run = (): void => void follow().catch(setFault);
    run();
    const timer = setInterval(run, active ? 1500 : 60_000);
    return () => {
      stopped = true;
      clearInterval(timer);
    };
  }, [id, active, job.attempts]);
  useEffect(() => {
    void end.current?.scrollTo({ top: end.current.scrollHeight });
  }, [log]);
  if (fault !== undefined) return <ErrorPanel error={fault} />;
  return <pre ref={end} className={classes['log']} tabIndex={0} aria-label={`Log of ${job.title}`}>{log === '' ? 'Nothing was printed yet.' : log}</pre>;
}

function elapsed({ started, ended }: JobRecord): string {
  if (started === null) return '';
  return duration(((ended === null ? Date.now() : Date.parse(ended)) - Date.parse(started)) / 1000);
}

function JobRow({ job, open, toggle }: { readonly job: JobRecord; readonly open: boolean; readonly toggle: () => void }) {
  const action = useJobAction();
  const act = (name: 'cancel' | 'retry' | 'remove') => action.mutate({ id: job.id, action: name });
  return (
    <Paper withBorder bg="var(--surface)" component="li" className={classes['row']}>
      <div className={classes['line']}>
        <ActionIcon aria-label={open ? 'Hide the log' : 'Show the log'} aria-expanded={open} onClick={toggle}>{open ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}</ActionIcon>
        <div className={classes['title']}>
          <Group gap="xs">
            <Text fw={600} size="sm">{job.title}</Text>
            <Chip tone={tones[job.state]}>{job.state}</Chip>
            {job.release !== null && <Text size="xs" c="dimmed">{job.release}</Text>}
          </Group>
          <Text size="xs" c="dimmed" className="numbers">
            {new Date(job.created).toLocaleString()} {elapsed(job) !== '' && `· ${elapsed(job)}`} {job.attempts > 1 && `· attempt ${job.attempts}`}
          </Text>
        </div>
        <div className={classes['bar']}>{isActive(job) && <JobBar job={job} />}</div>
        <Group gap={4} wrap="nowrap" className={classes['actions']}>
          {isActive(job) && <Button variant="default" size="compact-xs" leftSection={<IconPlayerStop size={13} />} onClick={() => act('cancel')}>Cancel</Button>}
          {!isActive(job) && job.state !== 'done' && <Button variant="default" size="compact-xs" leftSection={<IconRefresh size={13} />} onClick={() => act('retry')}>Start again</Button>}
          {!isActive(job) && <Tooltip label="Forget this job and its log"><ActionIcon aria-label={`Forget ${job.title}`} onClick={() => act('remove')}><IconTrash size={15} /></ActionIcon></Tooltip>}
        </Group>
      </div>
      {job.note !== null && <Text size="xs" className={classes['note']} data-state={job.state}>{job.note}</Text>}
      <Collapse expanded={open}>{open && <JobLog job={job} />}</Collapse>
    </Paper>
  );
}

/** What runs, how far, how long; logs; cancel and start again. */
export default function JobsPage() {
  const [{ show, job: opened }, change] = useUrlState(parts);
  const { data, error, refetch } = useJobs();
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  const shown = data.jobs.filter((job) => show === 'all' || (show === 'active' ? isActive(job) : job.state === 'failed'));
  const active = data.jobs.filter(isActive).length;
  return (
    <PageFrame
      title="Jobs"
      about={active === 0 ? 'Nothing runs. Long work goes on in processes of its own, and survives a restart.' : `${counted(active, 'job')} running or waiting. One training runs at a time, one long job (an import, an audit, papers), and one of those that a page waits for. All survive a restart of the server.`}
      actions={<SegmentedControl aria-label="Which jobs" value={show} onChange={(value) => change({ show: value === 'active' || value === 'failed' ? value : 'all' })} data={[{ value: 'all', label: 'All' }, { value: 'active', label: 'Active' }, { value: 'failed', label: 'Failed' }]} />}
    >
      {shown.length === 0 && <Text c="dimmed">No {show === 'all' ? '' : show} jobs yet. Audits, imports and trainings appear here when they are begun.</Text>}
      <Stack component="ul" gap="xs" className={classes['list'] ?? ''}>
        {shown.map((job) => <JobRow key={job.id} job={job} open={opened === job.id} toggle={() => change({ job: opened === job.id ? '' : job.id })} />)}
      </Stack>
    </PageFrame>
  );
}
