/**
 * Makes src/release/manifest.json: names, sizes and hashes of the published images, which are facts; no picture.
 * Each release given adds its hashes to those that are accepted already, since public copies differ in two images.
 *
 *   node scripts/make-manifest.ts FOLDER-OR-ZIP…
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../src/base/index.ts';
import { imageIdOf, openFileTree, parseManifest } from '../src/release/index.ts';

const path = fileURLToPath(new URL('../src/release/manifest.json', import.meta.url));
const known = new Map<string, { size: number; sha256: string }[]>();

let before: string | undefined;
try {
  before = readFileSync(path, 'utf8');
} catch {
  console.log('There is no manifest yet: starting a new one.');
}
if (before !== undefined) for (const image of parseManifest(before, path).images) known.set(image.id, [...image.accepted]);

for (const source of process.argv.slice(2)) {
  const tree = await openFileTree(source);
  for (const entry of tree.entries) {
    const id = imageIdOf(entry.path);
    if (id === undefined) continue;
    const bytes = await tree.read(entry.path);
    const hash = sha256(bytes);
    const accepted = known.get(id) ?? [];
    if (!accepted.some((copy) => copy.sha256 === hash)) known.set(id, [...accepted, { size: bytes.length, sha256: hash }]);
  }
  await tree.close();
}

const images = [...known].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([id, accepted]) => JSON.stringify({ id, accepted }));
writeFileSync(path, `{"format":"covid-ct manifest","version":1,"images":[\n${images.join(',\n')}\n]}\n`);
console.log(`${images.length} images`);
