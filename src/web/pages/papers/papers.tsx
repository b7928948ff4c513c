import { Alert, Button, FileButton, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconFileTypePdf } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState, type DragEvent } from 'react';
import { isActive, useJob, useJobAction } from '../../app/jobs.ts';
import { useReleaseId } from '../../app/release.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { bytes, counted } from '../../components/format.ts';
import { JobBar } from '../../components/job-progress.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Waiting } from '../../components/waiting.tsx';
import classes from './papers.module.css';
import { statusOf, StatusChip } from './status.tsx';
import { useGivePapers, usePaperAction, usePapers, type PaperEntry } from './use-papers.ts';

function PaperRow({ entry }: { readonly entry: PaperEntry }) {
  const release = useReleaseId();
  const job = useJob(entry.job?.id) ?? entry.job;
  const action = usePaperAction();
  const jobAction = useJobAction();
  const { paper } = entry;
  const status = statusOf(entry, job);
  const active = job !== null && isActive(job);
  const read = paper !== null && ['read', 'partly read'].includes(paper.status);
  return (
    <li className={classes['row']} data-paper={entry.id}>
      <div>
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <StatusChip {...status} />
          {!read || active ? <span className={classes['name']}>{entry.file}</span> : <Link to={`/${release}/papers/${entry.id}`} className={classes['name']}>{paper.title ?? entry.file}</Link>}
        </Group>
        <div className={classes['facts']}>
          <span>{paper?.title === null || paper === null ? '' : `${entry.file}, `}{bytes(entry.bytes)}</span>
          {read && <span>{counted(paper.pages, 'page')}</span>}
          {read && <span>{counted(paper.candidates, 'panel')}, {entry.selected} chosen by captions</span>}
          {entry.inReview > 0 && <span>{entry.inReview} in review</span>}
          {paper?.doi !== null && paper?.doi !== undefined && <a href={`https://doi.org/${paper.doi}`} target="_blank" rel="noreferrer">{paper.doi}</a>}
          {read && <span>Licence: {paper.licence ?? 'not stated'}</span>}
        </div>
      </div>
      <Group gap={6}>
        {active && <Button variant="default" size="compact-xs" onClick={() => jobAction.mutate({ id: job.id, action: 'cancel' })}>Cancel</Button>}
        {!active && !read && <Button variant="default" size="compact-xs" onClick={() => action.mutate({ id: entry.id, action: 'extract' })}>Read again</Button>}
        {!active && <Button variant="subtle" color="gray" size="compact-xs" aria-label={`Forget ${entry.file}`} onClick={() => action.mutate({ id: entry.id, action: 'remove' })}>Forget</Button>}
      </Group>
      {active && <div className={classes['wide']}><JobBar job={job} /></div>}
      {!active && (status.hint !== '' || status.why !== '') && <Text size="sm" c="dimmed" className={classes['wide'] ?? ''}>{status.why}{status.why !== '' && status.hint !== '' && ' '}{status.hint}</Text>}
    </li>
  );
}

/** PDFs: given here, read in jobs, each with what came of it. */
export default function PapersPage() {
  const { data, error, refetch } = usePapers();
  const give = useGivePapers();
  const [over, setOver] = useState(false);
  const take = (files: readonly File[]): void => {
    if (files.length > 0) give.mutate(files);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take([...event.dataTransfer.files]);
  };
  return (
    <PageFrame title="Papers" about="Figures, captions and panels of papers, as covid-ct extract finds them. Nothing goes into a release before a person has accepted it.">
      <div className={classes['drop']} data-over={over} role="group" aria-label="Give papers" onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <IconFileTypePdf size={30} stroke={1.4} aria-hidden />
        <Text size="sm">Drop PDFs here. They stay on this server’s machine; each is read in a process of its own, under limits of time and memory.</Text>
        <FileButton accept="application/pdf,.pdf" multiple onChange={take} inputProps={{ 'aria-label': 'PDFs' }}>{(props) => <Button {...props} loading={give.isPending}>Choose PDFs</Button>}</FileButton>
      </div>
      {give.data !== undefined && give.data.length > 0 && <Alert color="red" icon={<IconAlertTriangle size={18} />} title="Not every file was taken">{give.data.map((line) => <Text key={line} size="sm">{line}</Text>)}</Alert>}
      {give.error !== null && <ErrorPanel error={give.error} />}
      {error !== null ? <ErrorPanel error={error} retry={() => void refetch()} /> : data === undefined ? <Waiting /> : data.papers.length === 0 ? <Text c="dimmed">No paper was given yet. In a terminal: covid-ct extract paper.pdf --out found, then covid-ct review import found.</Text> : (
        <ul className={classes['list']} aria-label="Papers">{data.papers.map((entry) => <PaperRow key={entry.id} entry={entry} />)}</ul>
      )}
    </PageFrame>
  );
}
