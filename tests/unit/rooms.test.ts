import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rooms, type RoomName } from '../../scripts/rooms.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
let copy: string;

/** What the linter says of a copy of the configuration, with nothing in it but the planted files. */
async function lint(): Promise<{ readonly code: number; readonly output: string }> {
  try {
    const { stdout } = await run(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '--format=unix'], { cwd: copy });
    return { code: 0, output: stdout };
  } catch (error) {
    const failed = error as { code: number; stdout: string };
    return { code: failed.code, output: failed.stdout };
  }
}

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'covid-ct-rooms-'));
  await cp(join(root, 'oxlint.config.ts'), join(copy, 'oxlint.config.ts'));
  await mkdir(join(copy, 'scripts'));
  await cp(join(root, 'scripts/rooms.ts'), join(copy, 'scripts/rooms.ts'));
  await writeFile(join(copy, 'package.json'), '{"type":"module"}');
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

describe('the rooms', () => {
  it('are the folders of src, and the table of docs/ARCHITECTURE.md names each', async () => {
    const folders = (await readdir(join(root, 'src'), { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(folders.filter((name) => !(name in rooms))).toEqual([]);
    const architecture = await readFile(join(root, 'docs/ARCHITECTURE.md'), 'utf8');
    expect(Object.keys(rooms).filter((name) => !architecture.includes(`| \`src/${name}/\` |`))).toEqual([]);
  });

  it('lint refuses one forbidden import and one way round an index in every room, and lets the allowed ones pass', async () => {
    const names = Object.keys(rooms) as RoomName[];
    const refused: string[] = [];
    for (const room of names) {
      const folder = join(copy, 'src', room, 'deep');
      await mkdir(folder, { recursive: true });
      const allowed: readonly string[] = rooms[room].imports;
      const forbidden = names.find((name) => name !== room && !allowed.includes(name));
      if (forbidden !== undefined) {
        await writeFile(join(folder, 'forbidden.ts'), `import { x } from '../../${forbidden}/index.ts';\nexport const y = x;\n`);
        refused.push(`src/${room}/deep/forbidden.ts`);
      }
      const behind = allowed[0];
      if (behind !== undefined) {
        await writeFile(join(folder, 'behind.ts'), `import { x } from '../../${behind}/inner.ts';\nexport const y = x;\n`);
        refused.push(`src/${room}/deep/behind.ts`);
      }
      const imports = allowed.map((name, i) => `import { x as x${i} } from '../../${name}/index.ts';\n`).join('');
      await writeFile(join(folder, 'allowed.ts'), `${imports}export const y = [${allowed.map((_, i) => `x${i}`).join(', ')}];\n`);
    }
    const { code, output } = await lint();
    expect(code).not.toBe(0);
    const named = output.split('\n').filter((line) => line.includes('no-restricted-imports')).map((line) => line.split(':')[0] ?? '');
    expect([...new Set(named)].toSorted()).toEqual(refused.toSorted());
  });
});
