import { Alert, Button, Group, Kbd, Stack, Text, Title } from '@mantine/core';
import { IconArrowBackUp, IconArrowMerge, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { objectAddress, useReviewer } from '../../app/reviewer.ts';
import type { Box } from '../../components/boxes/box.ts';
import { BoxEditor, type EditedBox } from '../../components/boxes/box-editor.tsx';
import { Chip } from '../../components/chip.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { figure as number } from '../../components/format.ts';
import { ReviewerSelect } from '../../components/reviewer-select.tsx';
import { CtLikeness, stateTone } from '../../components/candidate-marks.tsx';
import classes from './papers.module.css';
import { useCorrectPanels, type PaperPanel, type PaperPicture } from './use-papers.ts';

const nameOf = ({ letters }: PaperPanel, index: number): string => (letters.length > 0 ? letters.join('') : String(index + 1));
const stateOf = ({ state }: PaperPanel): string => state ?? 'not in review';

/** What speaks for a panel, in figures. */
function Scores({ panel: { scores, selected } }: { readonly panel: PaperPanel }) {
  return (
    <Group gap={6}>
      {selected ? <Chip tone="covid">chosen by its caption</Chip> : <Chip tone="note">not chosen</Chip>}
      {scores['ctLike'] !== undefined && <CtLikeness score={scores['ctLike']} />}
      {scores['panels'] !== undefined && <Text size="xs" c="dimmed" className="numbers">cuts {number(scores['panels'], 2)}</Text>}
      {scores['chestCt'] !== undefined && <Text size="xs" c="dimmed" className="numbers">caption: chest CT {number(scores['chestCt'], 2)}, finding {number(scores['finding'], 2)}</Text>}
    </Group>
  );
}

/** A picture of a paper with its panels, to be corrected by hand. */
export function PictureDesk({ paper, picture }: { readonly paper: string; readonly picture: PaperPicture }) {
  const [by] = useReviewer();
  const [selected, setSelected] = useState<string>();
  const [unnamed, setUnnamed] = useState(false);
  const [undoable, setUndoable] = useState<readonly string[]>([]);
  const correct = useCorrectPanels(paper);
  const panel = picture.panels.find(({ id }) => id === selected);
  const named = (what: (by: string) => Parameters<typeof correct.mutate>[0]): void => {
    setUnnamed(by === '');
    if (by !== '') correct.mutate(what(by), { onSuccess: ({ changed }) => setUndoable((before) => [...before, ...changed]) });
  };
  const after = (id: string): number | undefined => picture.panels.find((one) => one.id === id)?.sequence ?? undefined;
  const boxes = picture.panels.map((one, i): EditedBox => ({ id: one.id, box: one.box, label: `Panel ${nameOf(one, i)}, ${stateOf(one)}`, tag: picture.panels.length > 1 ? nameOf(one, i) : '', tone: stateTone(one.state) }))
    // What was deleted lies below what stands.
    .toSorted((a, b) => Number(b.tone === 'error') - Number(a.tone === 'error'));
  const remove = (id: string): void => named((name) => ({ action: 'delete', by: name, panel: id, after: after(id) }));
  const undo = (): void => {
    const last = undoable.at(-1);
    if (last === undefined) return;
    setUndoable(undoable.slice(0, -1));
    setUnnamed(by === '');
    if (by !== '') correct.mutate({ action: 'undo', by, panel: last });
  };
  const live = picture.panels.filter(({ state }) => state !== 'rejected');
  return (
    <div className={classes['desk']}>
      <Stack gap="sm">
        <BoxEditor key={picture.whole.sha256} picture={picture.whole} address={objectAddress(picture.whole.sha256)} boxes={boxes} selected={selected} select={setSelected} busy={correct.isPending} label={picture.figure === null ? 'Picture' : `Figure ${picture.figure}`}
          change={(id, box) => named((name) => ({ action: 'recut', by: name, panel: id, box: [...box] as [number, number, number, number], after: after(id) }))}
          add={(box: Box) => named((name) => ({ action: 'add', by: name, whole: picture.whole.sha256, box: [...box] as [number, number, number, number] }))}
          remove={remove} />
        <div className={classes['keys']}>
          <span>Drag a box or its handles; drag over nothing to draw one.</span>
          <span><Kbd size="xs">Tab</Kbd> next box</span><span><Kbd size="xs">←↑↓→</Kbd> move</span><span><Kbd size="xs">Shift</Kbd> + arrows resize</span><span><Kbd size="xs">Enter</Kbd> keep</span><span><Kbd size="xs">Esc</Kbd> take back</span><span><Kbd size="xs">Del</Kbd> delete</span><span><Kbd size="xs">N</Kbd> new</span>
        </div>
        <Group gap="xs" align="flex-end">
          <ReviewerSelect label="Who corrects" />
          <Button variant="default" leftSection={<IconArrowBackUp size={15} />} disabled={undoable.length === 0 || correct.isPending} onClick={undo}>Undo</Button>
          <Button variant="default" leftSection={<IconTrash size={15} />} disabled={panel === undefined || panel.state === 'rejected' || correct.isPending} onClick={() => panel !== undefined && remove(panel.id)}>Delete box</Button>
          {live.length > 1 && <Button variant="default" leftSection={<IconArrowMerge size={15} />} disabled={correct.isPending || live.some(({ state }) => state === null)} title={live.some(({ state }) => state === null) ? 'Send them to review first, or correct one box' : 'Puts all panels of this picture together as one'} onClick={() => named((name) => ({ action: 'merge', by: name, panels: live.map(({ id }) => id) }))}>Merge all</Button>}
        </Group>
        {unnamed && by === '' && <Alert color="yellow" variant="outline" bg="var(--warning-soft)">Say who corrects first: every correction is kept with a name.</Alert>}
        {correct.error !== null && <ErrorPanel error={correct.error} />}
        <Text size="xs" c="dimmed">{picture.whole.width} × {picture.whole.height} pixels, {picture.source}; page {picture.page + 1}{picture.xref === null ? '' : `, object ${picture.xref}`}. Once a box is corrected, the panels of this picture are candidates in review; nothing of their history is overwritten.</Text>
        {picture.caption !== null && <section><Title order={3} mb={4}>Caption</Title><p className={classes['caption']}>{picture.caption}</p></section>}
      </Stack>
      <section aria-label="Panels">
        <Title order={2} mb="xs">{picture.panels.length === 1 ? 'One panel' : `${picture.panels.length} panels`}</Title>
        <ul className={classes['panels']} tabIndex={0} aria-label="List of panels">
          {picture.panels.map((one, i) => (
            <li key={one.id}>
              <button type="button" className={classes['panel']} aria-pressed={one.id === selected} onClick={() => setSelected(one.id)} data-panel={one.id}>
                <img src={objectAddress(one.picture, 160)} alt="" loading="lazy" />
                <span>
                  <Group gap={6} component="span"><Text fw={600} size="sm" component="span">Panel {nameOf(one, i)}</Text><Chip tone={stateTone(one.state)}>{stateOf(one)}</Chip><Text size="xs" c="dimmed" component="span" className="numbers">{one.box[2]} × {one.box[3]} at {one.box[0]}, {one.box[1]}</Text></Group>
                  <Scores panel={one} />
                  {one.id === selected && <ul className={classes['reasons']}>{one.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
