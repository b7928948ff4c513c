import { Button, Group, Kbd, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { objectAddress } from '../../app/reviewer.ts';
import type { Box } from '../../components/boxes/box.ts';
import { BoxEditor } from '../../components/boxes/box-editor.tsx';
import classes from './review.module.css';
import type { ReviewCandidate } from './use-review.ts';

/** What is being cut: the picture to one box, into parts, or its borders anew within the whole figure. */
export type CutMode = 'crop' | 'recut' | 'split';
type Cut = { readonly action: 'crop' | 'recut'; readonly box: [number, number, number, number] } | { readonly action: 'split'; readonly boxes: [number, number, number, number][] };

const plain = ([x, y, width, height]: Box): [number, number, number, number] => [x, y, width, height];

/** So many equal parts of a picture, side by side or one above the other. */
function equalParts({ width, height }: { readonly width: number; readonly height: number }, parts: number, how: 'columns' | 'rows'): Box[] {
  const side = how === 'columns' ? width : height;
  const edges = Array.from({ length: parts + 1 }, (_, i) => Math.round((side * i) / parts));
  return edges.slice(0, -1).map((edge, i) => (how === 'columns' ? [edge, 0, (edges[i + 1] ?? side) - edge, height] : [0, edge, width, (edges[i + 1] ?? side) - edge]));
}

/** The picture with what it is to be cut to. */
export function CutRoom({ candidate, mode, leave, cut, busy }: { readonly candidate: ReviewCandidate; readonly mode: CutMode; readonly leave: () => void; readonly cut: (cut: Cut) => void; readonly busy: boolean }) {
  const { picture, origin } = candidate;
  const figure = mode === 'recut' && origin.whole !== null && origin.panel !== null ? { whole: origin.whole, panel: origin.panel } : undefined;
  const shown = figure?.whole ?? picture;
  const [boxes, setBoxes] = useState<readonly Box[]>(() => (figure !== undefined ? [figure.panel] : mode === 'split' ? equalParts(picture, 2, 'columns') : [[0, 0, picture.width, picture.height]]));
  const [selected, setSelected] = useState<string | undefined>('0');
  const room = useRef<HTMLDivElement>(null);
  const placed = boxes.map((box, i) => ({ box, id: String(i) }));
  const apply = (final: readonly Box[]): void => {
    const [first] = final;
    if (busy || first === undefined) return;
    if (mode !== 'split') cut({ action: mode, box: plain(first) });
    else if (final.length > 1) cut({ action: 'split', boxes: final.map(plain) });
  };
  const withBox = (id: string, box: Box): readonly Box[] => placed.map((one) => (one.id === id ? box : one.box));
  useEffect(() => {
    const target = room.current?.querySelector<SVGElement>('[data-box="0"]');
    target?.focus();
  }, []);
  useEffect(() => {
    if (mode !== 'split') return undefined;
    const onKey = (event: KeyboardEvent): void => {
      const parts = Number(/^(?:Digit|Numpad)([2-9])$/.exec(event.code)?.[1] ?? 0);
      if (parts === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      setBoxes(equalParts(picture, parts, event.shiftKey ? 'rows' : 'columns'));
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [mode, picture]);
  return (
    <>
      <div className={classes['editor']} ref={room}>
        <BoxEditor picture={shown} address={objectAddress(shown.sha256)} label={mode === 'split' ? 'Parts' : 'Cut'} height="calc(100vh - 300px)" selected={selected} select={setSelected} busy={busy}
          boxes={placed.map(({ box, id }, i) => ({ id, box, label: mode === 'split' ? `Part ${i + 1}` : 'What is kept', tag: mode === 'split' ? String(i + 1) : '', tone: 'warning' }))}
          change={(id, box) => setBoxes(withBox(id, box))}
          add={(box) => setBoxes(mode === 'split' ? [...boxes, box] : [box])}
          remove={(id) => setBoxes(mode === 'split' ? placed.filter((one) => one.id !== id).map(({ box }) => box) : boxes)}
          confirm={(id, box) => apply(withBox(id, box))} />
      </div>
      <div className={classes['actions']}>
        <Button disabled={mode === 'split' && boxes.length < 2} loading={busy} onClick={() => apply(boxes)}>{mode === 'split' ? `Split into ${boxes.length}` : mode === 'crop' ? 'Crop' : 'Cut anew'} <Kbd size="xs" ml={6}>Enter</Kbd></Button>
        <Button variant="default" onClick={leave}>Cancel <Kbd size="xs" ml={6}>Esc</Kbd></Button>
        {mode === 'split' && <Group gap={4}>{[2, 3, 4].map((parts) => <Button key={parts} variant="default" onClick={() => setBoxes(equalParts(picture, parts, 'columns'))}>{parts} columns</Button>)}<Button variant="default" onClick={() => setBoxes(equalParts(picture, 2, 'rows'))}>2 rows</Button></Group>}
        <Text size="xs" c="dimmed">{mode === 'split' ? 'Draw, move and delete parts; Tab goes from one to the next.' : 'Arrows move it, Shift and arrows resize it; or drag its handles.'}</Text>
      </div>
    </>
  );
}
