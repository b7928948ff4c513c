import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { writeFileAtomic } from '../../src/base/index.ts';
import { main } from '../../src/cli/main.ts';
import { drawPhantom, preprocess } from '../../src/imaging/index.ts';
import { decodePicture, encodePng } from '../../src/imaging/node.ts';
import { openModel, researchOnly } from '../../src/models/index.ts';
import { drawSample } from '../../src/release/index.ts';
import { exportRuleModel } from '../support/exported-model.ts';

let folder: string;
let release: string;
let model: string;
let onnx: Uint8Array<ArrayBuffer>;
const names = ['a.png', 'b.png', 'deep/c.png'];
const picturePath = (name: string): string => join(folder, 'pictures', name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-predict-'));
  onnx = await exportRuleModel('efficientnet_lite0', 32);
  model = join(folder, 'run', 'model.onnx');
  await writeFileAtomic(model, onnx);
  for (const [i, name] of names.entries()) await writeFileAtomic(picturePath(name), await encodePng(drawPhantom({ patient: i, lesions: i === 1 ? 'opacities' : 'none', width: 90 + i, height: 70 })));
  await writeFileAtomic(picturePath('notes.txt'), 'no picture, and not named as one');
  release = join(folder, 'release');
  for (const [path, bytes] of (await drawSample()).files) await writeFileAtomic(join(release, path), bytes);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]) => runCommand('predict', ...args, '--threads', '1');

/** Runs the command line in this process. */
async function runCommand(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const written = { out: '', err: '' };
  const keep = (name: keyof typeof written) => (chunk: string | Uint8Array) => {
    written[name] += String(chunk);
    return true;
  };
  const spies = [vi.spyOn(process.stdout, 'write').mockImplementation(keep('out')), vi.spyOn(process.stderr, 'write').mockImplementation(keep('err'))];
  try {
    const code = await main([...args, '--workspace', join(folder, 'workspace')]);
    return { code, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const documentSchema = z.object({
  use: z.string(),
  positive: z.string(),
  scores: z.array(z.object({ image: z.string(), score: z.number() })),
  unread: z.array(z.object({ image: z.string(), problem: z.string() })),
});
const documentOf = ({ out }: { readonly out: string }) => documentSchema.parse(JSON.parse(out));

/** The probability of COVID of one picture, by the model alone. */
async function expectedScore(path: string): Promise<number> {
  const { card, model: opened } = await openModel(onnx, { threads: 1 });
  const data = preprocess(await decodePicture(await readFile(path)), card.preprocessing);
  const { probabilities } = await opened.run({ input: { shape: [1, 3, 32, 32], data } });
  await opened.close();
  return probabilities?.data[1] ?? NaN;
}

describe('covid-ct predict', () => {
  it('scores the pictures of a folder as the model does one by one, in batches of any size', async () => {
    const expected = await Promise.all(names.map((name) => expectedScore(picturePath(name))));
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(1e-3);
    for (const batch of ['1', '2', '8']) {
      const result = await run(model, join(folder, 'pictures'), '--json', '--batch', batch);
      expect(result.code).toBe(0);
      const { scores, use, positive } = documentOf(result);
      expect([use, positive]).toEqual([researchOnly, 'COVID']);
      expect(scores.map(({ image }) => image)).toEqual(names.map(picturePath));
      scores.forEach(({ score }, i) => expect(score).toBeCloseTo(expected[i] ?? NaN, 5));
    }
  });

  it('prints a table, takes a run folder, and says that it is never for diagnosis', async () => {
    const { code, out } = await run(join(folder, 'run'), picturePath('a.png'));
    expect(code).toBe(0);
    expect(out).toMatch(/image +score \(COVID\)/);
    expect(out).toMatch(/a\.png +0\.\d{4}/);
    expect(out).toContain(researchOnly);
  });

  it('names what cannot be read, scores the others, and exits 1', async () => {
    const result = await run(model, picturePath('notes.txt'), picturePath('a.png'), picturePath('gone.png'), '--json');
    expect(result.code).toBe(1);
    const { scores, unread } = documentOf(result);
    expect(scores.map(({ image }) => image)).toEqual([picturePath('a.png')]);
    expect(unread.map(({ image }) => image).toSorted()).toEqual([picturePath('gone.png'), picturePath('notes.txt')]);
    expect(result.err).toContain('2 of 3 pictures could not be read');
  });

  it('--list: paths from the list\'s own folder; a picture named twice is scored once', async () => {
    const list = picturePath('list.txt');
    await writeFile(list, '\uFEFFa.png\r\n\r\ndeep/c.png\r\n');
    expect(documentOf(await run(model, '--list', list, '--json')).scores.map(({ image }) => image)).toEqual(['a.png', 'deep/c.png']);
    expect(documentOf(await run(model, picturePath('a.png'), join(folder, 'pictures'), '--json')).scores).toHaveLength(3);
  });

  it('--release --split test --out: a table that covid-ct evaluate takes', async () => {
    const out = join(folder, 'scores.csv');
    const { code, out: said } = await run(model, '--release', release, '--split', 'test', '--out', out);
    expect(code).toBe(0);
    expect(said).toContain(`22 pictures scored by ${model}`);
    const lines = (await readFile(out, 'utf8')).trim().split('\n');
    expect(lines[0]).toBe('image,score');
    expect(lines).toHaveLength(23);
    expect((await runCommand('evaluate', out, '--release', release, '--json')).code).toBe(0);
  });

  it.each([
    ['no model', () => [join(folder, 'gone.onnx'), picturePath('a.png')], 3, /There is no model/],
    ['a run without a model', () => [join(folder, 'pictures'), picturePath('a.png')], 3, /holds no model\.onnx/],
    ['a file that is no model', () => [picturePath('a.png'), picturePath('a.png')], 3, /seal is missing/],
    ['nothing to score', () => [model], 2, /no picture to score/],
    ['a list that is not there', () => [model, '--list', join(folder, 'gone.txt')], 3, /There is no list/],
    ['a part that is none', () => [model, '--release', release, '--split', 'tests'], 2, /no part tests/],
    ['a track without a part', () => [model, '--release', release, '--track', 'clean'], 2, /no --split/],
    ['a batch of none', () => [model, picturePath('a.png'), '--batch', '0'], 2, /--batch 0/],
  ])('%s is said', async (_, args, code, message) => {
    const result = await run(...args());
    expect(result.code).toBe(code);
    expect(result.err).toMatch(message);
  });

  it('a damaged model is refused by its file and place', async () => {
    const damaged = join(folder, 'damaged.onnx');
    await writeFile(damaged, onnx.with(3_000_000, (onnx[3_000_000] ?? 0) ^ 4));
    const result = await run(damaged, picturePath('a.png'));
    expect(result.code).toBe(3);
    expect(result.err.replaceAll(/\s+/g, ' ')).toMatch(/damaged\.onnx: The model file is damaged at bytes 2097152 to 3145728/);
  });
});
