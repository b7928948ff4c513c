import { ActionIcon, Button, Kbd, SegmentedControl, Select, Text, Tooltip } from '@mantine/core';
import { IconKeyboard } from '@tabler/icons-react';
import { notifications } from '@mantine/notifications';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ServerProblem } from '../../app/client.ts';
import { useReleaseId } from '../../app/release.ts';
import { objectAddress, useReviewer } from '../../app/reviewer.ts';
import { choice, text, useUrlState } from '../../app/url-state.ts';
import { stateTone } from '../../components/candidate-marks.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { Meter } from '../../components/meter.tsx';
import { ReviewerSelect } from '../../components/reviewer-select.tsx';
import { plainContrast, type View } from '../../components/viewer/view.ts';
import { Viewer } from '../../components/viewer/viewer.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { About } from './about.tsx';
import { AgreementSheet } from './agreement.tsx';
import { CutRoom, type CutMode } from './cut-room.tsx';
import { EditDialog, PatientDialog, WhyDialog } from './dialogs.tsx';
import { KeysDialog } from './keys.tsx';
import { NextRelease } from './next-release.tsx';
import classes from './review.module.css';
import { useReviewAction, useReviewCandidate, useReviewList, type ReviewAction, type ReviewItem } from './use-review.ts';

const shows = ['due', 'accepted', 'rejected', 'needs work', 'disputed', 'proposed', 'all'] as const;
const parts = { id: text(), show: choice(shows), paper: text(), view: choice(['candidates', 'agreement', 'release']) };
const showWords: Readonly<Record<(typeof shows)[number], string>> = { due: 'Due for you', proposed: 'Proposed', accepted: 'Accepted', rejected: 'Rejected', 'needs work': 'Needs work', disputed: 'Disputed', all: 'All' };

type Dialog = 'reject' | 'work' | 'patient' | 'edit' | 'keys';
/** An action without who does it and what was seen. */
type Plain<T> = T extends unknown ? Omit<T, 'by' | 'after'> : never;

