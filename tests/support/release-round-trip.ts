import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, noProgress, openWorkspace } from '../../src/base/index.ts';
import { decideCandidate, editCandidate, importExtraction, listCandidates, makeRelease, planRelease } from '../../src/curation/index.ts';
import { paste, toRgb, type Picture } from '../../src/imaging/index.ts';
import { drawPaper, type PaperFigure } from '../../src/papers/generator/index.ts';
import { extractBatch, writeCandidates } from '../../src/papers/index.ts';
import { openRelease, type Release, type ReleaseImage } from '../../src/release/index.ts';
import { openStore } from '../../src/store/index.ts';

/** What became of a release's images on their way through papers. */
export interface ReleaseRoundTrip {
  readonly papers: number;
  readonly images: number;
  /** Pictures that came back pixel for pixel, wherever. */
  readonly samePixels: number;
  /** Of those, with the same name. */
  readonly sameNames: number;
  /** Images that were figures by themselves, and how many of them came back pixel for pixel. The others were panels of composites, side by side. */
  readonly alone: { readonly images: number; readonly samePixels: number };
  /** Images whose pixels did not come back. */
  readonly lost: readonly string[];
  /** Images that came back under another name: `old → new`. */
  readonly renamed: readonly string[];
  /** Images of the new release that were none of the old. */
  readonly more: readonly string[];
}

const gutter = 12;

/** Panels side by side, a row as long as three, white between them: as a figure of a paper. */
function compose(pictures: readonly Picture[]): Picture {
  const rows: Picture[][] = [];
  for (const picture of pictures) {
    const last = rows.at(-1);
    if (last === undefined || last.length === 3) rows.push([picture]);
    else last.push(picture);
  }
  const heightOf = (row: readonly Picture[]): number => Math.max(...row.map(({ height }) => height));
  const width = Math.max(...rows.map((row) => row.reduce((sum, one) => sum + one.width, gutter * (row.length - 1))));
  const height = rows.reduce((sum, row) => sum + heightOf(row), gutter * (rows.length - 1));
  let whole: Picture = { width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(255) };
  let y = 0;
  for (const row of rows) {
    let x = 0;
    for (const picture of row) {
      whole = paste(whole, toRgb(picture), { x, y });
      x += picture.width + gutter;
    }
    y += heightOf(row) + gutter;
  }
  return whole;
}

const keyOf = (picture: Picture): string => `${picture.width}x${picture.height}:${Buffer.from(toRgb(picture).data).toString('base64')}`;

/** The figures of one paper: images with one page and object, in the order of their panels. */
function figuresOf(images: readonly ReleaseImage[]): ReleaseImage[][] {
  const figures = new Map<string, ReleaseImage[]>();
  for (const image of images) figures.set(image.parts.figure ?? image.name, [...(figures.get(image.parts.figure ?? image.name) ?? []), image]);
  return [...figures.values()].map((figure) => figure.toSorted((a, b) => (a.parts.panels[0] ?? 0) - (b.parts.panels[0] ?? 0) || (a.parts.panels[1] ?? 0) - (b.parts.panels[1] ?? 0)));
}

/** Images whose names carry page and object, by the stem of their paper; so many papers at most. Of two figures with one object, the first. */
export function papersOfRelease(release: Release, most: number): ReadonlyMap<string, readonly ReleaseImage[]> {
  const papers = new Map<string, ReleaseImage[]>();
  for (const image of release.images) {
    const { stem, page, xref } = image.parts;
    if (stem === undefined || page === undefined || xref === undefined || image.label !== 'COVID') continue;
    const images = papers.get(stem) ?? [];
    if (images.some(({ parts }) => parts.xref === xref && parts.page !== page)) continue;
    papers.set(stem, [...images, image]);
  }
  return new Map([...papers].slice(0, most));
}

