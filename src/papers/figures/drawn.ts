import type { Box } from '../pdf/index.ts';
import { union } from '../layout/boxes.ts';

/** Side of the cells on which drawings are put, in points: lines of one plot are rarely further apart. */
const cell = 5;
/** Sides below which drawings are rules, underlines and signs. */
const smallest = { width: 40, height: 30 };

/**
 * Groups what is drawn into areas: drawings whose boxes touch or lie within a cell's width belong together.
 * @returns areas large enough to be a figure, from top to bottom
 */
export function drawnAreas(drawings: readonly Box[], page: { readonly width: number; readonly height: number }): Box[] {
  const columns = Math.ceil(page.width / cell) + 1;
  const rows = Math.ceil(page.height / cell) + 1;
  const parent = new Int32Array(columns * rows).fill(-1);
  const rootOf = (at: number): number => {
    let root = at;
    while ((parent[root] ?? root) !== root) root = parent[root] ?? root;
    parent[at] = root;
    return root;
  };
  const cellsOf = ({ x, y, width, height }: Box): readonly [number, number, number, number] => [
    Math.min(columns - 1, Math.max(0, Math.floor(x / cell))),
    Math.min(rows - 1, Math.max(0, Math.floor(y / cell))),
    Math.min(columns - 1, Math.max(0, Math.floor((x + width) / cell))),
    Math.min(rows - 1, Math.max(0, Math.floor((y + height) / cell))),
  ];
  for (const box of drawings) {
    const [left, top, right, bottom] = cellsOf(box);
    const start = top * columns + left;
    if (parent[start] === -1) parent[start] = start;
    const root = rootOf(start);
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const at = row * columns + column;
        if (parent[at] !== -1) parent[rootOf(at)] = root;
        parent[at] = root;
      }
    }
  }
  // Neighbouring cells belong together.
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      if (parent[at] === -1) continue;
      for (const [dx, dy] of [[1, 0], [0, 1], [1, 1], [-1, 1]] as const) {
        const next = (row + dy) * columns + column + dx;
        if (row + dy < rows && column + dx >= 0 && column + dx < columns && parent[next] !== -1) parent[rootOf(next)] = rootOf(at);
      }
    }
  }
  const groups = new Map<number, Box[]>();
  for (const box of drawings) {
    const [left, top] = cellsOf(box);
    const root = rootOf(top * columns + left);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [box]);
    else group.push(box);
  }
  return [...groups.values()].map(union).filter(({ width, height }) => width >= smallest.width && height >= smallest.height).toSorted((a, b) => a.y - b.y);
}
