/**
 * What was made to do harm, end to end through the command line. Every file is written by the tests' own writers.
 * For each: the exit code, a sentence and a hint, nothing written outside the workspace, nothing imported, and bounds of
 * time and memory.
 */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { openRelease } from '../../src/release/index.ts';
import { writeJpegHeader, writePng } from '../support/picture-writer.ts';
import { runProgram, type ProgramRun } from '../support/run-program.ts';
import { makeSmallRelease, writeWorkbook } from '../support/small-release.ts';
import { writeZip, type ZipItem } from '../support/zip-writer.ts';

const { files, images } = makeSmallRelease(4);
const picture = writePng(8, 8, (x, y) => x * y);
const proper: readonly ZipItem[] = [{ name: 'CT_COVID/a.png', data: picture }];
const zeros = Buffer.alloc(64 * 1024 * 1024);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-hostile-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Every file below the test's folder. */
async function listing(): Promise<string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all.filter((item) => !item.isDirectory()).map((item) => join(item.parentPath, item.name).slice(folder.length + 1)).toSorted();
}

async function writeRelease(changed: ReadonlyMap<string, Uint8Array> = new Map()): Promise<string> {
  const target = join(folder, 'in', 'release');
  for (const [path, bytes] of new Map<string, Uint8Array>([...files, ...changed])) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), bytes);
  }
  return target;
}

/** Runs the command line within this process, which saves a second a case; bombs run as processes, so that their memory is seen. */
async function runHere(args: readonly string[]): Promise<Pick<ProgramRun, 'code' | 'stdout' | 'stderr'>> {
  const texts = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      texts[name] += String(chunk);
      return true;
    }),
  );
  try {
    return { code: await main(args), ...texts };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs a fetch that must be refused, and looks at what is left. Gives the first line of what it says. */
async function refused(source: string, asProcess = false): Promise<string> {
  const before = await listing();
  const args = ['fetch', source, '--workspace', join(folder, 'w')];
  const run = asProcess ? await runBounded(args) : await runHere(args);
  expect(run).toMatchObject({ code: 3, stdout: '' });
  // A sentence, a hint where there is one, and no stack.
  expect(run.stderr).toMatch(/^covid-ct: [^\n]+\.\n(?: {2}[^\n]+\n)?$/);
  expect(await listing()).toEqual(before);
  return run.stderr.split('\n')[0] ?? '';
}

/** Runs the command line as a process, and sees that it keeps within bounds. */
async function runBounded(args: readonly string[]): Promise<ProgramRun> {
  const run = await runProgram(args);
  expect(run.signal).toBeNull();
  expect(run.seconds).toBeLessThan(30);
  expect(run.peakMegabytes).toBeGreaterThan(10);
  expect(run.peakMegabytes).toBeLessThan(600);
  return run;
}

const archives: readonly (readonly [string, () => Buffer, RegExp])[] = [
  ['a zip bomb (DEFLATE at its most, 1,000:1)', () => writeZip([...proper, { name: 'CT_COVID/b.png', data: zeros, method: 8 }]), /unpacks to \d+ times its size, as zip bombs do/],
  ['a zip bomb that declares a small size', () => writeZip([...proper, { name: 'CT_COVID/b.png', data: zeros, method: 8, declaredSize: 1000 }]), /larger than the directory says/],
  [
    'a zip bomb whose entries share their bytes',
    () => writeZip([{ name: 'CT_COVID/a.png', data: zeros.subarray(0, 4_000_000), method: 8 }, ...Array.from({ length: 500 }, (_, i): ZipItem => ({ name: `CT_COVID/${i}.png`, data: zeros.subarray(0, 4_000_000), method: 8, sharedWith: 0 }))]),
    /overlaps another entry, as in a zip bomb/,
  ],
  ['a name that leads out by ..', () => writeZip([...proper, { name: '../../../escaped.png', data: picture }]), /leads out/],
  ['a name with .. in its middle', () => writeZip([...proper, { name: 'CT_COVID/../../escaped.png', data: picture }]), /leads out/],
  ['an absolute name', () => writeZip([...proper, { name: '/tmp/covid-ct-escaped.png', data: picture }]), /absolute|leads out/],
  ['a drive letter', () => writeZip([...proper, { name: 'C:/escaped.png', data: picture }]), /absolute|leads out/],
  ['a backslash', () => writeZip([...proper, { name: '..\\escaped.png', data: picture }]), /backslash|leads out|invalid characters/],
  ['a symbolic link', () => writeZip([...proper, { name: 'CT_COVID/link.png', data: Buffer.from('/etc/passwd'), mode: 0o120777 }]), /is a symbolic link/],
  ['a device', () => writeZip([...proper, { name: 'CT_COVID/device.png', data: new Uint8Array(), mode: 0o020666 }]), /neither a file nor a folder/],
  ['an encrypted entry', () => writeZip([{ name: 'CT_COVID/a.png', data: picture, flags: 1 }]), /encrypted/],
  ['one name twice', () => writeZip([...proper, ...proper]), /twice/],
  ['a truncated end', () => writeZip(proper).subarray(0, -30), /cut off/],
  ['a truncated beginning', () => writeZip([...proper, { name: 'CT_COVID/b.png', data: picture }]).subarray(60), /covid-ct: .*CT_COVID/],
  ['a changed byte', () => Buffer.from(writeZip(proper)).fill(1, 60, 61), /checksum differs/],
  ['a wrong checksum', () => writeZip([{ name: 'CT_COVID/a.png', data: picture, declaredCrc: 1 }]), /checksum differs/],
  ['no zip at all', () => Buffer.from('this is no zip'), /no zip file/],
  ['an empty file', () => Buffer.alloc(0), /no zip file|ends early/],
];

describe('an archive of the release', () => {
  it.each(archives)('with %s is refused where it stands closed in a folder', async (name, make, message) => {
    expect(await refused(await writeRelease(new Map([['Images-processed/CT_COVID.zip', make()]])), name.includes('bomb'))).toMatch(message);
  });

  it.each(archives.filter(([name]) => /leads out|encrypted|no zip/.test(name)))('with %s is refused as a source', async (_, make, message) => {
    await mkdir(join(folder, 'in'));
    const path = join(folder, 'in', 'release.zip');
    await writeFile(path, make());
    expect(await refused(path)).toMatch(message);
  });

  it('with archives in archives, deep down, is not unpacked without end', async () => {
    let nested = writeZip([{ name: 'bomb', data: zeros, method: 8 }]);
    for (let depth = 0; depth < 40; depth++) nested = writeZip([{ name: 'CT_COVID.zip', data: nested }, { name: 'copy.zip', data: Buffer.alloc(10) }]);
    const run = await runBounded(['fetch', await writeRelease(new Map([['Images-processed/CT_COVID.zip', nested]])), '--workspace', join(folder, 'w'), '--json']);
    // Zips within the release's zips stay closed: none of its COVID images is found.
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ images: { unchanged: 0 } });
  });

  it('that lies about the number of its entries is refused', async () => {
    const many = writeZip(Array.from({ length: 2000 }, (_, i): ZipItem => ({ name: `CT_COVID/${i}.png`, data: new Uint8Array() })));
    const lying = Buffer.from(many);
    lying.writeUInt16LE(65_534, lying.length - 14);
    lying.writeUInt16LE(65_534, lying.length - 12);
    expect(await refused(await writeRelease(new Map([['Images-processed/CT_COVID.zip', lying]])))).toContain('CT_COVID.zip');
  });
});

