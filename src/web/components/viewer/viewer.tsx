import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { Attention } from '../../inference/protocol.ts';
import { attentionCanvas } from './attention.ts';
import { contrastTable, fit, pan, toPicture, toScreen, zoomAt, type Contrast, type Point, type View } from './view.ts';
import classes from './viewer.module.css';

/** What dragging does. */
export type ViewerTool = 'pan' | 'contrast' | 'measure';

/** A picture on the screen, as radiologists know it. */
export interface ViewerProps {
  /** Address of the picture, or of an object. */
  readonly source: string;
  readonly label: string;
  readonly tool: ViewerTool;
  readonly contrast: Contrast;
  readonly onContrast: (contrast: Contrast) => void;
  /** Undefined: the whole picture. */
  readonly view: View | undefined;
  readonly onView: (view: View | undefined) => void;
  readonly attention?: Attention | undefined;
  /** 0 to 1. */
  readonly attentionStrength?: number;
  readonly onFault?: (message: string) => void;
}

interface Loaded {
  readonly source: string;
  readonly width: number;
  readonly height: number;
  readonly pixels: ImageData;
}

async function loadPicture(source: string, signal: AbortSignal): Promise<Loaded> {
  const response = await fetch(source, { signal });
  if (!response.ok) throw new Error(`The picture cannot be shown (${response.status}).`);
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: 'none' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives no canvas.');
  // What is transparent lies on white, as on paper.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, bitmap.width, bitmap.height);
  context.drawImage(bitmap, 0, 0);
  const loaded = { source, width: bitmap.width, height: bitmap.height, pixels: context.getImageData(0, 0, bitmap.width, bitmap.height) };
  bitmap.close();
  return loaded;
}

