/**
 * Which pictures are outlined: 20 of each label of the release and 20 of LUNA16's slices, drawn by seed 5 from the names in
 * code-unit order; in each group the first half of the draw may be used for tuning, the second is held out.
 * Run from a checkout with the real inputs beside it: node scripts/accept/choose-lung-pictures.ts
 */
import { createRandom } from '../../src/base/index.ts';
import { openFileTree } from '../../src/release/index.ts';
import { realPath } from '../../tests/support/real-release.ts';

const perGroup = 20;
const random = createRandom(5);

async function names(path: string, pattern: RegExp): Promise<string[]> {
  const tree = await openFileTree(path);
  try {
    return tree.entries.flatMap((entry) => pattern.exec(entry.path)?.[1] ?? []).toSorted();
  } finally {
    await tree.close();
  }
}

const groups = {
  COVID: await names(realPath('release'), /CT_(COVID\/[^/]+\.(?:png|jpe?g))$/i),
  NonCOVID: await names(realPath('release'), /CT_(NonCOVID\/[^/]+\.(?:png|jpe?g))$/i),
  LUNA: await names(realPath('luna'), /([^/]+\.png)$/i),
};
for (const [group, all] of Object.entries(groups)) {
  const drawn = random.fork(group).shuffle(all).slice(0, perGroup);
  for (const [i, name] of drawn.entries()) console.log(JSON.stringify({ group, name, half: i < perGroup / 2 ? 'tuning' : 'held-out' }));
}
