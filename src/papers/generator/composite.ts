import type { Random } from '../../base/index.ts';
import { crop, paste, resize, toGray, toRgb, type Picture, type Rectangle } from '../../imaging/index.ts';
import { burnIn, type Lettering } from './lettering.ts';

/** How tiles are set beside each other. */
export interface CompositeStyle {
  /** `grid`: tiles of one size; `rows` and `columns`: of one height or width, their number and extent as it comes; `loose`: rows of tiles in sizes of their own, on white. */
  readonly arrangement: 'grid' | 'rows' | 'columns' | 'loose';
  readonly gutter: 'white' | 'black' | 'touching';
  /** In pixels; 0 where tiles touch. */
  readonly gap: number;
  /** White around all, in pixels. */
  readonly margin: number;
  /** Letters: burned into the tiles, or written into the margin above each. */
  readonly letters: 'burned in' | 'above' | 'none';
  /** Scaled as a whole afterwards, as screenshots are, so that seams fall between pixels; 1 for none. */
  readonly scale: number;
}

/** A composite figure with its truth. */
export interface Composite {
  readonly picture: Picture;
  /** Box of each tile, in the order of reading. */
  readonly boxes: readonly Rectangle[];
  readonly style: CompositeStyle;
}

/** Draws a style by chance. @param count tiles */
export function drawStyle(count: number, gutter: CompositeStyle['gutter'], random: Random): CompositeStyle {
  const arrangements = gutter === 'white' ? (['grid', 'grid', 'rows', 'columns', 'loose'] as const) : (['grid', 'grid', 'rows', 'columns'] as const);
  const gap = gutter === 'touching' ? 0 : random.pick([2, 3, 4, 5, 6, 8, 10, 12, 16, 24]);
  return {
    arrangement: count === 1 ? 'grid' : random.pick(arrangements),
    gutter,
    gap,
    margin: random.uniform() < 0.35 ? random.integer(1, 30) : 0,
    letters: gutter === 'white' && random.uniform() < 0.2 ? 'above' : random.uniform() < 0.6 ? 'burned in' : 'none',
    scale: random.uniform() < 0.2 ? 0.6 + 0.7 * random.uniform() : 1,
  };
}

/** Rows of so many tiles each that 2 to 16 tiles are set in: as even as it comes, or not. */
function rowsOf(count: number, isEven: boolean, random: Random): number[] {
  if (isEven) {
    const widths = [1, 2, 3, 4, 5, 6].filter((columns) => count % columns === 0 && count / columns <= 5);
    // 7 or 14 tiles fill no grid: the last row is left short.
    if (widths.length === 0) {
      const most = Math.ceil(Math.sqrt(count));
      return Array.from({ length: Math.ceil(count / most) }, (_, row) => Math.min(most, count - row * most));
    }
    const columns = random.pick(widths);
    return Array.from({ length: count / columns }, () => columns);
  }
  const rows: number[] = [];
  for (let left = count; left > 0; ) {
    const most = Math.min(left, 5);
    const next = random.integer(Math.min(most, left <= 2 ? 1 : 2), most);
    rows.push(next);
    left -= next;
  }
  return rows.length > 6 ? rowsOf(count, isEven, random) : rows;
}

/** A picture cut to a shape about its middle, and scaled. */
function fitted(picture: Picture, width: number, height: number): Picture {
  const shape = width / height;
  const isWide = picture.width / picture.height > shape;
  const [w, h] = isWide ? [Math.max(1, Math.round(picture.height * shape)), picture.height] : [picture.width, Math.max(1, Math.round(picture.width / shape))];
  const cut = crop(picture, { x: (picture.width - w) >> 1, y: (picture.height - h) >> 1, width: Math.min(w, picture.width), height: Math.min(h, picture.height) });
  return resize(cut, width, height, 'bicubic');
}

const transposed = ({ x, y, width, height }: Rectangle): Rectangle => ({ x: y, y: x, width: height, height: width });

interface Placed {
  readonly boxes: readonly Rectangle[];
  readonly width: number;
  readonly height: number;
}

