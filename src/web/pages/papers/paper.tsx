import { Anchor, Button, Stack, Tabs, Text } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { isActive, useJob } from '../../app/jobs.ts';
import { useReleaseId } from '../../app/release.ts';
import { objectAddress } from '../../app/reviewer.ts';
import { choice, text, useUrlState } from '../../app/url-state.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { counted } from '../../components/format.ts';
import { JobPanel } from '../../components/job-progress.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { PageViews } from './page-views.tsx';
import classes from './papers.module.css';
import { PictureDesk } from './picture-desk.tsx';
import { SendDialog } from './send-dialog.tsx';
import { statusOf, StatusChip } from './status.tsx';
import { usePaper, type PaperDetail, type PaperPicture } from './use-papers.ts';

const parts = { tab: choice(['panels', 'pages']), picture: text() };

const nameOf = ({ figure, page }: PaperPicture): string => (figure === null ? `Page ${page + 1}` : `Figure ${figure}`);

function Strip({ pictures, chosen, choose }: { readonly pictures: readonly PaperPicture[]; readonly chosen: PaperPicture; readonly choose: (picture: PaperPicture) => void }) {
  return (
    <div className={classes['pictures']} role="group" aria-label="Pictures" tabIndex={0}>
      {pictures.map((picture) => (
        <button key={picture.whole.sha256} type="button" className={classes['picture']} aria-pressed={picture === chosen} onClick={() => choose(picture)}>
          <img src={objectAddress(picture.whole.sha256, 160)} alt="" loading="lazy" />
          <span>{nameOf(picture)}, {counted(picture.panels.length, 'panel')}{picture.panels.some(({ selected }) => selected) ? ', chosen' : ''}</span>
        </button>
      ))}
    </div>
  );
}

function Facts({ paper }: { readonly paper: PaperDetail }) {
  const found = paper.paper;
  if (found === null) return null;
  return (
    <span className={classes['facts']}>
      <span>{paper.file}</span>
      {found.doi === null ? <span>DOI: not found in it</span> : <span>DOI: <Anchor href={`https://doi.org/${found.doi}`} target="_blank" rel="noreferrer" inherit>{found.doi}</Anchor></span>}
      <span>Licence: {found.licence ?? 'not stated in it'}</span>
      <span>{counted(found.pages, 'page')}, {counted(paper.figures.length, 'figure')}, {counted(paper.pictures.length, 'picture')}, {counted(found.candidates, 'panel')}</span>
      <span>{paper.inReview} in review</span>
    </span>
  );
}

/** A paper: its pages, figures, captions and panels, corrected by hand and sent to review. */
export default function PaperPage() {
  const { paper: id = '' } = useParams({ strict: false }) as { readonly paper?: string };
  const release = useReleaseId();
  const [{ tab, picture: wanted }, change] = useUrlState(parts);
  const [sending, setSending] = useState(false);
  const { data: paper, error, refetch } = usePaper(id);
  const job = useJob(paper?.job?.id) ?? paper?.job ?? null;
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (paper === undefined) return <Waiting />;
  const status = statusOf(paper, job);
  const chosen = paper.pictures.find(({ whole }) => whole.sha256.startsWith(wanted) && wanted !== '') ?? paper.pictures.find(({ panels }) => panels.some(({ selected }) => selected)) ?? paper.pictures[0];
  const choose = (whole: string): void => change({ picture: whole.slice(0, 16), tab: 'panels' }, 'push');
  return (
    <PageFrame
      title={paper.paper?.title ?? paper.file}
      about={<Facts paper={paper} />}
      wide
      actions={
        <>
          <StatusChip {...status} />
          {paper.inReview > 0 && <Button variant="default" renderRoot={(props) => <Link to={`/${release}/review`} search={{ paper: paper.paper?.doi ?? paper.paper?.paper ?? '' } as never} {...props} />}>Review them</Button>}
          <Button disabled={(paper.paper?.candidates ?? 0) === 0} onClick={() => setSending(true)}>Send to review</Button>
        </>
      }
    >
      {job !== null && isActive(job) && <JobPanel job={job} what={`Reading ${paper.file}`} />}
      {(status.why !== '' || status.hint !== '') && <Text size="sm">{status.why} {status.hint}</Text>}
      {paper.paper !== null && (
        <Tabs value={tab} onChange={(value) => change({ tab: value === 'pages' ? 'pages' : 'panels' }, 'push')} keepMounted={false}>
          <Tabs.List mb="md"><Tabs.Tab value="panels">Figures and panels</Tabs.Tab><Tabs.Tab value="pages">Pages</Tabs.Tab></Tabs.List>
          <Tabs.Panel value="panels">
            {chosen === undefined ? <Text c="dimmed">No picture was found in it.</Text> : (
              <Stack gap="md">
                <Strip pictures={paper.pictures} chosen={chosen} choose={({ whole }) => choose(whole.sha256)} />
                <PictureDesk key={chosen.whole.sha256} paper={paper.id} picture={chosen} />
              </Stack>
            )}
          </Tabs.Panel>
          <Tabs.Panel value="pages"><PageViews paper={paper} open={choose} /></Tabs.Panel>
        </Tabs>
      )}
      {sending && <SendDialog paper={paper} picture={tab === 'panels' ? chosen : undefined} close={() => setSending(false)} />}
    </PageFrame>
  );
}
