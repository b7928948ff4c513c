import type { Random } from '../../base/index.ts';
import { drawPhantomVolume, fillPolygon, resize, sliceUnits, type Picture, type Point } from '../../imaging/index.ts';
import { layInk, type Lettering } from './lettering.ts';

/** What else stands in papers' figures. All of it is synthetic. */
export const otherFigureKinds = ['curves', 'bars', 'pie', 'matrix', 'diagram', 'text', 'radiograph', '3d', 'photograph', 'scatter'] as const;
export type OtherFigureKind = (typeof otherFigureKinds)[number];

const canvas = (width: number, height: number, level = 255): Picture => ({ width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(level) });
const box = (picture: Picture, x: number, y: number, width: number, height: number, colour: readonly number[]): Picture => fillPolygon(picture, [[x, y], [x + width, y], [x + width, y + height], [x, y + height]], colour);
const anyColour = (random: Random): number[] => [random.integer(0, 220), random.integer(0, 220), random.integer(0, 220)];

function line(picture: Picture, [x0, y0]: Point, [x1, y1]: Point, thickness: number, colour: readonly number[]): Picture {
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [nx, ny] = [((y1 - y0) / length) * (thickness / 2), (-(x1 - x0) / length) * (thickness / 2)];
  return fillPolygon(picture, [[x0 + nx, y0 + ny], [x1 + nx, y1 + ny], [x1 - nx, y1 - ny], [x0 - nx, y0 - ny]], colour);
}

function circle(picture: Picture, [x, y]: Point, radius: number, colour: readonly number[], from = 0, to = 2 * Math.PI): Picture {
  const points: Point[] = Array.from({ length: 40 }, (_, i) => [x + radius * Math.cos(from + ((to - from) * i) / 39), y + radius * Math.sin(from + ((to - from) * i) / 39)]);
  return fillPolygon(picture, to - from < 6 ? [[x, y], ...points] : points, colour);
}

const label = (random: Random): string => random.pick(['Loss', 'Epoch', 'Day', 'COVID-19', 'Accuracy', 'n = 34', '0.5', '100', 'Control', 'AUC 0.93', 'Time (d)', 'Group A']);

function withAxes(random: Random, lettering: Lettering): { picture: Picture; area: { x: number; y: number; width: number; height: number } } {
  const [width, height] = [random.integer(280, 560), random.integer(220, 440)];
  const area = { x: 50, y: 25, width: width - 75, height: height - 70 };
  let picture = canvas(width, height);
  if (random.uniform() < 0.5) {
    const step = area.height / random.integer(4, 8);
    for (let y = area.y; y < area.y + area.height; y += step) picture = box(picture, area.x, Math.round(y), area.width, 1, [210, 210, 210]);
  }
  picture = box(picture, area.x, area.y, 2, area.height, [0, 0, 0]);
  picture = box(picture, area.x, area.y + area.height, area.width, 2, [0, 0, 0]);
  if (random.uniform() < 0.4) {
    picture = box(picture, area.x, area.y, area.width, 1, [0, 0, 0]);
    picture = box(picture, area.x + area.width, area.y, 1, area.height, [0, 0, 0]);
  }
  for (let i = 0; i < 6; i++) picture = layInk(picture, lettering.draw(String(i * 10), 8, 'Helvetica'), [Math.round(area.x + (i * area.width) / 6), area.y + area.height + 8], [0, 0, 0]);
  picture = layInk(picture, lettering.draw(label(random), 11, 'Helvetica'), [width >> 1, height - 20], [0, 0, 0]);
  return { picture: layInk(picture, lettering.draw(label(random), 11, 'Helvetica'), [4, 4], [0, 0, 0]), area };
}

function curves(random: Random, lettering: Lettering): Picture {
  const { picture, area } = withAxes(random, lettering);
  let drawn = picture;
  for (let i = 0; i < random.integer(1, 5); i++) {
    const colour = anyColour(random);
    let level = random.uniform();
    let before: Point | undefined;
    for (let k = 0; k <= 20; k++) {
      level = Math.min(1, Math.max(0, level + 0.12 * random.normal()));
      const at: Point = [area.x + (k * area.width) / 20, area.y + (1 - level) * area.height];
      if (before !== undefined) drawn = line(drawn, before, at, random.pick([1.5, 2, 3]), colour);
      before = at;
    }
  }
  return drawn;
}

