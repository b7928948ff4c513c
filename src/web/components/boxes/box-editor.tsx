import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { boxBetween, handles, moveBox, resizeBox, type Box, type Handle } from './box.ts';
import classes from './boxes.module.css';

/** A box that can be changed. */
export interface EditedBox {
  readonly id: string;
  readonly box: Box;
  /** What is read out: `Panel a, proposed`. */
  readonly label: string;
  /** Stands in its corner. */
  readonly tag: string;
  readonly tone: 'accent' | 'good' | 'error' | 'warning' | 'note';
}

interface Point {
  readonly x: number;
  readonly y: number;
}

type Drag = { readonly kind: 'move' | 'resize'; readonly id: string; readonly handle: Handle; readonly start: Point; readonly box: Box } | { readonly kind: 'draw'; readonly start: Point };

const cursors: Readonly<Record<string, string>> = { '-1-1': 'nwse-resize', '0-1': 'ns-resize', '1-1': 'nesw-resize', '10': 'ew-resize', '11': 'nwse-resize', '01': 'ns-resize', '-11': 'nesw-resize', '-10': 'ew-resize' };

/**
 * Boxes over a picture: drag to move, drag a handle to resize, drag over nothing to draw another. By keyboard: Tab goes from box to box, arrows
 * move it by a pixel (with Shift its right and lower border; held, by more), Enter keeps, Escape takes back, Delete removes, N draws one.
 */