/**
 * Sets images into papers by the generator (pixels kept losslessly, at the page and under the object number that their names carry), extracts
 * the papers, accepts everything, makes a release from nothing, and compares.
 * @param papers images by the stem of their paper
 */
export async function runReleaseRoundTrip(release: Release, papers: ReadonlyMap<string, readonly ReleaseImage[]>, folder: string): Promise<ReleaseRoundTrip> {
  const inputs: { readonly given: string; readonly path: string; readonly fileName: string }[] = [];
  await mkdir(join(folder, 'papers'), { recursive: true });
  for (const [stem, images] of papers) {
    const figures: PaperFigure[] = [];
    for (const panels of figuresOf(images)) {
      const [first] = panels;
      if (first === undefined) continue;
      const pictures = await Promise.all(panels.map((image) => release.picture(image)));
      const picture = pictures.length === 1 && pictures[0] !== undefined ? toRgb(pictures[0]) : compose(pictures);
      const { page, xref } = first.parts;
      const place = page === undefined || xref === undefined ? {} : { page: page + 1, object: xref };
      figures.push({ picture, caption: 'Chest CT of a patient with COVID-19 pneumonia shows ground-glass opacities in both lungs.', ...place });
    }
    const paper = await drawPaper(figures, { columns: 1, captions: 'below', title: 'Chest CT of patients with COVID-19' }, createRandom(1));
    const path = join(folder, 'papers', `${stem}.pdf`);
    await writeFile(path, paper.bytes);
    inputs.push({ given: path, path, fileName: `${stem}.pdf` });
  }
  const workspace = openWorkspace(join(folder, 'workspace'));
  const { extraction } = await extractBatch(inputs, { workspace, workers: 1, progress: noProgress });
  await writeCandidates(join(folder, 'found'), extraction, workspace.objects, noProgress);
  const store = await openStore(workspace, { databaseUrl: '' });
  try {
    const actor = { by: 'A. Curator', qualification: null, why: 'all of them', when: new Date('2026-11-25T12:00:00Z') };
    await importExtraction(store, extraction, join(folder, 'found'), actor, { all: true });
    for (const { id, record } of await listCandidates(store.db)) {
      if (record.label === null) await editCandidate(store, id, { label: 'COVID' }, actor);
      await decideCandidate(store, id, 'accepted', actor);
    }
    await makeRelease(await planRelease(store, undefined, { maker: 'test' }), join(folder, 'new'));
  } finally {
    await store.close();
  }
  const made = await openRelease(join(folder, 'new'));
  try {
    const before = new Map<string, string[]>();
    let count = 0;
    for (const image of [...papers.values()].flat()) {
      const key = keyOf(await release.picture(image));
      before.set(key, [...(before.get(key) ?? []), image.name]);
      count += 1;
    }
    let sameNames = 0;
    let samePixels = 0;
    const renamed: string[] = [];
    const more: string[] = [];
    for (const image of made.images) {
      const key = keyOf(await made.picture(image));
      const names = before.get(key);
      // The pictures come back as PNG, also those that were JPEG.
      const bare = (name: string): string => name.replace(/\.\w+$/, '');
      const at = names?.findIndex((name) => bare(name) === bare(image.name)) ?? -1;
      const name = names?.splice(Math.max(0, at), 1)[0];
      if (name === undefined) more.push(image.name);
      else {
        samePixels += 1;
        if (bare(name) === bare(image.name)) sameNames += 1;
        else renamed.push(`${name} → ${image.name}`);
      }
    }
    const lost = [...before.values()].flat();
    const alone = new Set([...papers.values()].flatMap((images) => figuresOf(images).flatMap((figure) => (figure.length === 1 ? figure.map(({ name }) => name) : []))));
    return { papers: papers.size, images: count, samePixels, sameNames, alone: { images: alone.size, samePixels: alone.size - lost.filter((name) => alone.has(name)).length }, lost, renamed, more };
  } finally {
    await made.close();
  }
}
