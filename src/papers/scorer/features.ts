import { findLungs, resize, toGray, type Picture } from '../../imaging/index.ts';

/** Side of the small picture whose gray levels are features themselves. */
const thumbnail = 8;
/** The longer side at which pixels are counted: finer, nothing changes but the time. */
const workingSide = 256;

/** Names of the features, in the order in which {@link ctFeatures} gives them. */
export const ctFeatureNames: readonly string[] = [
  'saturation', 'coloured', 'black', 'dark', 'middle', 'bright', 'white', 'levels', 'flat', 'flat middle', 'edges', 'straight edges',
  'texture', 'symmetry', 'shape', 'lungs', 'lung share', 'border', 'dark rows', 'dark columns',
  ...Array.from({ length: thumbnail * thumbnail }, (_, i) => `level ${i % thumbnail},${Math.floor(i / thumbnail)}`),
];

/** Correlation of two rows of numbers; 0 where one does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const [p, q] = [value - ma, (b[i] ?? 0) - mb];
    ab += p * q;
    aa += p * p;
    bb += q * q;
  }
  return aa * bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

function colourfulness({ channels, data }: Picture): readonly [number, number] {
  if (channels === 1) return [0, 0];
  let [sum, coloured, count] = [0, 0, 0];
  for (let i = 0; i < data.length; i += channels) {
    const [r, g, b] = [data[i] as number, data[i + 1] as number, data[i + 2] as number];
    const spread = Math.max(r, g, b) - Math.min(r, g, b);
    sum += spread;
    if (spread > 40) coloured += 1;
    count += 1;
  }
  return [sum / count / 255, coloured / count];
}

function working(picture: Picture): Picture {
  const scale = workingSide / Math.max(picture.width, picture.height);
  return scale >= 1 ? picture : resize(picture, Math.max(8, Math.round(picture.width * scale)), Math.max(8, Math.round(picture.height * scale)), 'box');
}

/**
 * What tells a CT slice from other pictures in papers: levels of gray and their spread, flat areas and straight edges as
 * drawings have them, the two sides alike, lungs in it, and where it is dark. Numbers around 0 to 1, `[ctFeatureNames.length]`.
 */
export function ctFeatures(picture: Picture): number[] {
  const [saturation, coloured] = colourfulness(picture);
  const small = working(toGray(picture));
  const { width, height, data } = small;
  const shares = [0, 0, 0, 0, 0];
  const histogram = new Uint32Array(256);
  let [flat, flatMiddle, middle, edges, straight, texture] = [0, 0, 0, 0, 0, 0];
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const at = y * width + x;
      const value = data[at] as number;
      const [dx, dy] = [Math.abs((data[at + 1] as number) - value), Math.abs((data[at + width] as number) - value)];
      histogram[value] = (histogram[value] as number) + 1;
      const bin = value <= 8 ? 0 : value <= 64 ? 1 : value <= 160 ? 2 : value < 246 ? 3 : 4;
      shares[bin] = (shares[bin] as number) + 1;
      const isFlat = dx + dy <= 1;
      if (isFlat) flat += 1;
      if (bin > 0 && bin < 4) {
        middle += 1;
        if (isFlat) flatMiddle += 1;
        texture += Math.min(60, dx + dy);
      }
      if (Math.max(dx, dy) > 50) {
        edges += 1;
        if (Math.min(dx, dy) < 0.1 * Math.max(dx, dy)) straight += 1;
      }
    }
  }
  const pixels = Math.max(1, (width - 1) * (height - 1));
  const thumb = resize(small, thumbnail, thumbnail, 'box');
  const levels = Array.from(thumb.data, (value) => value / 255);
  const mirrored = levels.map((_, i) => levels[Math.floor(i / thumbnail) * thumbnail + (thumbnail - 1 - (i % thumbnail))] ?? 0);
  const lungs = findLungs(small);
  const isBorder = (i: number): boolean => i % thumbnail === 0 || i % thumbnail === thumbnail - 1 || i < thumbnail || i >= thumbnail * (thumbnail - 1);
  const border = levels.filter((_, i) => isBorder(i));
  const lineMeans = (along: 'rows' | 'columns'): number => {
    const means = Array.from({ length: thumbnail }, (_, line) => levels.reduce((sum, value, i) => ((along === 'rows' ? Math.floor(i / thumbnail) : i % thumbnail) === line ? sum + value : sum), 0) / thumbnail);
    return Math.max(...means) - Math.min(...means);
  };
  return [
    saturation,
    coloured,
    ...shares.map((count) => count / pixels),
    histogram.filter((count) => count > pixels / 20_000).length / 256,
    flat / pixels,
    flatMiddle / Math.max(1, middle),
    edges / pixels,
    straight / Math.max(1, edges),
    texture / Math.max(1, middle) / 60,
    correlation(levels, mirrored),
    Math.log(picture.width / picture.height),
    Number(lungs.found),
    lungs.found ? lungs.share : 0,
    border.reduce((sum, value) => sum + value, 0) / border.length,
    lineMeans('rows'),
    lineMeans('columns'),
    ...levels,
  ];
}