/** Places tiles row by row. @param shapes width by height of each tile */
function place(shapes: readonly number[], style: CompositeStyle, random: Random): Placed {
  const { arrangement, gap } = style;
  const above = style.letters === 'above' ? 22 : 0;
  const isColumns = arrangement === 'columns';
  const rows = rowsOf(shapes.length, arrangement === 'grid', random);
  const perRow = Math.max(...rows);
  const base = Math.max(random.integer(110, 300), 60);
  const shape = 1 + 0.5 * random.uniform();
  const boxes: Rectangle[] = [];
  let [next, y, full] = [0, 0, 0];
  const rowExtent = Math.round(perRow * base * 1.3 + (perRow - 1) * gap);
  for (const row of rows) {
    y += above;
    const own = shapes.slice(next, next + row);
    next += row;
    let x = 0;
    let height = base;
    let widths = own.map(() => Math.round(base * shape));
    if (arrangement === 'loose') {
      const heights = own.map(() => Math.round(base * (0.8 + 0.4 * random.uniform())));
      widths = own.map((ratio, i) => Math.round((heights[i] as number) * ratio));
      for (const [i, width] of widths.entries()) {
        boxes.push({ x, y, width, height: heights[i] as number });
        x += width + gap;
      }
      height = Math.max(...heights);
    } else if (arrangement === 'grid') {
      for (const width of widths) {
        boxes.push({ x, y, width, height });
        x += width + gap;
      }
    } else {
      // Rows of one full width: the height follows from the shapes.
      const ratios = isColumns ? own.map((ratio) => 1 / ratio) : own;
      const free = rowExtent - (row - 1) * gap;
      height = Math.round(free / ratios.reduce((sum, ratio) => sum + ratio, 0));
      let used = 0;
      for (const [i, ratio] of ratios.entries()) {
        const width = i === row - 1 ? free - used : Math.round(height * ratio);
        used += width;
        boxes.push({ x, y, width, height });
        x += width + gap;
      }
    }
    full = Math.max(full, x - gap);
    y += height + gap;
  }
  const size = { width: full, height: y - gap };
  return isColumns ? { boxes: boxes.map(transposed), width: size.height, height: size.width } : { boxes, ...size };
}

/**
 * Sets tiles together into one figure.
 * @param tiles CTs, in the order of reading; they are scaled, and in a grid cut to one shape
 */
export function drawComposite(tiles: readonly Picture[], style: CompositeStyle, lettering: Lettering, random: Random): Composite {
  const placed = place(tiles.map(({ width, height }) => Math.min(2, Math.max(0.75, width / height))), style, random);
  const isGray = tiles.every(({ channels }) => channels === 1);
  const channels = isGray ? 1 : 3;
  const { margin } = style;
  const size = { width: placed.width + 2 * margin, height: placed.height + 2 * margin };
  const ground = style.gutter === 'black' ? 0 : 255;
  let picture: Picture = { ...size, channels, data: new Uint8Array(size.width * size.height * channels).fill(255) };
  if (ground === 0) picture = paste(picture, { width: placed.width, height: placed.height, channels, data: new Uint8Array(placed.width * placed.height * channels) }, { x: margin, y: margin });
  const boxes = placed.boxes.map((box) => ({ ...box, x: box.x + margin, y: box.y + margin }));
  const order = readingOrder(boxes);
  for (const [i, tile] of tiles.entries()) {
    const box = boxes[order[i] ?? i] as Rectangle;
    const mode = isGray ? toGray(tile) : toRgb(tile);
    picture = paste(picture, fitted(mode, box.width, box.height), box);
    const letter = String.fromCharCode(65 + i);
    const height = Math.min(18, Math.round(box.height * 0.14));
    if (style.letters === 'burned in') picture = burnIn(picture, lettering, letter, [box.x + 4, box.y + 4], height, random.pick(['white', 'black on white', 'white on black']));
    if (style.letters === 'above') picture = burnIn(picture, lettering, letter, [box.x + 4, box.y - 18], 13, 'black');
  }
  const inOrder = order.map((at) => boxes[at] as Rectangle);
  if (style.scale === 1) return { picture, boxes: inOrder, style };
  const [width, height] = [Math.round(size.width * style.scale), Math.round(size.height * style.scale)];
  const [sx, sy] = [width / size.width, height / size.height];
  const scaled = inOrder.map((box) => {
    const [x, y] = [Math.round(box.x * sx), Math.round(box.y * sy)];
    return { x, y, width: Math.min(width, Math.round((box.x + box.width) * sx)) - x, height: Math.min(height, Math.round((box.y + box.height) * sy)) - y };
  });
  return { picture: resize(picture, width, height, 'bicubic'), boxes: scaled, style };
}

/** Indices of boxes row by row (columns of tiles are read by their upper edges). */
function readingOrder(boxes: readonly Rectangle[]): number[] {
  return boxes.map((_, i) => i).toSorted((a, b) => {
    const [p, q] = [boxes[a] as Rectangle, boxes[b] as Rectangle];
    return Math.abs(p.y - q.y) < 8 ? p.x - q.x : p.y - q.y;
  });
}