describe('a folder', () => {
  it.each([
    ['a link to a file outside', '/etc/passwd'],
    ['a link to a folder outside', '/etc'],
    ['a link to nothing', '/nowhere/at/all'],
    ['a link to itself', 'x.png'],
  ])('with %s is refused', async (_, target) => {
    const release = await writeRelease();
    await symlink(target, join(release, 'Images-processed', 'x.png'));
    expect(await refused(release)).toMatch(/symbolic link/);
  });

  it('with a link to the folder above it ends', async () => {
    const release = await writeRelease();
    await symlink('..', join(release, 'Images-processed', 'up'));
    expect(await refused(release)).toMatch(/nests folders more than 32 deep/);
  });
});

describe('a workbook', () => {
  const sheet = (rows: string): string => `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows}</sheetData></worksheet>`;
  const workbooks: readonly (readonly [string, () => Buffer, RegExp])[] = [
    ['that is no zip', () => Buffer.from('PK, not'), /cannot be read as an \.xlsx workbook/],
    ['that is cut off', () => writeWorkbook([['File name']]).subarray(0, 700), /cannot be read as an \.xlsx workbook/],
    ['without a sheet', () => writeZip([{ name: 'xl/workbook.xml', data: Buffer.from('<workbook/>') }]), /cannot be read as an \.xlsx workbook/],
    ['that is broken XML', () => writeWorkbook([], '<worksheet><sheetData><row><c t="inlineStr"'), /COVID-CT-MetaInfo\.xlsx/],
    ['that is a zip bomb', () => writeWorkbook([], sheet(`<row r="1"><c r="A1" t="inlineStr"><is><t>${'a'.repeat(60_000_000)}</t></is></c></row>`)), /unpacks to \d+ times its size/],
    ['that unpacks to more than is read', () => writeZip(Array.from({ length: 40 }, (_, i): ZipItem => ({ name: `xl/media/${i}`, data: zeros.subarray(0, 4_000_000), method: 8 }))), /at most 134,217,728 are read/],
  ];
  it.each(workbooks)('%s is refused', async (name, make, message) => {
    expect(await refused(await writeRelease(new Map([['COVID-CT-MetaInfo.xlsx', make()]])), name.includes('bomb'))).toMatch(message);
  });

  it('with entities that grow without end does not grow: they are not expanded', async () => {
    const entities = Array.from({ length: 20 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join('');
    const laughs = `<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">${entities}]>${sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&a20;</t></is></c></row>')}`;
    const release = await writeRelease(new Map([['COVID-CT-MetaInfo.xlsx', writeWorkbook([], laughs)]]));
    expect((await runBounded(['fetch', release, '--workspace', join(folder, 'w')])).code).toBe(1);
  });
});

describe('a picture', () => {
  it.each([
    ['a PNG', writePng(8, 8, () => 1, [50_000, 50_000])],
    ['a JPEG', writeJpegHeader(50_000, 50_000)],
  ])('%s that declares 50,000 × 50,000 pixels is refused before it is decoded', async (_, bytes) => {
    const items = [...images].filter(([id]) => id.startsWith('COVID/')).map(([id, data], i): ZipItem => ({ name: `CT_${id}`, data: i === 0 ? bytes : data }));
    const release = await openRelease(await writeRelease(new Map([['Images-processed/CT_COVID.zip', writeZip(items)]])));
    const before = process.memoryUsage.rss();
    const image = release.images.find((one) => one.id === items[0]?.name.slice('CT_'.length));
    if (image === undefined) throw new Error('the picture is not in the release');
    await expect(release.picture(image)).rejects.toMatchObject({ exitCode: 3, code: expect.stringMatching(/LIMIT_EXCEEDED|BAD_IMAGE/), message: expect.stringContaining(image.name) });
    expect(process.memoryUsage.rss() - before).toBeLessThan(300e6);
    await release.close();
  });
});
