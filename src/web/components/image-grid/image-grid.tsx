import { useElementSize } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { thumbnailAddress } from '../../app/release.ts';
import { figure } from '../format.ts';
import { sayUnreadable } from '../unreadable.ts';
import classes from './image-grid.module.css';

/** What a tile shows. */
export interface GridImage {
  readonly key: string;
  readonly name: string;
  readonly label: string;
  readonly splits: readonly string[];
  readonly defects: readonly string[];
  readonly score: number | null;
}

/** A list of images of which parts are there: the grid asks for what comes into sight. */
export interface GridSource {
  readonly total: number;
  at(index: number): GridImage | undefined;
  /** Told which images are in sight, or soon will be. */
  want(first: number, last: number): void;
}

interface TileProps {
  readonly image: GridImage | undefined;
  readonly index: number;
  readonly release: string;
  readonly fingerprint: string | undefined;
  readonly positive: string;
  readonly dense: boolean;
  readonly column: number;
  readonly active: boolean;
  readonly selected: boolean;
  readonly select: (index: number, range: boolean) => void;
  readonly hrefOf: (image: GridImage) => string;
}

/**
 * One picture with what matters of it. Rows come into sight many times a second while one scrolls, so that a tile is plain elements:
 * a router's link and a library's checkbox in each took most of a frame.
 */
const Tile = memo(function Tile({ image, index, release, fingerprint, positive, dense, column, active, selected, select, hrefOf }: TileProps) {
  if (image === undefined) return <div role="gridcell" aria-colindex={column + 1} className={classes['tile']} aria-busy="true" aria-label="Loading"><span className={classes['empty']} /></div>;
  return (
    <div role="gridcell" aria-colindex={column + 1} aria-selected={selected} className={classes['tile']} data-selected={selected}>
      <a href={hrefOf(image)} className={classes['link']} tabIndex={active ? 0 : -1} data-index={index}
        aria-label={`${image.name}, ${image.label}${image.splits.length > 0 ? `, ${image.splits.join(' and ')}` : ''}${image.defects.length > 0 ? `, ${image.defects.length} kinds of defect` : ''}`}>
        <img src={thumbnailAddress(release, image.key, dense ? 160 : 320, fingerprint)} alt="" decoding="async" draggable={false} onError={sayUnreadable} />
        <span className={classes['foot']}>
          <span className={classes['dot']} data-positive={image.label === positive} />
          <span className={classes['name']}>{image.name}</span>
          {image.score !== null && <span className={classes['score']} data-positive={image.score >= 0.5}>{figure(image.score, 2)}</span>}
          {image.defects.length > 0 && <span className={classes['defects']} title={image.defects.join(', ')}>{image.defects.length}</span>}
        </span>
      </a>
      <input type="checkbox" className={classes['check']} checked={selected} tabIndex={-1} aria-label={`Select ${image.name}`} onChange={({ nativeEvent }) => select(index, nativeEvent instanceof globalThis.MouseEvent && nativeEvent.shiftKey)} />
    </div>
  );
});

/** How a grid is shown and what it does. */
export interface ImageGridProps {
  readonly source: GridSource;
  readonly release: string;
  readonly fingerprint: string | undefined;
  /** The release's positive label. */
  readonly positive: string;
  /** Wanted width of a tile, in pixels; tiles fill the row. */
  readonly size: number;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (keys: ReadonlySet<string>) => void;
  /** The address that a picture leads to; the same function as long as it gives the same. */
  readonly hrefOf: TileProps['hrefOf'];
  /** What the list is, for those who do not see it. */
  readonly label: string;
}

const gap = 6;
const foot = 24;

/**
 * A grid of pictures that stays smooth at any length: only rows in sight exist. Arrow keys, Home, End and Page keys move,
 * Enter opens, Space selects, with Shift all between.
 */
