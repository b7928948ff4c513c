/**
 * Time a page beside PyMuPDF doing the same on the same files: opening, text with fonts and boxes, pictures with boxes and
 * native pixels, boxes of drawings. One process each, in turns, so that a busy machine slows both alike.
 *   npm run bench:papers [-- --rounds 5] [--folder ../shared/data/papers]
 * PYTHON names a Python with PyMuPDF (Debian's python3-fitz, or `pip install pymupdf` in a virtual environment); default .venv/bin/python.
 * Each process reads all files twice: the first pass pays for compiling, the second does not. Exit code 1 above the bound of 3.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, folder: { type: 'string', default: fileURLToPath(new URL('../../shared/data/papers', import.meta.url)) } } });
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const python = process.env['PYTHON'] ?? here('../.venv/bin/python');
const papers = readdirSync(values.folder).filter((name) => name.endsWith('.pdf')).toSorted().map((name) => join(values.folder, name));
const bound = 3;

try {
  execFileSync(python, ['-c', 'import fitz'], { stdio: 'ignore' });
} catch {
  console.error(`There is no PyMuPDF beside ${python}. Make one and name it: python3 -m venv VENV && VENV/bin/pip install pymupdf && PYTHON=VENV/bin/python npm run bench:papers`);
  process.exit(4);
}

const schema = z.object({ version: z.string(), passes: z.array(z.object({ seconds: z.number(), computed: z.number(), figureSeconds: z.number().default(0), pages: z.number(), pictures: z.number(), letters: z.number() })) });
const read = (program: string, script: string): z.infer<typeof schema> => schema.parse(JSON.parse(execFileSync(program, [here(script), '2', ...papers], { encoding: 'utf8', maxBuffer: 1 << 26 })));
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

const ours: z.infer<typeof schema>[] = [];
const theirs: z.infer<typeof schema>[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  theirs.push(read(python, 'read_papers.py'));
  ours.push(read(process.execPath, 'read-papers.ts'));
}
const pages = ours[0]?.passes[0]?.pages ?? 0;
console.log(`${papers.length} files, ${pages} pages, ${values.rounds} rounds; ${ours[0]?.passes[0]?.pictures} pictures here, ${theirs[0]?.passes[0]?.pictures} there; PyMuPDF ${theirs[0]?.version}, Node ${ours[0]?.version}`);
console.log('milliseconds a page, medians     covid-ct   PyMuPDF   ratio (least to most of the rounds)');
let worst = 0;
for (const [pass, name] of ['first pass', 'second pass'].entries()) {
  for (const [what, label] of [['seconds', 'by the clock'], ['computed', 'of computing']] as const) {
    const [a, b] = [ours, theirs].map((runs) => runs.map(({ passes }) => ((passes[pass]?.[what] ?? 0) * 1000) / pages)) as [number[], number[]];
    const ratios = a.map((value, i) => value / (b[i] ?? Number.NaN)).toSorted((x, y) => x - y);
    if (what === 'seconds') worst = Math.max(worst, median(ratios));
    console.log(`${`${name}, ${label}`.padEnd(32)} ${median(a).toFixed(1).padStart(8)}  ${median(b).toFixed(1).padStart(8)}   ${median(ratios).toFixed(2)} (${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)})`);
  }
}
const figures = ours.map(({ passes }) => ((passes[1]?.figureSeconds ?? 0) * 1000) / pages);
console.log(`besides, not compared: finding figures and captions takes ${median(figures).toFixed(1)} ms a page`);
console.log(worst <= bound ? `within ${bound} times` : `NOT within ${bound} times`);
process.exitCode = worst <= bound ? 0 : 1;
