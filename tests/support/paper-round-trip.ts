import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, noProgress, openWorkspace, sha256, writeFileAtomic, type Progress } from '../../src/base/index.ts';
import { decideCandidate, importExtraction, listCandidates, makeRelease, planRelease } from '../../src/curation/index.ts';
import { drawPhantom, paste, toGray, toRgb, type Picture } from '../../src/imaging/index.ts';
import { extractBatch, type Extraction } from '../../src/papers/index.ts';
import { drawPaper, type PaperFigure } from '../../src/papers/generator/index.ts';
import { formatFileName, openRelease, parseFileName, type Release, type ReleaseImage } from '../../src/release/index.ts';
import { openMemoryStore } from '../../src/store/index.ts';

/** What came back of a release that went through papers, candidates, review and a new release. */
export interface PaperRoundTrip {
  readonly images: number;
  readonly papers: number;
  /** Images of the new release with the very pixels, under the very name. */
  readonly same: number;
  /** The very pixels under another name, since the old one carries no page and xref, or two levels of panels. */
  readonly renamed: readonly string[];
  /** A name that carries page and xref, and came back otherwise. */
  readonly wrongNames: readonly string[];
  /** Pixels that came back nowhere. */
  readonly lost: readonly string[];
  /** Candidates that are no image of the release: cuts in the wrong place. Synthetic fillers are not counted. */
  readonly extra: number;
}

/** What a figure's pixels are known by: all of them, as RGB. */
const keyOf = (picture: Picture): string => {
  const { width, height, data } = toRgb(picture);
  return `${width}x${height} ${sha256(data)}`;
};

/** Ground between the panels of a composite, in pixels. */
const gutter = 14;

/** A picture's four border lines. */
function borders({ width, height, data }: Picture): Uint8Array[] {
  const column = (x: number): Uint8Array => Uint8Array.from({ length: height }, (_, y) => data[y * width + x] ?? 0);
  return [data.slice(0, width), data.slice((height - 1) * width), column(0), column(width - 1)];
}

/**
 * The ground on which panels are set: white, as in most papers; gray, where a panel has a white margin of its own: nobody could tell where
 * one ends and the other begins.
 */
function groundFor(tiles: readonly Picture[]): number {
  const margins = new Set(tiles.flatMap((tile) => borders(toGray(tile)).flatMap((line) => (line.every((level) => level === line[0]) ? [line[0] ?? 0] : []))));
  const ground = [255, 128, 160, 100].find((level) => !margins.has(level));
  if (ground === undefined) throw new Error('no ground tells these panels apart');
  return ground;
}

/** Tiles in rows, as near to a square as their number allows, on an even ground. */
function compose(tiles: readonly Picture[]): Picture {
  const columns = Math.ceil(Math.sqrt(tiles.length));
  const rows = Array.from({ length: Math.ceil(tiles.length / columns) }, (_, i) => tiles.slice(i * columns, (i + 1) * columns));
  const width = Math.max(...rows.map((row) => row.reduce((sum, tile) => sum + tile.width + gutter, -gutter)));
  const height = rows.reduce((sum, row) => sum + Math.max(...row.map((tile) => tile.height)) + gutter, -gutter);
  let canvas: Picture = { width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(groundFor(tiles)) };
  let y = 0;
  for (const row of rows) {
    let x = 0;
    for (const tile of row) {
      canvas = paste(canvas, toRgb(tile), { x, y });
      x += tile.width + gutter;
    }
    y += Math.max(...row.map((tile) => tile.height)) + gutter;
  }
  return canvas;
}

const sentence = 'Axial chest CT shows ground-glass opacities in COVID-19 pneumonia.';
const captionFor = (panels: number): string => (panels === 1 ? sentence : `${sentence} ${Array.from({ length: panels }, (_, i) => `(${String.fromCharCode(65 + i)}) Scan ${i + 1}.`).join(' ')}`);

interface PlannedPaper {
  readonly stem: string;
  readonly figures: PaperFigure[];
}

interface Plan {
  readonly papers: readonly PlannedPaper[];
  readonly fillers: ReadonlySet<string>;
  /** Images whose names should come back. */
  readonly named: ReadonlySet<string>;
}

/** Figures of a paper that has no name to keep. */
const figuresInRest = 8;

