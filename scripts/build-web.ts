/**
 * Builds the workbench's page into dist/web, where its sources have changed: npm run build:web
 * With --check it says `needed` or `built`, and builds nothing. --force builds in any case.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist/web/.sources');
/** Rooms of which the page may hold something, and what says how it is built. */
const sources = ['src/web', 'src/imaging', 'src/base', 'src/nn', 'src/models', 'vite.config.ts', 'package-lock.json'];

/** Changes with every byte that the page is made from. */
function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    const path = join(root, source);
    const files = source.includes('.') ? [path] : readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.includes('.test.')).map((entry) => join(entry.parentPath, entry.name)).toSorted();
    for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

const wanted = hashOfSources();
const built = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
if (process.argv.includes('--check')) console.log(built ? 'built' : 'needed');
else if (!built || process.argv.includes('--force')) {
  const { build } = await import('vite');
  await build({ root: join(root, 'src/web'), configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  writeFileSync(stamp, wanted);
}
