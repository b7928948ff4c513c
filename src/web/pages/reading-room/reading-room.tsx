import { Button, Progress, Text, Title } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { AnswerPanel, isComplete, ratingChoices, type Draft } from './answer-panel.tsx';
import { fetchView, sendAnswer, sendPause, type Mark, type ReaderLink, type Reading, type View } from './api.ts';
import classes from './reading-room.module.css';
import { ScreenCheck } from './screen-check.tsx';
import { useFrames } from './use-frames.ts';
import { Viewer } from './viewer.tsx';

/** Milliseconds that the page was looked at: a hidden tab does not count. */
function useLookingTime(key: string): () => number {
  const clock = useRef({ sum: 0, since: 0 });
  useEffect(() => {
    const now = (): number => (document.hidden ? 0 : performance.now());
    clock.current = { sum: 0, since: now() };
    const change = (): void => {
      const { sum, since } = clock.current;
      clock.current = { sum: sum + (since > 0 ? performance.now() - since : 0), since: now() };
    };
    document.addEventListener('visibilitychange', change);
    return () => document.removeEventListener('visibilitychange', change);
  }, [key]);
  return () => Math.round(clock.current.sum + (clock.current.since > 0 ? performance.now() - clock.current.since : 0));
}

const nothing: Draft = { rating: undefined, answers: {} };

function Case({ link, view, reading, onDone, onPause }: { readonly link: ReaderLink; readonly view: View; readonly reading: Reading; readonly onDone: () => void; readonly onPause: () => void }) {
  const frames = useFrames(link, reading);
  const [draft, setDraft] = useState(nothing);
  const [marks, setMarks] = useState<Mark[]>([]);
  const [fault, setFault] = useState<unknown>();
  const [sending, setSending] = useState(false);
  const looked = useLookingTime(reading.id);
  const ready = frames.loaded > 0;
  const rate = useCallback((rating: number) => setDraft((before) => ({ ...before, rating })), []);
  const confirm = useCallback(() => {
    const { rating } = draft;
    if (rating === undefined || !isComplete(view, draft) || sending) return;
    setSending(true);
    setFault(undefined);
    // Sent again it is the same answer: the server keeps it once.
    sendAnswer(link, reading.id, { rating, answers: draft.answers, marks, milliseconds: looked() }).then(onDone, (error: unknown) => {
      setFault(error);
      setSending(false);
    });
  }, [draft, view, sending, link, reading.id, marks, looked, onDone]);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const choice = ratingChoices(view).find(({ key }) => key !== '' && key === event.key);
      if (choice !== undefined) rate(choice.rating);
      else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) confirm();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [view, rate, confirm]);
  return (
    <div className={classes['room']}>
      {frames.error !== undefined ? <ErrorPanel error={new Error(frames.error)} retry={onDone} /> : ready ? <Viewer key={reading.id} reading={reading} frames={frames} most={view.marks} marks={marks} onMarks={setMarks} /> : <div className={classes['viewer']}><Waiting /></div>}
      <aside className={classes['panel']} aria-label="Your answer">
        <div>
          <Title order={1} size="h2">Case {reading.number} of {view.total}{reading.practice ? ' (practice)' : ''}</Title>
          <Progress mt={6} size="sm" value={(100 * view.done) / view.total} aria-label={`${view.done} of ${view.total} cases are done`} />
          <Text size="xs" c="dimmed" mt={4}>Session {view.session} of {view.sessions}. Research only, not for diagnosis.</Text>
        </div>
        {view.simulated && <p className={classes['simulated']}>Simulated readers take part in this study.</p>}
        <AnswerPanel view={view} draft={draft} sending={sending} onRating={rate} onAnswer={(question, option) => setDraft((before) => ({ ...before, answers: { ...before.answers, [question]: option } }))} onConfirm={confirm} />
        {fault !== undefined && <ErrorPanel error={fault} retry={confirm} />}
        <Button variant="subtle" color="gray" onClick={onPause}>Pause</Button>
      </aside>
    </div>
  );
}

function Notice({ title, children, onGo }: { readonly title: string; readonly children: string; readonly onGo?: () => void }) {
  return (
    <div className={classes['paper']}>
      <Title order={1}>{title}</Title>
      <Text mt="sm">{children}</Text>
      {onGo !== undefined && <Button mt="md" size="sm" onClick={onGo}>Go on</Button>}
    </div>
  );
}

/** A reader's whole page: screen, cases, pause, the end. It stands alone, without the workbench around it. */
export default function ReadingRoom() {
  const { study = '', token = '' } = useParams({ strict: false }) as { readonly study?: string; readonly token?: string };
  const link = useMemo(() => ({ study, token }), [study, token]);
  const [view, setView] = useState<View>();
  const [fault, setFault] = useState<unknown>();
  const [paused, setPaused] = useState(false);
  const load = useCallback(() => {
    setFault(undefined);
    fetchView(link).then(setView, setFault);
  }, [link]);
  useEffect(load, [load]);
  useEffect(() => {
    document.title = 'Reading room · covid-ct';
  }, []);
  const pause = (): void => {
    setPaused(true);
    sendPause(link).catch(setFault);
  };
  const body = () => {
    if (fault !== undefined) return <ErrorPanel error={fault} retry={load} />;
    if (view === undefined) return <Waiting />;
    if (paused) return <Notice title="Paused" onGo={() => { setPaused(false); load(); }}>{`${view.done} of ${view.total} cases are done and kept. Go on here, or by the same link on another machine.`}</Notice>;
    if (view.state === 'locked') return <Notice title="This study is locked">{`Nothing can be added any more. You read ${view.done} of ${view.total} cases. Thank you.`}</Notice>;
    if (view.state === 'finished') return <Notice title="You have finished">{`All ${view.total} cases are read and kept. Thank you.`}</Notice>;
    if (view.state === 'wash-out') return <Notice title="The next session is later" onGo={load}>{`Session ${view.session} opens on ${new Date(view.opensAt ?? '').toLocaleString('en-GB')}, so that no case is remembered. Come back by the same link.`}</Notice>;
    if (view.state === 'screen') return <ScreenCheck link={link} view={view} onDone={load} />;
    if (view.reading === undefined) return <Waiting />;
    return <Case key={view.reading.id} link={link} view={view} reading={view.reading} onDone={load} onPause={pause} />;
  };
  return <main className={classes['page']} data-mantine-color-scheme="dark">{body()}</main>;
}