/** One paper a stem, with every figure on its page under its number; what carries neither, or two levels of panels, goes into papers without a name. */
async function plan(release: Release, images: readonly ReleaseImage[]): Promise<Plan> {
  const papers = new Map<string, PlannedPaper>();
  const fillers = new Set<string>();
  const named = new Set<string>();
  const paperOf = (stem: string): PlannedPaper => {
    const paper = papers.get(stem) ?? { stem, figures: [] };
    papers.set(stem, paper);
    return paper;
  };
  const figures = new Map<string, ReleaseImage[]>();
  let rest = 0;
  for (const image of images) {
    const { stem, page, xref, panels } = image.parts;
    if (stem === undefined || page === undefined || xref === undefined || xref === 0 || panels.length > 1) {
      paperOf(`rest ${Math.floor(rest++ / figuresInRest)}`).figures.push({ picture: await release.picture(image), caption: sentence });
      continue;
    }
    named.add(image.name);
    const { base } = parseFileName(image.name);
    figures.set(base, [...(figures.get(base) ?? []), image]);
  }
  for (const own of figures.values()) {
    const [first] = own;
    const { stem, page, xref, panels } = first?.parts ?? {};
    if (first === undefined || stem === undefined || page === undefined || xref === undefined) continue;
    const tiles: Picture[] = [];
    // A lone `%0` had neighbours that nobody published.
    const most = panels?.length === 0 ? 0 : Math.max(1, ...own.map(({ parts }) => parts.panels[0] ?? 0));
    for (let k = 0; k <= most; k++) {
      const image = most === 0 ? first : own.find(({ parts }) => parts.panels[0] === k);
      // In place of a panel that the release left out.
      const filler = image === undefined ? drawPhantom({ patient: 9000 + k, lesions: 'opacities', width: 300, height: 240 }) : undefined;
      if (filler !== undefined) fillers.add(keyOf(filler));
      tiles.push(filler ?? (await release.picture(image ?? first)));
    }
    paperOf(stem).figures.push({ picture: tiles.length === 1 ? (tiles[0] as Picture) : compose(tiles), caption: captionFor(tiles.length), page: page + 1, object: xref });
  }
  return { papers: [...papers.values()], fillers, named };
}

/**
 * Release → papers → extract → accept all → release new, and compares.
 * @param images of one label
 * @param folder stays for the caller to remove; papers that were extracted into it before are not extracted again
 */
export async function paperRoundTrip(release: Release, images: readonly ReleaseImage[], folder: string, progress: Progress = noProgress): Promise<PaperRoundTrip> {
  const { papers, fillers, named } = await plan(release, images);
  await mkdir(join(folder, 'papers'), { recursive: true });
  const random = createRandom(1).fork('paper round trip');
  const items = [];
  for (const [i, { stem, figures }] of papers.entries()) {
    const path = join(folder, 'papers', `${i}.pdf`);
    await writeFile(path, (await drawPaper(figures, { columns: 1, captions: 'below', title: 'A synthetic paper about COVID-19' }, random.fork(stem))).bytes);
    items.push({ given: `${stem}.pdf`, path, fileName: `${stem}.pdf` });
  }
  const workspace = openWorkspace(join(folder, 'workspace'));
  const { extraction } = await extractBatch(items, { workspace, progress, workers: 2, limits: { seconds: 3600 } });
  const unread = extraction.papers.filter(({ status }) => status !== 'read');
  if (unread.length > 0) throw new Error(`not read: ${unread.map(({ file, status }) => `${file} (${status})`).join(', ')}`);
  await rm(join(folder, 'papers'), { recursive: true });
  await rm(join(folder, 'release'), { recursive: true, force: true });
  const made = await newRelease(extraction, folder);
  try {
    return await compare(release, images, made, { papers: papers.length, fillers, named });
  } finally {
    await made.close();
  }
}

/** Accepts all candidates, and makes a first release of them. */
async function newRelease(extraction: Extraction, folder: string): Promise<Release> {
  const actor = { by: 'Round trip', qualification: null, why: 'accept all', when: new Date('2026-01-01T00:00:00Z') };
  const store = await openMemoryStore(openWorkspace(join(folder, 'workspace')));
  try {
    await importExtraction(store, extraction, folder, actor);
    for (const { id } of await listCandidates(store.db)) await decideCandidate(store, id, 'accepted', actor);
    await makeRelease(await planRelease(store, undefined, { maker: 'round trip', name: 'Round trip' }), join(folder, 'release'));
  } finally {
    await store.close();
  }
  await writeFileAtomic(join(folder, 'candidates.json'), JSON.stringify(extraction));
  return openRelease(join(folder, 'release'));
}

async function compare(release: Release, images: readonly ReleaseImage[], made: Release, { papers, fillers, named }: { readonly papers: number; readonly fillers: ReadonlySet<string>; readonly named: ReadonlySet<string> }): Promise<PaperRoundTrip> {
  const names = new Map<string, Set<string>>();
  let extra = 0;
  const wanted = new Map<string, string>();
  for (const image of images) wanted.set(image.name, keyOf(await release.picture(image)));
  const all = new Set(wanted.values());
  for (const image of made.images) {
    const key = keyOf(await made.picture(image));
    names.set(key, (names.get(key) ?? new Set()).add(image.name));
    if (!all.has(key) && !fillers.has(key) && !fillers.has(keyOf(toGray(await made.picture(image))))) extra += 1;
  }
  const [renamed, wrongNames, lost]: [string[], string[], string[]] = [[], [], []];
  let same = 0;
  for (const [name, key] of wanted) {
    const found = names.get(key);
    // What is cut out of a paper is kept as PNG, whatever it was, and its panels are marked by `%`, where some of upstream's names have `-` or `_`.
    const { base, panels } = parseFileName(name);
    const asPng = formatFileName({ base, panels, extension: 'png' });
    if (found === undefined) lost.push(name);
    else if (found.has(asPng)) same += 1;
    else (named.has(name) ? wrongNames : renamed).push(name);
  }
  return { images: images.length, papers, same, renamed, wrongNames, lost, extra };
}
