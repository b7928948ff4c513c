/**
 * Mutated safetensors, `.pt` (zip and legacy) and ONNX files: each must be refused by the place of its damage, or load what it held.
 *   npm run accept:fuzz-checkpoints [-- --count 1000] [--seed 1]
 * Small files first, then as many of 16 MB; and what loading costs, each mutated file of 64 MB in a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom, formatBytes } from '../../src/base/index.ts';
import { mutate } from '../../tests/support/fuzz/mutations.ts';
import { fuzz, fuzzSubjects, loaders, recordedSubjects, type Subject } from '../../tests/support/fuzz/subjects.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' }, load: { type: 'string' }, file: { type: 'string' } } });
const [count, seed] = [Number(values.count), Number(values.seed)];
/** 2,000² weights are 16 MB; 4,000², for measuring memory, 64 MB. */
const [wide, widest] = [2000, 4000];
const measured = 12;

/** A field of this process's memory: what it holds, or the most that it held. */
function residentBytes(field: 'VmRSS' | 'VmHWM'): number {
  return 1024 * Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

/** Loads one file and says how much the process's memory grew, in bytes, beyond holding the file. */
async function measureHere(name: string, path: string): Promise<void> {
  const load = Object.entries(loaders(widest)).find(([kind]) => kind === name)?.[1];
  const file = readFileSync(path);
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  // Linux forgets the peak so far when asked to: `man 5 proc`, /proc/pid/clear_refs.
  writeFileSync('/proc/self/clear_refs', '5');
  const before = residentBytes('VmRSS');
  const outcome = await load?.(bytes).then(() => 'loaded', () => 'refused');
  process.stdout.write(JSON.stringify({ grown: residentBytes('VmHWM') - before, outcome }));
}

/** The most that loading mutated files of a kind takes beyond the file itself, as a share of the file. */
function measure({ name, file }: Subject, folder: string): { readonly share: number; readonly loaded: number } {
  const random = createRandom(seed).fork(`memory ${name}`);
  let [share, loaded] = [0, 0];
  for (let i = 0; i <= measured; i++) {
    // The first one is as it was.
    const bytes = i === 0 ? file.bytes : mutate(file, random).bytes;
    const path = join(folder, 'mutated');
    writeFileSync(path, bytes);
    const said: unknown = JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--load', name, '--file', path], { encoding: 'utf8', timeout: 60_000 }));
    if (typeof said !== 'object' || said === null || !('grown' in said) || typeof said.grown !== 'number' || !('outcome' in said)) throw new Error(`${name}: no measure`);
    share = Math.max(share, said.grown / file.bytes.length);
    if (said.outcome === 'loaded') loaded += 1;
  }
  return { share, loaded };
}

async function main(): Promise<void> {
  let failures = 0;
  const line = (text: string): void => console.log(text);
  for (const [title, subjects] of [['small files', [...(await fuzzSubjects(24)), ...recordedSubjects()]], ['files of 16 MB', await fuzzSubjects(wide)]] as const) {
    line(title);
    for (const subject of subjects) {
      const outcome = await fuzz(subject, count, seed);
      line(
        `  ${subject.name}, ${formatBytes(subject.file.bytes.length)}: ${outcome.tried} mutations (${outcome.targeted} of headers, lengths and opcodes): ` +
          `${outcome.refused} refused by place, ${outcome.unchanged} loaded unchanged, ${outcome.violations.length} wrong; slowest ${outcome.slowestMilliseconds.toFixed(0)} ms`,
      );
      for (const violation of outcome.violations.slice(0, 5)) line(`    ${violation}`);
      failures += outcome.violations.length;
    }
  }
  line(`memory of loading beyond the file, ${measured} mutated ones and the intact one each (bound: 2.0 × the file)`);
  const folder = mkdtempSync(join(tmpdir(), 'covid-ct-fuzz-'));
  try {
    for (const subject of await fuzzSubjects(widest)) {
      const { share, loaded } = measure(subject, folder);
      line(`  ${subject.name}: at most ${share.toFixed(2)} × the file (${loaded} of ${measured + 1} loaded)`);
      if (share > 2) failures += 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  line(failures === 0 ? 'all as it should be' : `${failures} FAILED`);
  process.exitCode = failures === 0 ? 0 : 1;
}

if (values.load !== undefined && values.file !== undefined) await measureHere(values.load, values.file);
else await main();
