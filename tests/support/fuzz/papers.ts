import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { createRandom, noProgress, openWorkspace, type Progress } from '../../../src/base/index.ts';
import { extractBatch, paperStatuses, type BatchCost, type JobLimits, type PaperStatus } from '../../../src/papers/index.ts';
import { casePaper } from '../case-paper.ts';
import { imageStream, paintPicture, PdfWriter, type PdfStream } from '../pdf-writer.ts';
import { encryptPdf } from './encrypt-pdf.ts';
import { mutate } from './mutations.ts';

/** A file that tries something, and which statuses are right for it. */
export interface HostilePaper {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly expected: readonly PaperStatus[];
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A PDF of objects as they are, with a sound cross-reference table. @param root number of the catalogue */
function rawPdf(objects: readonly (string | PdfStream)[], root = 1): Uint8Array {
  const file = new PdfWriter();
  for (const object of objects) file.add(object);
  const text = Buffer.from(file.bytes()).toString('latin1');
  return Uint8Array.from(Buffer.from(text.replace(/\/Root \d+ 0 R/, `/Root ${root} 0 R`), 'latin1'));
}

const bomb = (megabytes: number, byte: number): Uint8Array => deflateSync(new Uint8Array(megabytes << 20).fill(byte), { level: 9 });
/** Statuses of what may be read, given up, or stopped, as long as it ends. */
const anyEnd: readonly PaperStatus[] = ['read', 'partly read', 'broken', 'empty', 'too slow', 'too much memory'];

/** Files that are broken, locked, empty, no PDF, endless, recursive or huge. @param pages of the longest */
export function hostilePapers(pages: number): HostilePaper[] {
  const good = casePaper({ seed: 1 });
  const page = (more: string): string => `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] ${more} >>`;
  const catalogue = '<< /Type /Catalog /Pages 2 0 R >>';
  const onePage = '<< /Type /Pages /Kids [3 0 R] /Count 1 >>';
  const many = new PdfWriter();
  const tile = many.add(imageStream(50, 50, '/DeviceGray', Uint8Array.from({ length: 2500 }, (_, i) => i % 256)));
  many.page({ content: Array.from({ length: 3000 }, (_, i) => paintPicture('A', 10 * (i % 55), 10 * Math.floor(i / 55), 9, 9)).join(''), pictures: { A: tile } });
  return [
    { name: 'empty', bytes: new Uint8Array(), expected: ['empty'] },
    { name: 'html in disguise', bytes: ascii('<!DOCTYPE html><html><body>Please sign in to read %PDF-'), expected: ['broken', 'not a PDF'] },
    { name: 'html', bytes: ascii('\n<html><head><title>Access denied</title>'), expected: ['not a PDF'] },
    { name: 'zip', bytes: ascii('PK\u0003\u0004 and so on'), expected: ['not a PDF'] },
    { name: 'header alone', bytes: ascii('%PDF-1.7\n'), expected: ['broken'] },
    { name: 'header and noise', bytes: Uint8Array.from({ length: 5000 }, (_, i) => (i < 9 ? '%PDF-1.7\n'.charCodeAt(i) : (i * 7919) % 256)), expected: ['broken', 'empty'] },
    { name: 'no pages', bytes: rawPdf([catalogue, '<< /Type /Pages /Kids [] /Count 0 >>']), expected: ['empty', 'broken'] },
    { name: 'no catalogue', bytes: rawPdf(['<< /Nothing true >>']), expected: ['broken', 'empty'] },
    { name: 'user password', bytes: encryptPdf(good, 'secret', 'owner'), expected: ['encrypted'] },
    { name: 'owner password', bytes: encryptPdf(casePaper({ seed: 2 }), '', 'owner'), expected: ['read'] },
    { name: 'truncated to a half', bytes: good.slice(0, good.length >> 1), expected: ['read', 'partly read', 'broken', 'empty'] },
    { name: 'truncated by a line', bytes: casePaper({ seed: 3 }).slice(0, -30), expected: ['read'] },
    { name: `${pages} pages`, bytes: casePaper({ seed: 4, textPages: pages - 2 }), expected: ['read'] },
    { name: 'page tree in a circle', bytes: rawPdf([catalogue, '<< /Type /Pages /Kids [2 0 R] /Count 1 >>']), expected: anyEnd },
    { name: 'page tree in a wide circle', bytes: rawPdf([catalogue, '<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 1000000 >>', '<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 2 0 R] /Count 500000 >>']), expected: anyEnd },
    { name: 'a million pages claimed', bytes: rawPdf([catalogue, '<< /Type /Pages /Kids [3 0 R] /Count 1000000 >>', page('')]), expected: anyEnd },
    {
      name: 'form that paints itself',
      bytes: rawPdf([catalogue, onePage, page('/Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >>'), { entries: '', bytes: ascii('/F Do') }, { entries: '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>', bytes: ascii('/F Do /F Do') }]),
      expected: anyEnd,
    },
    { name: 'length that names itself', bytes: rawPdf([catalogue, onePage, page('/Contents 4 0 R'), { entries: '/Length 4 0 R', bytes: ascii('q Q') }]), expected: anyEnd },
    { name: 'table of objects in a circle', bytes: Uint8Array.from(Buffer.from(Buffer.from(casePaper({ seed: 5 })).toString('latin1').replace(/trailer\n<<(.*)startxref\n(\d+)/s, 'trailer\n<< /Prev $2 $1startxref\n$2'), 'latin1')), expected: ['read', 'broken'] },
    { name: 'content that inflates to 300 MB', bytes: rawPdf([catalogue, onePage, page('/Contents 4 0 R'), { entries: '/Filter /FlateDecode', bytes: bomb(300, 32) }]), expected: anyEnd },
    { name: 'content of open brackets', bytes: rawPdf([catalogue, onePage, page('/Contents 4 0 R'), { entries: '/Filter /FlateDecode', bytes: deflateSync(new Uint8Array(1 << 22).fill('['.charCodeAt(0))) }]), expected: anyEnd },
    {
      name: 'picture of 100,000 pixels squared',
      bytes: rawPdf([catalogue, onePage, page('/Contents 4 0 R /Resources << /XObject << /A 5 0 R >> >>'), { entries: '', bytes: ascii('q 500 0 0 500 0 0 cm /A Do Q') }, { entries: '/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode', bytes: bomb(20, 9) }]),
      expected: anyEnd,
    },
    { name: 'three thousand pictures on a page', bytes: many.bytes(), expected: anyEnd },
  ];
}

/** What a run over hostile and mutated papers came to. */
export interface PaperFuzz {
  readonly files: number;
  readonly statuses: ReadonlyMap<PaperStatus, number>;
  /** By file: what is not as it should be. */
  readonly violations: readonly string[];
  readonly cost: BatchCost;
}

/** Seconds beyond its limit that a file may hold the batch: a worker's start, twice, on a busy machine. */
const grace = 60;

/**
 * Reads hostile papers, as many mutated ones, and sound ones among them, in one batch.
 * @param seeds files of which mutated ones are made
 */
export async function fuzzPapers(hostile: readonly HostilePaper[], seeds: readonly Uint8Array[], count: number, seed: number, limits: JobLimits, progress: Progress = noProgress): Promise<PaperFuzz> {
  const random = createRandom(seed).fork('papers');
  const folder = await mkdtemp(join(tmpdir(), 'covid-ct-fuzz-papers-'));
  try {
    const expected = new Map<string, readonly PaperStatus[]>();
    const add = async (name: string, bytes: Uint8Array, right: readonly PaperStatus[]): Promise<void> => {
      const file = `${String(expected.size).padStart(4, '0')} ${name}.pdf`;
      await writeFile(join(folder, file), bytes);
      expected.set(file, right);
    };
    const others = paperStatuses.filter((status) => status !== 'crashed' && status !== 'not fetched');
    for (const { name, bytes, expected: right } of hostile) await add(name, bytes, right);
    for (let i = 0; i < count; i++) {
      const bytes = seeds[i % seeds.length] ?? new Uint8Array();
      let mutated = Uint8Array.from(bytes);
      for (let more = random.integer(1, 6); more > 0; more--) mutated = mutated.length === 0 ? mutated : mutate({ bytes: mutated, header: [] }, random).bytes;
      await add(`mutated ${i}`, mutated, others);
      // Sound ones in between show that what went before did not hurt.
      if (i % 25 === 24) await add(`sound ${i}`, casePaper({ seed: 1000 + i }), ['read']);
    }
    const names = [...expected.keys()];
    const { extraction, cost } = await extractBatch(names.map((name) => ({ given: name, path: join(folder, name), fileName: name })), { workspace: openWorkspace(join(folder, 'workspace')), limits, workers: 2, progress });
    const statuses = new Map<PaperStatus, number>();
    const violations: string[] = [];
    if (extraction.papers.length !== names.length) violations.push(`${names.length} files, but ${extraction.papers.length} statuses`);
    for (const { file, status, notes, candidates } of extraction.papers) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (expected.get(file)?.includes(status) !== true) violations.push(`${file}: ${status} (${notes.join(' ')})`);
      if (/sound|owner password|truncated by a line|\d pages/.test(file) && candidates !== 1) violations.push(`${file}: ${candidates} candidates`);
    }
    if (cost.slowestSeconds > limits.seconds + grace) violations.push(`the slowest file took ${cost.slowestSeconds.toFixed(1)} s`);
    if (cost.peakMegabytes > 2 * 1.2 * limits.megabytes + 300) violations.push(`all processes together took ${cost.peakMegabytes} MB`);
    return { files: names.length, statuses, violations, cost };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Real papers as files to mutate. */
export const readSeeds = (paths: readonly string[]): Promise<Uint8Array[]> => Promise.all(paths.map(async (path) => Uint8Array.from(await readFile(path))));