function bars(random: Random, lettering: Lettering): Picture {
  const { picture, area } = withAxes(random, lettering);
  let drawn = picture;
  const count = random.integer(2, 12);
  const colours = [anyColour(random), anyColour(random)];
  for (let i = 0; i < count; i++) {
    const height = random.uniform() * area.height;
    drawn = box(drawn, Math.round(area.x + ((i + 0.2) * area.width) / count), Math.round(area.y + area.height - height), Math.round((0.65 * area.width) / count), Math.round(height), colours[i % 2] ?? [0, 0, 0]);
  }
  return drawn;
}

function scatter(random: Random, lettering: Lettering): Picture {
  const { picture, area } = withAxes(random, lettering);
  let drawn = picture;
  const colours = [anyColour(random), anyColour(random), anyColour(random)];
  for (let i = 0; i < random.integer(20, 150); i++) drawn = circle(drawn, [area.x + random.uniform() * area.width, area.y + random.uniform() * area.height], 3, random.pick(colours));
  return drawn;
}

function pie(random: Random, lettering: Lettering): Picture {
  const size = random.integer(220, 400);
  let drawn = canvas(size + 120, size);
  let from = 0;
  while (from < 2 * Math.PI) {
    const to = Math.min(2 * Math.PI, from + 0.3 + random.uniform() * 1.4);
    drawn = circle(drawn, [size / 2, size / 2], size * 0.42, random.uniform() < 0.3 ? [random.integer(0, 255)].flatMap((v) => [v, v, v]) : anyColour(random), from, to);
    drawn = layInk(drawn, lettering.draw(label(random), 10, 'Helvetica'), [Math.round(size * 0.9), Math.round((from * size) / 8) + 10], [0, 0, 0]);
    from = to;
  }
  return drawn;
}

function matrix(random: Random, lettering: Lettering): Picture {
  const [cells, side] = [random.integer(2, 6), random.integer(40, 110)];
  const dark = anyColour(random);
  let drawn = canvas(cells * side + 120, cells * side + 60);
  for (let i = 0; i < cells * cells; i++) {
    const share = i % (cells + 1) === 0 ? 0.7 + 0.3 * random.uniform() : 0.2 * random.uniform();
    const colour = dark.map((level) => Math.round(255 * (1 - share) + level * share));
    drawn = box(drawn, 60 + (i % cells) * side, 20 + Math.floor(i / cells) * side, side, side, colour);
    drawn = layInk(drawn, lettering.draw(String(random.integer(0, 99)), 12, 'Helvetica'), [60 + (i % cells) * side + (side >> 1), 20 + Math.floor(i / cells) * side + (side >> 1)], share > 0.5 ? [255, 255, 255] : [0, 0, 0]);
  }
  return drawn;
}

function diagram(random: Random, lettering: Lettering): Picture {
  const [width, height] = [random.integer(300, 600), random.integer(220, 480)];
  let drawn = canvas(width, height);
  let before: Point | undefined;
  for (let i = 0; i < random.integer(4, 12); i++) {
    const [w, h] = [random.integer(40, 130), random.integer(20, 60)];
    const [x, y] = [random.integer(5, width - w - 5), random.integer(5, height - h - 5)];
    if (before !== undefined) drawn = line(drawn, before, [x + w / 2, y + h / 2], 2, [0, 0, 0]);
    before = [x + w / 2, y + h / 2];
    drawn = box(drawn, x, y, w, h, [0, 0, 0]);
    drawn = box(drawn, x + 1, y + 1, w - 2, h - 2, random.uniform() < 0.5 ? [255, 255, 255] : anyColour(random).map((level) => 255 - Math.round(level / 3)));
    drawn = layInk(drawn, lettering.draw(label(random), 9, 'Helvetica'), [x + 6, y + 6], [0, 0, 0]);
  }
  return drawn;
}

function text(random: Random, lettering: Lettering): Picture {
  const [width, height] = [random.integer(260, 520), random.integer(200, 500)];
  let drawn = canvas(width, height);
  for (let y = 8; y < height - 14; y += 16) {
    let written = '';
    while (written.length < width / 8) written += `${label(random)} `;
    drawn = layInk(drawn, lettering.draw(written, 8, 'Times-Roman'), [8, y], [0, 0, 0]);
  }
  return drawn;
}

