import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { createRandom, sha256 } from '../../src/base/index.ts';
import { extractionSchema } from '../../src/papers/index.ts';
import { imageStream, paintPicture, PdfWriter, writeLine } from './pdf-writer.ts';
import { program } from './run-program.ts';

/** Side of the figures, in pixels. */
const side = 512;

/** A synthetic paper like no other: 4 to 9 pages, with one to three figures of 512 × 512 gray pixels with grain. */
export function bulkPaper(seed: number): { readonly bytes: Uint8Array; readonly figures: number; readonly pages: number } {
  const random = createRandom(seed).fork('bulk paper');
  const file = new PdfWriter();
  const figures = random.integer(1, 3);
  const pictures = Array.from({ length: figures }, (_, k) => {
    const data = new Uint8Array(side * side);
    for (let i = 0; i < data.length; i++) data[i] = ((i % side) / 4 + Math.floor(i / side) / 6 + 31 * k + (seed % 60) + random.integer(0, 12)) & 255;
    return file.add(imageStream(side, side, '/DeviceGray', data));
  });
  const fonts = { R: 'Times-Roman', B: 'Times-Bold' };
  const body = (y: number, lines: number): string => Array.from({ length: lines }, (_, i) => writeLine('R', 10, 60, y - 12 * i, `Line ${i} of paper ${seed}: running text that fills a line of the column up to its very end, ${random.integer(0, 999)}.`)).join('');
  file.page({ content: [writeLine('B', 18, 60, 760, `A synthetic paper with number ${seed} about COVID-19`), body(700, 45)].join(''), fonts });
  for (const [k, picture] of pictures.entries()) {
    file.page({ content: [paintPicture('A', 150, 500, 280, 280), writeLine('B', 9, 60, 480, `Figure ${k + 1}. Chest CT of patient ${seed} with COVID-19 pneumonia shows ground-glass opacities.`), body(440, 25)].join(''), fonts, pictures: { A: picture } });
  }
  const more = random.integer(2, 5);
  for (let i = 0; i < more; i++) file.page({ content: body(780, 58), fonts });
  return { bytes: file.bytes(), figures, pages: 1 + figures + more };
}

/** What a bulk run came to. */
export interface BulkProof {
  readonly papers: number;
  readonly pages: number;
  readonly candidates: number;
  readonly seconds: number;
  /** By the command itself, and by adding up from outside what all its processes hold, in megabytes. */
  readonly toldMegabytes: number;
  readonly seenMegabytes: number;
  /** Papers that the run after the kill found done. */
  readonly knownAfterKill: number;
  readonly violations: readonly string[];
}

/** Megabytes that a process and its children hold; 0 where the system does not tell. */
function megabytesOf(processId: number): number {
  try {
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1] ?? 0) / 1000;
    const children = readFileSync(`/proc/${processId}/task/${processId}/children`, 'utf8').trim().split(' ').filter((id) => id !== '');
    return own + children.reduce((sum, id) => sum + megabytesOf(Number(id)), 0);
  } catch {
    return 0;
  }
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seen: number;
}

/** Runs the command line; kills it with SIGKILL after as many records as `killAfter` says. */
async function run(args: readonly string[], records: string, killAfter?: number): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  let seen = 0;
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code));
  });
  while (child.exitCode === null && child.signalCode === null) {
    seen = Math.max(seen, megabytesOf(child.pid ?? 0));
    if (killAfter !== undefined && (await readdir(records, { recursive: true }).catch(() => [])).filter((name) => name.endsWith('.json')).length >= killAfter) child.kill('SIGKILL');
    await Promise.race([closed, delay(100)]);
  }
  return { code: await closed, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString(), seen };
}

/**
 * Writes distinct papers and a poisonous one, reads them in one go that is killed (SIGKILL) after a third, then again to the end.
 * @param folder empty; stays for the caller to remove
 */
export async function proveBulk(folder: string, count: number): Promise<BulkProof> {
  const papers = join(folder, 'papers');
  await mkdir(papers, { recursive: true });
  let [figures, pages] = [0, 0];
  const hashes = new Set<string>();
  for (let i = 0; i < count; i++) {
    const paper = bulkPaper(i);
    hashes.add(sha256(paper.bytes));
    figures += paper.figures;
    pages += paper.pages;
    await writeFile(join(papers, `paper${String(i).padStart(5, '0')}.pdf`), paper.bytes);
  }
  const violations: string[] = [];
  if (hashes.size !== count) violations.push(`${count} papers, of which ${hashes.size} are distinct`);
  // A picture of 12,000 × 12,000 pixels takes more memory than the limit allows: it must cost its own job alone.
  const poison = new PdfWriter();
  const huge = poison.add(imageStream(12_000, 12_000, '/DeviceRGB', new Uint8Array(12_000 * 12_000 * 3)));
  poison.page({ content: paintPicture('A', 50, 50, 400, 400), pictures: { A: huge } });
  await writeFile(join(papers, 'poison.pdf'), poison.bytes());
  const workspace = join(folder, 'workspace');
  const records = join(workspace, 'papers', 'records');
  const args = ['extract', papers, '--out', join(folder, 'found'), '--workspace', workspace, '--memory', '600', '--json'];
  const started = performance.now();
  const killed = await run(args, records, Math.floor(count / 3));
  if (killed.code !== null) violations.push(`it ended with ${killed.code} before it was killed: ${killed.stderr.slice(-300)}`);
  if ((await readdir(folder)).includes('found')) violations.push('the killed run left an output folder');
  const whole = await run(args, records);
  const seconds = (performance.now() - started) / 1000;
  if (whole.code !== 1) violations.push(`exit code ${whole.code}, not 1 for one paper that was not read: ${whole.stderr.slice(-300)}`);
  const { cost } = JSON.parse(whole.stdout) as { readonly cost: { readonly known: number; readonly peakMegabytes: number } };
  const kept = extractionSchema.parse(JSON.parse(await readFile(join(folder, 'found', 'candidates.json'), 'utf8')));
  const files = (await readdir(join(folder, 'found'))).filter((name) => name.endsWith('.png')).length;
  const unread = kept.papers.filter(({ status }) => status !== 'read').map(({ file, status }) => `${file.split('/').at(-1)}: ${status}`);
  if (unread.join() !== 'poison.pdf: too much memory') violations.push(`not read: ${unread.join(', ')}`);
  if (kept.candidates.length !== figures || files !== figures) violations.push(`${figures} figures, ${kept.candidates.length} candidates, ${files} files`);
  if (kept.candidates.some(({ selected }) => !selected)) violations.push('a candidate was not selected');
  if (cost.known < Math.floor(count / 3)) violations.push(`only ${cost.known} results were there after the kill`);
  await rm(papers, { recursive: true, force: true });
  return { papers: count, pages, candidates: kept.candidates.length, seconds, toldMegabytes: cost.peakMegabytes, seenMegabytes: Math.round(Math.max(whole.seen, killed.seen)), knownAfterKill: cost.known, violations };
}
