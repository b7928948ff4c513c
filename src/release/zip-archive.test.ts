import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rawZip, type RawZipEntry } from '../../tests/support/raw-zip.ts';
import { CovidCtError } from '../base/index.ts';
import { memorySource } from './byte-source.ts';
import { openZipArchive } from './zip-archive.ts';

const open = (bytes: Uint8Array) => openZipArchive(memorySource(bytes, 'x.zip'), 'x.zip');
/** Opens an archive and reads all of it. */
async function readWhole(bytes: Uint8Array): Promise<string> {
  const archive = await open(bytes);
  for (const entry of archive.entries) await archive.read(entry);
  return 'read';
}
const good: RawZipEntry = { name: 'a.png', content: 'picture' };

describe('openZipArchive refuses, before anything is read', () => {
  const hostile: readonly (readonly [string, readonly RawZipEntry[], string, RegExp])[] = [
    ['a name that leads out', [good, { name: '../../evil.png', content: 'x' }], 'BAD_ARCHIVE', /leads out/],
    ['a name that leads out by backslashes', [{ name: '..\\evil.png', content: 'x' }], 'BAD_ARCHIVE', /leads out/],
    ['an absolute name', [{ name: '/etc/passwd', content: 'x' }], 'BAD_ARCHIVE', /leads out|absolute/],
    ['a drive letter', [{ name: 'C:/x.png', content: 'x' }], 'BAD_ARCHIVE', /absolute/],
    ['a control character', [{ name: 'a\nb.png', content: 'x' }], 'BAD_ARCHIVE', /control/],
    ['a symbolic link', [{ name: 'link.png', content: '/etc/passwd', mode: 0o120777 }], 'BAD_ARCHIVE', /symbolic link/],
    ['a device', [{ name: 'null', content: '', mode: 0o020666 }], 'BAD_ARCHIVE', /neither a file nor a folder/],
    ['an encrypted entry', [{ ...good, flags: 1, declaredSize: 0 }], 'BAD_ARCHIVE', /encrypt|mismatch/],
    ['strong encryption', [{ ...good, flags: 0x41 }], 'BAD_ARCHIVE', /encrypted/],
    ['another packing method', [{ ...good, method: 12 }], 'BAD_ARCHIVE', /method 12/],
    ['the same name twice', [good, { ...good, name: './a.png' }], 'BAD_ARCHIVE', /twice/],
    ['entries that share bytes', [good, { ...good, name: 'b.png', offset: 0 }], 'BAD_ARCHIVE', /overlaps/],
    ['a stored size that lies', [{ ...good, declaredSize: 5 }], 'BAD_ARCHIVE', /mismatch/],
    ['an entry beyond the end', [{ ...good, offset: 1_000_000 }], 'BAD_ARCHIVE', /beyond the end/],
    ['an entry beyond 2^53', [{ ...good, zip64: true, offset: 2 ** 60 }], 'BAD_ARCHIVE', /./],
    ['a bomb by its ratio', [{ name: 'bomb', content: Buffer.alloc(20_000_000), method: 8 }], 'LIMIT_EXCEEDED', /zip bombs/],
    ['a file larger than is read', [{ name: 'big', content: 'x', method: 8, declaredSize: 4_000_000_000 }], 'LIMIT_EXCEEDED', /at most/],
  ];
  it.each(hostile)('%s', async (_what, entries, code, message) => {
    await expect(open(rawZip(entries))).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('an encrypted entry, and says that it is encrypted', async () => {
    const content = Buffer.concat([Buffer.alloc(12), Buffer.from('secret')]);
    await expect(open(rawZip([{ name: 'a.png', content, flags: 1, declaredSize: 6 }]))).rejects.toMatchObject({ code: 'BAD_ARCHIVE', message: expect.stringContaining('is encrypted') });
  });

  it('a zip cut off anywhere', async () => {
    const whole = rawZip([good, { name: 'b.png', content: randomBytes(100), method: 8 }]);
    for (let length = 0; length < whole.length; length++) {
      await expect(open(whole.subarray(0, length)), `cut to ${length} bytes`).rejects.toMatchObject({ code: 'BAD_ARCHIVE' });
    }
  });

  it('or reads, but never crashes on, any flipped byte', async () => {
    const whole = rawZip([good, { name: 'b.png', content: Buffer.from('compressible '.repeat(20)), method: 8 }]);
    for (let i = 0; i < whole.length; i++) {
      const damaged = Buffer.from(whole);
      damaged[i] = (damaged[i] ?? 0) ^ 0xff;
      const outcome = await readWhole(damaged).catch((error: unknown) => (error instanceof CovidCtError ? error.code : `byte ${i}: ${String(error)}`));
      expect(['read', 'BAD_ARCHIVE', 'LIMIT_EXCEEDED']).toContain(outcome);
    }
  });
});

describe('reading an entry', () => {
  const first = async (entries: readonly RawZipEntry[]) => {
    const archive = await open(rawZip(entries));
    const [entry] = archive.entries;
    if (entry === undefined) throw new Error('no entry');
    return archive.read(entry);
  };
  it('gives the bytes, stored, deflated and zip64', async () => {
    for (const form of [{}, { method: 8 as const }, { zip64: true }]) expect((await first([{ ...good, ...form }])).toString()).toBe('picture');
  });
  it('notices a wrong checksum', async () => {
    await expect(first([{ ...good, declaredCrc: 1 }])).rejects.toMatchObject({ code: 'BAD_ARCHIVE', message: expect.stringContaining('checksum') });
  });
  it('stops unpacking at the declared size', async () => {
    await expect(first([{ name: 'a', content: Buffer.alloc(5_000_000), method: 8, declaredSize: 100 }])).rejects.toMatchObject({ code: 'BAD_ARCHIVE' });
    await expect(first([{ name: 'a', content: 'short', method: 8, declaredSize: 100 }])).rejects.toMatchObject({ code: 'BAD_ARCHIVE' });
  });
});