function Queue({ items, id, open }: { readonly items: readonly ReviewItem[]; readonly id: string; readonly open: (id: string) => void }) {
  useEffect(() => {
    document.querySelector('[data-item][aria-current="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [id]);
  return (
    <ul className={classes['queue']} aria-label="Candidates">
      {items.slice(0, 400).map((item) => (
        <li key={item.id}>
          <button type="button" className={classes['item']} data-item={item.id} data-tone={stateTone(item.state)} aria-current={item.id === id} title={item.name} aria-label={`${item.name}, ${item.state}`} onClick={() => open(item.id)}>
            <img src={objectAddress(item.picture, 160)} alt="" loading="lazy" />
            <span>{item.state}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Whether keys are meant for what has the focus: a field, a list that is open, a dialog. */
function isElsewhere(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable=true], [role=dialog], [role=listbox], [role=combobox]') !== null;
}

function Candidate({ id, items, open, undoable, done }: { readonly id: string; readonly items: readonly ReviewItem[]; readonly open: (id: string) => void; readonly undoable: readonly string[]; readonly done: (change: (before: readonly string[]) => readonly string[]) => void }) {
  const [by] = useReviewer();
  const { data: candidate, error, refetch } = useReviewCandidate(id, by);
  const action = useReviewAction();
  const [dialog, setDialog] = useState<Dialog>();
  const [mode, setMode] = useState<CutMode>();
  const [view, setView] = useState<View>();
  const [contrast, setContrast] = useState(plainContrast);
  useEffect(() => {
    setMode(undefined);
    setView(undefined);
    setDialog(undefined);
  }, [id]);

  const place = items.findIndex((item) => item.id === id);
  const step = (by: number): void => {
    const next = items[place < 0 ? 0 : Math.min(Math.max(place + by, 0), items.length - 1)];
    if (next !== undefined) open(next.id);
  };
  /** @param then what is shown afterwards: the same, or the next one */
  const act = (what: Plain<ReviewAction>, then: 'same' | 'next'): void => {
    if (by === '') {
      notifications.show({ color: 'yellow', message: 'Say who reviews first: choose yourself above, or register.' });
      return;
    }
    if (candidate === undefined || action.isPending) return;
    // Known before the list changes.
    const following = items[place + 1]?.id ?? items[place - 1]?.id;
    const json = { ...what, by, after: candidate.sequence } as ReviewAction;
    action.mutate({ id, json }, {
      onSuccess: ({ changed }) => {
        setDialog(undefined);
        setMode(undefined);
        done((before) => [...before, id]);
        const [first] = changed;
        if (what.action === 'split' && first !== undefined) open(first.id);
        else if (then === 'next' && following !== undefined) open(following);
      },
      onError: () => setDialog(undefined),
    });
  };
  const undo = (): void => {
    const last = undoable.at(-1) ?? id;
    if (by === '' || action.isPending) return;
    action.mutate({ id: last, json: { action: 'undo', by } }, { onSuccess: () => { done((before) => before.slice(0, -1)); open(last); } });
  };
  const final = candidate?.state === 'disputed';
  const can: Readonly<Record<string, () => void>> = {
    a: () => act({ action: 'decide', decision: 'accepted', final }, 'next'),
    r: () => setDialog('reject'),
    w: () => setDialog('work'),
    c: () => setMode('crop'),
    s: () => setMode('split'),
    b: () => { if (candidate?.origin.whole !== null) setMode('recut'); },
    p: () => setDialog('patient'),
    e: () => setDialog('edit'),
    l: () => act({ action: 'edit', edits: { label: candidate?.label === 'COVID' ? 'NonCOVID' : 'COVID' } }, 'same'),
    t: () => act({ action: 'ask', reviewers: candidate?.reviewers === 2 ? 1 : 2 }, 'same'),
    u: undo,
    j: () => step(1), arrowdown: () => step(1), k: () => step(-1), arrowup: () => step(-1),
    i: () => setContrast({ ...contrast, invert: !contrast.invert }),
    '?': () => setDialog('keys'),
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || dialog !== undefined || isElsewhere(event.target) || event.repeat) return;
      if (mode !== undefined) {
        if (event.key === 'Escape') setMode(undefined);
        return;
      }
      const key = event.key.toLowerCase();
      // The viewer moves the picture by arrows when it has the focus.
      if (key.startsWith('arrow') && event.target instanceof HTMLElement && event.target.closest('[role=application], [role=radiogroup]') !== null) return;
      const does = can[key];
      if (does === undefined) return;
      event.preventDefault();
      does();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
  if (error !== null) return <div className={classes['sheet']}><ErrorPanel error={error} retry={() => void refetch()} /></div>;
  if (candidate === undefined) return <div className={classes['sheet']}><Waiting /></div>;
  const closed = candidate.state === 'replaced' || candidate.state === 'withdrawn';
  const button = (key: string, word: string, props: Readonly<Record<string, unknown>> = {}) => <Button variant="default" size="compact-sm" fz="xs" disabled={closed || action.isPending} onClick={can[key]} aria-keyshortcuts={key.toUpperCase()} {...props}>{word} <Kbd size="xs" ml={6}>{key.toUpperCase()}</Kbd></Button>;
  return (
    <>
      <div className={classes['room']}>
        {mode !== undefined ? <CutRoom key={`${id} ${mode} ${candidate.sequence}`} candidate={candidate} mode={mode} busy={action.isPending} leave={() => setMode(undefined)} cut={(cut) => act(cut, 'same')} /> : (
          <>
            <div className={classes['stage']}><Viewer source={objectAddress(candidate.picture.sha256)} label={candidate.name} tool="pan" contrast={contrast} onContrast={setContrast} view={view} onView={setView} /></div>
            <div className={classes['actions']} role="toolbar" aria-label="Decide">
              {button('a', final ? 'Settle: accept' : 'Accept', { variant: 'filled', color: 'teal' })}
              {button('r', final ? 'Settle: reject' : 'Reject')}
              {button('w', 'Needs work')}
              {button('c', 'Crop')}
              {button('s', 'Split')}
              {candidate.origin.whole !== null && button('b', 'Borders')}
              {button('p', 'Patient')}
              {button('e', 'Edit')}
              {button('l', candidate.label === 'COVID' ? 'Label NonCOVID' : 'Label COVID')}
              {button('t', candidate.reviewers === 2 ? 'One reviewer' : 'Two reviewers')}
              {button('u', 'Undo', { disabled: action.isPending })}
            </div>
          </>
        )}
      </div>
      <aside className={classes['panel']} aria-label="About this candidate" tabIndex={0}>
        {action.error !== null && <ErrorPanel error={action.error instanceof ServerProblem ? action.error : new Error('It was not kept.')} />}
        <About candidate={candidate} />
      </aside>
      {dialog === 'reject' && <WhyDialog decision="rejected" close={() => setDialog(undefined)} decide={(why) => act({ action: 'decide', decision: 'rejected', final, why }, 'next')} />}
      {dialog === 'work' && <WhyDialog decision="needs work" close={() => setDialog(undefined)} decide={(why) => act({ action: 'decide', decision: 'needs work', final: false, why }, 'next')} />}
      {dialog === 'patient' && <PatientDialog candidate={candidate} close={() => setDialog(undefined)} edit={(edits) => act({ action: 'edit', edits }, 'same')} />}
      {dialog === 'edit' && <EditDialog candidate={candidate} close={() => setDialog(undefined)} edit={(edits) => act({ action: 'edit', edits }, 'same')} />}
      {dialog === 'keys' && <KeysDialog close={() => setDialog(undefined)} />}
    </>
  );
}

/** Candidates one at a time, at the speed of the keyboard; how reviewers agree; and the release that comes of it. */
export default function ReviewPage() {
  const release = useReleaseId();
  const [{ id: wanted, show, paper, view }, change] = useUrlState(parts);
  const [by] = useReviewer();
  const [undoable, setUndoable] = useState<readonly string[]>([]);
  const [keys, setKeys] = useState(false);
  const { data, error, refetch } = useReviewList({ show, by, paper });
  const items = data?.items ?? [];
  const id = wanted === '' ? (items[0]?.id ?? '') : wanted;
  const open = (next: string): void => change({ id: next });
  const counts = data?.counts ?? {};
  const [accepted, rejected, work, disputed, proposed] = (['accepted', 'rejected', 'needs work', 'disputed', 'proposed'] as const).map((state) => counts[state] ?? 0) as [number, number, number, number, number];
  const total = accepted + rejected + work + disputed + proposed;
  return (
    <div className={classes['page']}>
      <div className={classes['bar']}>
        <h1 className={classes['title']}>Review</h1>
        <SegmentedControl aria-label="What is shown" value={view} onChange={(value) => change({ view: value === 'agreement' || value === 'release' ? value : 'candidates' }, 'push')} data={[{ value: 'candidates', label: 'Candidates' }, { value: 'agreement', label: 'Agreement' }, { value: 'release', label: 'Next release' }]} />
        {view === 'candidates' && <Select label="Show" w={110} data={shows.map((value) => ({ value, label: showWords[value] }))} value={show} allowDeselect={false} onChange={(value) => change({ show: shows.find((one) => one === value) ?? 'due', id: '' })} />}
        {view === 'candidates' && (data?.papers.length ?? 0) > 1 && <Select label="Paper" w={124} placeholder="All" clearable data={[...(data?.papers ?? [])]} value={paper === '' ? null : paper} onChange={(value) => change({ paper: value ?? '', id: '' })} />}
        <ReviewerSelect small />
        <div className={classes['spring']} />
        <div className={classes['progress']}>
          <Text size="xs" c="dimmed" mb={4} className="numbers" data-testid="progress">{accepted + rejected} of {total} decided{show === 'due' ? `, ${items.length} due` : ''}</Text>
          <Meter label="Candidates" total={total} parts={[{ name: 'accepted', value: accepted, tone: 'accent' }, { name: 'rejected', value: rejected, tone: 'note' }, { name: 'needs work', value: work, tone: 'covid', strength: 0.6 }, { name: 'disputed', value: disputed, tone: 'covid' }]} />
        </div>
        <Tooltip label="Keys (?)"><ActionIcon className={classes['keysButton'] ?? ''} aria-label="Keys" onClick={() => setKeys(true)}><IconKeyboard size={19} /></ActionIcon></Tooltip>
      </div>
      {view === 'agreement' && <div className={classes['sheet']}><AgreementSheet /></div>}
      {view === 'release' && <div className={classes['sheet']}><NextRelease accepted={accepted} /></div>}
      {view === 'candidates' && (error !== null ? <ErrorPanel error={error} retry={() => void refetch()} /> : data === undefined ? <Waiting /> : id === '' ? (
        <div className={classes['empty']}>
          <Text fw={600}>{total === 0 ? 'There are no candidates yet.' : show === 'due' ? 'Nothing is due for you.' : 'None is in this state.'}</Text>
          <Text size="sm" c="dimmed" maw={460}>{total === 0 ? 'Give papers on the page Papers and send their panels here, or bring them in a terminal: covid-ct review import, submit, receive.' : 'Every candidate here has your decision. See what was accepted, or make the next release of it.'}</Text>
          {total === 0 ? <Button renderRoot={(props) => <Link to={`/${release}/papers`} {...props} />}>Papers</Button> : <Button onClick={() => change({ view: 'release' }, 'push')}>Next release</Button>}
        </div>
      ) : (
        <div className={classes['body']}>
          <Queue items={items} id={id} open={open} />
          <Candidate id={id} items={items} open={open} undoable={undoable} done={setUndoable} />
        </div>
      ))}
      {keys && <KeysDialog close={() => setKeys(false)} />}
    </div>
  );
}
