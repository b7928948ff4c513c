import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeFileAtomic } from '../../src/base/index.ts';
import { main } from '../../src/cli/main.ts';
import { drawSample } from '../../src/release/index.ts';

let folder: string;
let release: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-correct-'));
  release = join(folder, 'release');
  for (const [path, bytes] of (await drawSample()).files) await writeFileAtomic(join(release, path), bytes);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs `covid-ct … --json` in this process; gives the exit code, the document, and what stood on stderr. */
async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly document: unknown; readonly err: string }> {
  const texts = { out: '', err: '' };
  const spies = (['out', 'err'] as const).map((name) =>
    vi.spyOn(name === 'out' ? process.stdout : process.stderr, 'write').mockImplementation((chunk: string | Uint8Array) => {
      texts[name] += String(chunk);
      return true;
    }),
  );
  try {
    const code = await main([...args, '--json', '--release', release, '--workspace', join(folder, 'workspace')]);
    return { code, document: texts.out === '' ? undefined : JSON.parse(texts.out), err: texts.err };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('covid-ct correct', () => {
  it('carries a correction from proposal to acceptance and errata', async () => {
    const listed = (await run('list')).document as { images: { id: string; name: string }[] };
    const [first, second] = listed.images.map((image) => image.id);
    const proposed = await run('correct', 'propose', 'quarantine', first ?? '', second ?? '', '--reason', 'test', '--author', 'A. Tester');
    expect(proposed.code).toBe(0);
    const { added } = proposed.document as { added: string[] };
    expect(added).toHaveLength(1);

    const open = await run('correct', 'list', '--status', 'proposed');
    expect(open.document).toMatchObject({ corrections: [{ id: added[0], action: 'quarantine', images: [first, second].toSorted(), status: 'proposed' }] });

    expect((await run('correct', 'accept', ...added, '--reason', 'looked', '--author', 'A. Tester')).code).toBe(0);
    expect((await run('correct', 'errata')).document).toMatchObject({ errata: expect.stringContaining(`quarantine** (${added[0]})`) });
  });

  it.each([
    ['no author', ['correct', 'propose', 'quarantine', 'x.png', '--reason', 'r'], 'needs an author'],
    ['no reason', ['correct', 'propose', 'quarantine', 'x.png', '--author', 'a'], 'needs a reason'],
    ['nothing to propose', ['correct', 'propose', '--author', 'a', '--reason', 'r'], 'Say what to propose'],
    ['relabelling without a label', ['correct', 'propose', 'relabel', 'x.png', '--author', 'a', '--reason', 'r'], 'needs the new label'],
    ['nothing to accept', ['correct', 'accept', '--author', 'a', '--reason', 'r'], 'Name the corrections'],
    ['an option twice', ['correct', 'list', '--author', 'a', '--author', 'b'], '--author is given more than once'],
  ])('exits with 2 for %s', async (_, args, message) => {
    const { code, err, document } = await run(...args);
    expect({ code, document }).toEqual({ code: 2, document: undefined });
    expect(err).toContain(message);
  });
});