export function ImageGrid({ source, release, fingerprint, positive, size, selected, onSelect, hrefOf, label }: ImageGridProps) {
  const { ref: measured, width } = useElementSize();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const lastSelected = useRef(0);
  const focusWanted = useRef(false);
  const columns = Math.max(1, Math.floor((width + gap) / (size + gap)));
  const side = Math.max(60, (width - gap * (columns - 1)) / columns);
  const rows = Math.ceil(source.total / columns);
  const rowHeight = Math.round(side + foot + gap);
  const virtual = useVirtualizer({ count: width === 0 ? 0 : rows, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 3, useFlushSync: false });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);

  const items = virtual.getVirtualItems();
  const first = (items[0]?.index ?? 0) * columns;
  const last = Math.min(source.total - 1, ((items.at(-1)?.index ?? 0) + 1) * columns - 1);
  const { want } = source;
  useEffect(() => {
    if (last >= first) want(first, last);
  }, [want, first, last]);

  // The tile that the keyboard moved to may come into being only after scrolling.
  useEffect(() => {
    if (!focusWanted.current) return;
    const link = scroller.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    if (link === null || link === undefined) return;
    focusWanted.current = false;
    link.focus({ preventScroll: true });
  });

  // What tiles call stays the same function, so that none is drawn anew for a change that it does not show.
  const latest = useRef({ source, selected, onSelect });
  useLayoutEffect(() => {
    latest.current = { source, selected, onSelect };
  });
  const select = useCallback((index: number, range: boolean): void => {
    const now = latest.current;
    const from = range ? Math.min(lastSelected.current, index) : index;
    const to = range ? Math.max(lastSelected.current, index) : index;
    const next = new Set(now.selected);
    const turnOn = range || !now.selected.has(now.source.at(index)?.key ?? '');
    for (let i = from; i <= to; i++) {
      const key = now.source.at(i)?.key;
      if (key === undefined) continue;
      if (turnOn) next.add(key);
      else next.delete(key);
    }
    lastSelected.current = index;
    now.onSelect(next);
  }, []);

  const navigate = useNavigate();
  const move = (to: number): void => {
    const index = Math.max(0, Math.min(source.total - 1, to));
    focusWanted.current = true;
    setActive(index);
    virtual.scrollToIndex(Math.floor(index / columns), { align: 'auto' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / rowHeight)) * columns;
    const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, PageDown: page, PageUp: -page, Home: -source.total, End: source.total };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      move(active + step);
    } else if (event.key === ' ') {
      event.preventDefault();
      select(active, event.shiftKey);
    } else if (event.key === 'Enter' && (event.target as HTMLElement).tagName !== 'A') {
      const image = source.at(active);
      if (image !== undefined) void navigate({ href: hrefOf(image) });
    }
  };

  // A plain click stays in the workbench; any other one is the browser's: a new tab, a new window, a menu.
  const onClick = (event: MouseEvent): void => {
    const href = (event.target as HTMLElement).closest('a')?.getAttribute('href');
    if (href === null || href === undefined || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void navigate({ href });
  };

  return (
    <div ref={scroller} className={classes['scroller']} role="grid" tabIndex={-1} aria-label={label} aria-rowcount={rows} aria-colcount={columns} aria-multiselectable onKeyDown={onKeyDown} onClick={onClick}
      onFocus={(event) => {
        const index = (event.target as HTMLElement).dataset['index'];
        if (index !== undefined) setActive(Number(index));
      }}>
      <div ref={measured} role="presentation" className={classes['canvas']} style={{ height: virtual.getTotalSize() }}>
        {items.map((row) => (
          <div key={row.key} role="row" aria-rowindex={row.index + 1} className={classes['row']} style={{ transform: `translateY(${row.start}px)`, gridTemplateColumns: `repeat(${columns}, ${side}px)`, height: rowHeight - gap }}>
            {Array.from({ length: Math.min(columns, source.total - row.index * columns) }, (_, column) => {
              const index = row.index * columns + column;
              const image = source.at(index);
              return <Tile key={index} index={index} column={column} image={image} release={release} fingerprint={fingerprint} positive={positive} dense={side <= 200} active={index === active || (active >= source.total && index === 0)} selected={image !== undefined && selected.has(image.key)} select={select} hrefOf={hrefOf} />;
            })}
          </div>
        ))}
      </div>
    </div>
  );
}