export function BoxEditor({ picture, address, boxes, selected, select, change, add, remove, confirm, label, busy = false, height }: {
  readonly picture: { readonly width: number; readonly height: number };
  readonly address: string;
  readonly boxes: readonly EditedBox[];
  readonly selected: string | undefined;
  readonly select: (id: string | undefined) => void;
  readonly change: (id: string, box: Box) => void;
  readonly add: (box: Box) => void;
  readonly remove: (id: string) => void;
  /** Enter on a box, with the box as it is then. */
  readonly confirm?: (id: string, box: Box) => void;
  /** What the picture is. */
  readonly label: string;
  /** A change is on its way: no other begins. */
  readonly busy?: boolean;
  /** The most that it takes, as CSS says it. */
  readonly height?: string;
}) {
  const svg = useRef<SVGSVGElement>(null);
  const drag = useRef<Drag>(undefined);
  const [draft, setDraft] = useState<{ readonly id: string; readonly box: Box }>();
  const [drawing, setDrawing] = useState<Box>();
  const scale = Math.max(picture.width, picture.height) / 640;

  const at = (event: { readonly clientX: number; readonly clientY: number }): Point => {
    const frame = svg.current?.getBoundingClientRect();
    if (frame === undefined) return { x: 0, y: 0 };
    return { x: ((event.clientX - frame.left) / frame.width) * picture.width, y: ((event.clientY - frame.top) / frame.height) * picture.height };
  };
  const boxOf = ({ id, box }: EditedBox): Box => (draft?.id === id ? draft.box : box);
  const begin = (event: PointerEvent, next: Drag): void => {
    if (busy || event.button !== 0) return;
    event.stopPropagation();
    svg.current?.setPointerCapture(event.pointerId);
    drag.current = next;
  };
  const onPointerMove = (event: PointerEvent): void => {
    const current = drag.current;
    if (current === undefined) return;
    const point = at(event);
    if (current.kind === 'draw') setDrawing(boxBetween(current.start, point, picture));
    else {
      const [dx, dy] = [point.x - current.start.x, point.y - current.start.y];
      setDraft({ id: current.id, box: current.kind === 'move' ? moveBox(current.box, dx, dy, picture) : resizeBox(current.box, current.handle, dx, dy, picture) });
    }
  };
  const keep = (id: string): void => {
    const before = boxes.find((one) => one.id === id);
    if (draft?.id === id && before !== undefined && before.box.join() !== draft.box.join()) change(id, draft.box);
    setDraft(undefined);
  };
  const onPointerUp = (): void => {
    const current = drag.current;
    drag.current = undefined;
    if (current?.kind === 'draw') {
      if (drawing === undefined) select(undefined);
      else add(drawing);
      setDrawing(undefined);
    } else if (current !== undefined) keep(current.id);
  };
  const onKeyDown = (event: KeyboardEvent, one: EditedBox): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || busy) return;
    const step = event.repeat ? 5 : 1;
    const arrows: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const arrow = arrows[event.key];
    if (arrow !== undefined) setDraft({ id: one.id, box: event.shiftKey ? resizeBox(boxOf(one), { x: 1, y: 1 }, arrow[0], arrow[1], picture) : moveBox(boxOf(one), arrow[0], arrow[1], picture) });
    else if (event.key === 'Enter') {
      keep(one.id);
      confirm?.(one.id, boxOf(one));
    }
    else if (event.key === 'Escape' && draft !== undefined) setDraft(undefined);
    else if (event.key === 'Delete' || event.key === 'Backspace') remove(one.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onStageKey = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== 'n' || event.ctrlKey || event.metaKey || event.altKey || busy) return;
    event.preventDefault();
    event.stopPropagation();
    add([Math.round(picture.width / 4), Math.round(picture.height / 4), Math.max(8, Math.round(picture.width / 2)), Math.max(8, Math.round(picture.height / 2))]);
  };
  return (
    <div className={classes['stage']} role="group" aria-label={`${label}: ${boxes.length} boxes. Tab goes from box to box, N draws one.`} tabIndex={0} onKeyDown={onStageKey} style={height === undefined ? {} : { '--stage-height': height } as Readonly<Record<string, string>>}>
      <svg ref={svg} className={classes['svg']} viewBox={`0 0 ${picture.width} ${picture.height}`} width={picture.width * 4} height={picture.height * 4}
        onPointerDown={(event) => begin(event, { kind: 'draw', start: at(event) })} onPointerMove={onPointerMove} onPointerUp={onPointerUp} onPointerCancel={() => { drag.current = undefined; setDraft(undefined); setDrawing(undefined); }}>
        <image href={address} x={0} y={0} width={picture.width} height={picture.height} preserveAspectRatio="none" />
        {boxes.map((one) => {
          const [x, y, width, height] = boxOf(one);
          return (
            <g key={one.id}>
              <rect className={classes['under']} x={x} y={y} width={width} height={height} />
              <rect className={classes['box']} data-tone={one.tone} data-selected={one.id === selected} data-box={one.id} x={x} y={y} width={width} height={height} tabIndex={0} role="button" aria-label={`${one.label}, ${x}, ${y}, ${width} × ${height} pixels`} aria-pressed={one.id === selected}
                onFocus={() => select(one.id)} onBlur={() => keep(one.id)} onKeyDown={(event) => onKeyDown(event, one)}
                onPointerDown={(event) => { select(one.id); begin(event, { kind: 'move', id: one.id, handle: { x: 0, y: 0 }, start: at(event), box: one.box }); }} />
              {one.tag !== '' && <text className={classes['tag']} x={x + 5 * scale} y={y + 15 * scale} fontSize={13 * scale} strokeWidth={3 * scale}>{one.tag}</text>}
            </g>
          );
        })}
        {boxes.filter(({ id }) => id === selected).map((one) => {
          const [x, y, width, height] = boxOf(one);
          return handles.map((handle) => (
            <rect key={`${handle.x}${handle.y}`} className={classes['handle']} data-handle={`${handle.x}${handle.y}`} x={x + (width * (handle.x + 1)) / 2 - 5 * scale} y={y + (height * (handle.y + 1)) / 2 - 5 * scale} width={10 * scale} height={10 * scale} style={{ cursor: cursors[`${handle.x}${handle.y}`] }}
              onPointerDown={(event) => begin(event, { kind: 'resize', id: one.id, handle, start: at(event), box: one.box })} />
          ));
        })}
        {drawing !== undefined && <rect className={classes['drawing']} x={drawing[0]} y={drawing[1]} width={drawing[2]} height={drawing[3]} />}
      </svg>
    </div>
  );
}