/** A frontal projection of a synthetic volume: like a radiograph of the chest to a program. */
function radiograph(random: Random): Picture {
  const volume = drawPhantomVolume({ patient: random.integer(0, 100_000), lesions: random.pick(['none', 'opacities'] as const), slices: 48, thickness: 7, width: 96, height: 96 });
  const { columns, rows, slices } = volume;
  const sums = new Float32Array(columns * slices);
  for (let slice = 0; slice < slices; slice++) {
    const units = sliceUnits(volume, slice);
    for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) sums[slice * columns + column] = (sums[slice * columns + column] as number) + Math.max(0, (units[row * columns + column] as number) + 1000);
  }
  const most = sums.reduce((high, value) => Math.max(high, value), 1);
  const gamma = 0.5 + random.uniform();
  const invert = random.uniform() < 0.1;
  const data = Uint8Array.from(sums, (value) => {
    const level = 255 * (value / most) ** gamma;
    return Math.round(invert ? 255 - level : level);
  });
  return resize({ width: columns, height: slices, channels: 1, data }, random.integer(260, 460), random.integer(260, 460), 'bicubic');
}

/** Shaded bodies on black or white. */
function solid(random: Random): Picture {
  const [width, height] = [random.integer(220, 420), random.integer(180, 360)];
  const picture = canvas(width, height, random.uniform() < 0.7 ? 0 : 255);
  const data = picture.data.slice();
  for (let body = 0; body < random.integer(1, 4); body++) {
    const [cx, cy, rx, ry] = [random.uniform() * width, (0.3 + 0.4 * random.uniform()) * height, (0.08 + 0.2 * random.uniform()) * width, (0.15 + 0.3 * random.uniform()) * height];
    const colour = anyColour(random);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [u, v] = [(x - cx) / rx, (y - cy) / ry];
        const depth = 1 - u * u - v * v;
        if (depth <= 0) continue;
        const shade = 0.3 + 0.9 * Math.max(0, Math.sqrt(depth) * 0.7 - 0.3 * u - 0.3 * v) + 0.05 * random.normal();
        for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = Math.max(0, Math.min(255, Math.round((colour[c] ?? 0) * shade)));
      }
    }
  }
  return { ...picture, data };
}

/** Smooth fields of colour with noise, in colour or gray: what photographs are to the eye of statistics. */
function photograph(random: Random): Picture {
  const small: Picture = { width: random.integer(3, 12), height: random.integer(3, 10), channels: 3, data: new Uint8Array(360) };
  const gray = random.uniform() < 0.3;
  const base = anyColour(random);
  const samples = Uint8Array.from({ length: small.width * small.height * 3 }, (_, i) => (gray && i % 3 > 0 ? 0 : Math.max(0, Math.min(255, Math.round((gray ? 120 : (base[i % 3] ?? 0)) + 60 * random.normal())))));
  if (gray) for (let i = 0; i < samples.length; i += 3) samples.fill(samples[i] as number, i, i + 3);
  const smooth = resize({ ...small, data: samples }, random.integer(200, 420), random.integer(160, 360), 'bicubic');
  const noise = random.uniform() * 12;
  return { ...smooth, data: Uint8Array.from(smooth.data, (level) => Math.max(0, Math.min(255, Math.round(level + noise * random.normal())))) };
}

/** Draws a figure that is no CT. It is synthetic. */
export function drawOtherFigure(kind: OtherFigureKind, lettering: Lettering, random: Random): Picture {
  switch (kind) {
    case 'curves':
      return curves(random, lettering);
    case 'bars':
      return bars(random, lettering);
    case 'scatter':
      return scatter(random, lettering);
    case 'pie':
      return pie(random, lettering);
    case 'matrix':
      return matrix(random, lettering);
    case 'diagram':
      return diagram(random, lettering);
    case 'text':
      return text(random, lettering);
    case 'radiograph':
      return radiograph(random);
    case '3d':
      return solid(random);
    case 'photograph':
      return photograph(random);
  }
}