/** The picture with its contrast applied, drawn once for each contrast. */
function shownPicture({ width, height, pixels }: Loaded, contrast: Contrast): OffscreenCanvas {
  const table = contrastTable(contrast);
  const shown = new ImageData(width, height);
  for (let i = 0; i < pixels.data.length; i += 4) {
    for (let c = 0; c < 3; c++) shown.data[i + c] = table[pixels.data[i + c] ?? 0] ?? 0;
    shown.data[i + 3] = 255;
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.putImageData(shown, 0, 0);
  return canvas;
}

/** Screen pixels of an arrow key. */
const keyStep = 40;

/** Shows a picture: wheel and pinch zoom, drags do what the tool says, arrow keys move, + and − zoom, 0 fits. */
export function Viewer({ source, label, tool, contrast, onContrast, view, onView, attention, attentionStrength = 0.55, onFault }: ViewerProps) {
  const { ref: sized, width, height } = useElementSize<HTMLDivElement>();
  const box = useRef<HTMLDivElement>(null);
  const place = useMergedRef(sized, box);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [loaded, setLoaded] = useState<Loaded>();
  const [line, setLine] = useState<{ readonly from: Point; readonly to: Point }>();
  const [pointer, setPointer] = useState<Point>();
  const screen = useMemo(() => ({ width, height }), [width, height]);

  useEffect(() => {
    const controller = new AbortController();
    setLine(undefined);
    loadPicture(source, controller.signal).then(setLoaded, (error: unknown) => {
      if (!controller.signal.aborted) onFault?.(error instanceof Error ? error.message : String(error));
    });
    return () => controller.abort();
  }, [source, onFault]);

  const current = view ?? (loaded === undefined || width === 0 ? undefined : fit(loaded, screen));
  const shown = useMemo(() => (loaded === undefined ? undefined : shownPicture(loaded, contrast)), [loaded, contrast]);
  const overlay = useMemo(() => (attention === undefined ? undefined : attentionCanvas(attention)), [attention]);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined || shown === undefined || current === undefined || width === 0) return;
    const dense = globalThis.devicePixelRatio;
    element.width = Math.round(width * dense);
    element.height = Math.round(height * dense);
    const { x, y } = toScreen(current, screen, { x: 0, y: 0 });
    context.setTransform(dense * current.zoom, 0, 0, dense * current.zoom, x * dense, y * dense);
    // Single pixels are to be seen once they are large.
    context.imageSmoothingEnabled = current.zoom < 3;
    context.imageSmoothingQuality = 'high';
    context.drawImage(shown, 0, 0);
    if (overlay !== undefined && attention !== undefined) {
      context.imageSmoothingEnabled = true;
      context.globalAlpha = attentionStrength;
      context.drawImage(overlay, attention.region.x, attention.region.y, attention.region.width, attention.region.height);
      context.globalAlpha = 1;
    }
    if (line !== undefined) {
      context.strokeStyle = '#ffd43b';
      context.lineWidth = 1.5 / current.zoom;
      context.beginPath();
      context.moveTo(line.from.x, line.from.y);
      context.lineTo(line.to.x, line.to.y);
      context.stroke();
      for (const end of [line.from, line.to]) {
        context.beginPath();
        context.arc(end.x, end.y, 3.5 / current.zoom, 0, 2 * Math.PI);
        context.stroke();
      }
    }
  }, [shown, overlay, attention, attentionStrength, current, screen, width, height, line]);

  const at = (event: { readonly clientX: number; readonly clientY: number }): Point => {
    const corner = box.current?.getBoundingClientRect();
    return { x: event.clientX - (corner?.left ?? 0), y: event.clientY - (corner?.top ?? 0) };
  };

  // A wheel must be heard by a listener that may keep the page from scrolling.
  useEffect(() => {
    const element = box.current;
    if (element === null || current === undefined) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      onView(zoomAt(current, screen, at(event), Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016))));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [current, screen, onView]);

  const drag = useRef<{ readonly start: Point; readonly view: View; readonly contrast: Contrast; readonly does: ViewerTool }>(undefined);
  const fingers = useRef(new Map<number, Point>());
  const onPointerDown = (event: PointerEvent): void => {
    if (current === undefined) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, at(event));
    // As in other viewers: the right button sets the contrast, the middle one moves, whatever the tool.
    const does = event.button === 2 ? 'contrast' : event.button === 1 ? 'pan' : tool;
    drag.current = { start: at(event), view: current, contrast, does };
    if (does === 'measure') {
      const from = toPicture(current, screen, at(event));
      setLine({ from, to: from });
    }
  };
  const onPointerMove = (event: PointerEvent): void => {
    const point = at(event);
    if (current !== undefined) setPointer(toPicture(current, screen, point));
    const before = fingers.current.get(event.pointerId);
    if (before === undefined || drag.current === undefined || current === undefined) return;
    if (fingers.current.size === 2) {
      const [other] = [...fingers.current].flatMap(([id, place]) => (id === event.pointerId ? [] : [place]));
      fingers.current.set(event.pointerId, point);
      if (other !== undefined) onView(zoomAt(current, screen, { x: (point.x + other.x) / 2, y: (point.y + other.y) / 2 }, Math.hypot(point.x - other.x, point.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y))));
      return;
    }
    fingers.current.set(event.pointerId, point);
    const { start, view: startView, contrast: startContrast, does } = drag.current;
    const [dx, dy] = [point.x - start.x, point.y - start.y];
    if (does === 'pan') onView(pan(startView, dx, dy));
    else if (does === 'contrast') onContrast({ ...startContrast, width: Math.max(1, Math.min(510, startContrast.width + dx)), centre: Math.max(0, Math.min(255, startContrast.centre + dy / 2)) });
    else setLine((known) => (known === undefined ? known : { ...known, to: toPicture(current, screen, point) }));
  };
  const onPointerUp = (event: PointerEvent): void => {
    fingers.current.delete(event.pointerId);
    drag.current = undefined;
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (current === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = { x: width / 2, y: height / 2 };
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => onView(pan(current, keyStep, 0)), ArrowRight: () => onView(pan(current, -keyStep, 0)), ArrowUp: () => onView(pan(current, 0, keyStep)), ArrowDown: () => onView(pan(current, 0, -keyStep)),
      '+': () => onView(zoomAt(current, screen, middle, 1.25)), '=': () => onView(zoomAt(current, screen, middle, 1.25)), '-': () => onView(zoomAt(current, screen, middle, 0.8)),
      '0': () => { onView(undefined); setLine(undefined); },
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };

  const length = line === undefined ? undefined : Math.hypot(line.to.x - line.from.x, line.to.y - line.from.y);
  const level = useCallback((): string => {
    if (loaded === undefined || pointer === undefined) return '';
    const [x, y] = [Math.floor(pointer.x), Math.floor(pointer.y)];
    if (x < 0 || y < 0 || x >= loaded.width || y >= loaded.height) return '';
    const i = 4 * (y * loaded.width + x);
    const [r, g, b] = [loaded.pixels.data[i] ?? 0, loaded.pixels.data[i + 1] ?? 0, loaded.pixels.data[i + 2] ?? 0];
    return `${x}, ${y}: ${r === g && g === b ? `level ${r}` : `${r}, ${g}, ${b}`}`;
  }, [loaded, pointer]);

  return (
    <div ref={place} className={classes['viewer']} data-tool={tool} role="application" aria-label={`${label}. Arrow keys move, plus and minus zoom, 0 fits.`} aria-roledescription="picture viewer" tabIndex={0}
      onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={onPointerUp} onPointerCancel={onPointerUp} onPointerLeave={() => setPointer(undefined)}
      onDoubleClick={() => onView(undefined)} onContextMenu={(event) => event.preventDefault()} onKeyDown={onKeyDown}>
      <canvas ref={canvas} className={classes['canvas']} data-shown={shown !== undefined && current !== undefined} />
      <div className={classes['corner']}>
        <span>{current === undefined ? '' : `${Math.round(current.zoom * 100)} %`}</span>
        <span>{level()}</span>
      </div>
      {length !== undefined && length > 0 && <div className={classes['length']} aria-live="polite">{length.toFixed(1)} pixels</div>}
    </div>
  );
}
