import { useCallback, useEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import { lungWindow, mediastinalWindow, type Window } from '../../../imaging/index.ts';
import type { Mark, Reading } from './api.ts';
import { paintFrame, windowPixels } from './paint.ts';
import classes from './reading-room.module.css';
import type { Frames } from './use-frames.ts';

const zooms = [1, 1.5, 2, 3, 4] as const;

/** Keys that the viewer takes, whatever has the focus. */
function useKeys(onKey: (key: string) => boolean): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const inText = event.target instanceof HTMLInputElement && event.target.type === 'text';
      if (event.ctrlKey || event.metaKey || event.altKey || inText) return;
      if (onKey(event.key)) event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [onKey]);
}

/** The case on a black ground: slices by wheel and arrow keys, the window by dragging with the right button, zoom by + and −, marks by a click. */
export function Viewer({ reading, frames, most, marks, onMarks }: { readonly reading: Reading; readonly frames: Frames; readonly most: number; readonly marks: readonly Mark[]; readonly onMarks: (marks: Mark[]) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [slice, setSlice] = useState(reading.frames >> 1);
  const [window_, setWindow] = useState<Window>(reading.window ?? lungWindow);
  const [zoom, setZoom] = useState(0);
  const drag = useRef<{ readonly x: number; readonly y: number; readonly window: Window } | undefined>(undefined);
  const pixels = useMemo(() => (reading.kind === 'hounsfield' ? windowPixels(window_) : undefined), [reading.kind, window_]);
  const frame = frames.get(slice);
  const image = useRef<ImageData | undefined>(undefined);

  useEffect(() => {
    const context = canvas.current?.getContext('2d', { alpha: false });
    if (context === null || context === undefined || frame === undefined) return;
    image.current ??= context.createImageData(reading.side, reading.side);
    paintFrame(image.current, frame, reading.kind, pixels);
    context.putImageData(image.current, 0, 0);
    // Told to tests, which count the frames that were really painted.
    canvas.current?.setAttribute('data-painted', String(slice));
  }, [frame, pixels, reading.kind, reading.side, slice]);

  const go = useCallback((by: number) => setSlice((at) => Math.min(reading.frames - 1, Math.max(0, at + by))), [reading.frames]);
  useKeys(
    useCallback(
      (key) => {
        if (key === '+' || key === '=') setZoom((at) => Math.min(zooms.length - 1, at + 1));
        else if (key === '-') setZoom((at) => Math.max(0, at - 1));
        else if (reading.frames > 1 && ['ArrowDown', 'PageDown', 'ArrowUp', 'PageUp'].includes(key)) go((key.startsWith('Page') ? 10 : 1) * (key.endsWith('Down') ? 1 : -1));
        else if (reading.kind === 'hounsfield' && (key === 'l' || key === 'm')) setWindow(key === 'l' ? lungWindow : mediastinalWindow);
        else return false;
        return true;
      },
      [go, reading.frames, reading.kind],
    ),
  );

  useEffect(() => {
    const element = stage.current;
    if (element === null || reading.frames === 1) return;
    // Not React's handler: that one may not keep the page from scrolling.
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      go(event.deltaY > 0 ? 1 : -1);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [go, reading.frames]);

  const place = (event: PointerEvent): Mark => {
    const box = canvas.current?.getBoundingClientRect();
    const share = (at: number, from: number, size: number): number => Math.min(1, Math.max(0, (at - from) / Math.max(1, size)));
    return { x: share(event.clientX, box?.left ?? 0, box?.width ?? 1), y: share(event.clientY, box?.top ?? 0, box?.height ?? 1), slice };
  };
  const press = (event: PointerEvent): void => {
    if (event.button === 2 && reading.kind === 'hounsfield') {
      drag.current = { x: event.clientX, y: event.clientY, window: window_ };
      event.currentTarget.setPointerCapture(event.pointerId);
    } else if (event.button === 0 && most > 0) {
      const at = place(event);
      const near = marks.find((mark) => mark.slice === slice && Math.hypot(mark.x - at.x, mark.y - at.y) < 0.02);
      onMarks(near === undefined ? [...marks, at].slice(-most) : marks.filter((mark) => mark !== near));
    }
  };
  const move = (event: PointerEvent): void => {
    const from = drag.current;
    if (from !== undefined) setWindow({ level: Math.round(from.window.level + 2 * (event.clientY - from.y)), width: Math.max(1, Math.round(from.window.width + 4 * (event.clientX - from.x))) });
  };

  return (
    <div className={classes['viewer']}>
      <div ref={stage} className={classes['stage']} data-zoomed={zoom > 0 ? '' : undefined} tabIndex={0} role="group" aria-label={`Case ${reading.number}`}>
        <div className={classes['sheet']} style={{ width: `${100 * (zooms[zoom] ?? 1)}%` }}>
          <canvas
            ref={canvas}
            width={reading.side}
            height={reading.side}
            className={classes['canvas']}
            role="img"
            aria-label={reading.frames > 1 ? `Slice ${slice + 1} of ${reading.frames}` : 'The picture'}
            onPointerDown={press}
            onPointerMove={move}
            onPointerUp={() => (drag.current = undefined)}
            onContextMenu={(event) => event.preventDefault()}
          />
          {marks.filter((mark) => mark.slice === slice).map((mark) => <span key={`${mark.x} ${mark.y}`} className={classes['mark']} style={{ left: `${100 * mark.x}%`, top: `${100 * mark.y}%` }} aria-hidden />)}
        </div>
      </div>
      <div className={classes['status']} aria-live="off">
        {reading.frames > 1 && <span>slice {slice + 1} of {reading.frames}{frames.loaded < reading.frames ? `, ${frames.loaded} loaded` : ''}</span>}
        {reading.kind === 'hounsfield' && <span>level {window_.level}, width {window_.width} HU</span>}
        <span>zoom {zooms[zoom]}×</span>
        {most > 0 && <span>{marks.length} of {most} marked</span>}
        {/* Where there is neither wheel nor keys. */}
        <span className={classes['touch']}>
          {reading.frames > 1 && <button type="button" aria-label="Slice before" onClick={() => go(-1)}>↑</button>}
          {reading.frames > 1 && <button type="button" aria-label="Next slice" onClick={() => go(1)}>↓</button>}
          <button type="button" aria-label="Smaller" onClick={() => setZoom((at) => Math.max(0, at - 1))}>−</button>
          <button type="button" aria-label="Larger" onClick={() => setZoom((at) => Math.min(zooms.length - 1, at + 1))}>+</button>
        </span>
      </div>
    </div>
  );
}
