/**
 * The lung mask against lungs that were outlined by hand before it was written (tests/truth/lungs).
 * Run: npm run accept:lung-mask
 */
import { findLungs } from '../../src/imaging/index.ts';
import { lunaPictures, releasePictures } from '../../tests/support/real-pictures.ts';
import { judgeLungMask, medianOf, type LungJudgement } from '../../tests/support/lung-proof.ts';

const judged = await judgeLungMask();

function row(title: string, set: readonly LungJudgement[]): string {
  const dices = set.flatMap(({ dice }) => dice ?? []);
  const harsh = medianOf(set.filter(({ truth }) => truth > 0.02).map(({ dice }) => dice ?? 0));
  const low = dices.filter((dice) => dice < 0.9).length;
  const columns = [set.length, set.length - dices.length, medianOf(dices).toFixed(3), harsh.toFixed(3), Math.min(...dices).toFixed(3), low];
  return [title.padEnd(20), ...columns.map((value) => String(value).padStart(9))].join(' ');
}

const titles = ['pictures', 'abstained', 'median', 'median*', 'least', 'below 0.9'];
console.log([''.padEnd(20), ...titles.map((title) => title.padStart(9))].join(' '));
for (const half of ['tuning', 'held-out'] as const) {
  for (const from of ['release', 'LUNA16'] as const) console.log(row(`${half}, ${from}`, judged.filter((one) => one.half === half && one.from === from)));
  console.log(row(half, judged.filter((one) => one.half === half)));
}
console.log(row('all', judged));
console.log('Dice with the outlines; median*: abstentions on pictures that show lungs count as 0');
for (const one of judged.filter(({ dice }) => dice === undefined || dice < 0.9)) {
  console.log(`${one.half}: ${one.name}: ${one.dice === undefined ? `abstains (${one.reason ?? ''}; lungs are ${(100 * one.truth).toFixed(1)} % of it)` : one.dice.toFixed(3)}`);
}

for (const [title, pictures] of [
  ['release, COVID', (await releasePictures()).filter(({ name }) => name.startsWith('COVID/'))],
  ['release, NonCOVID', (await releasePictures()).filter(({ name }) => name.startsWith('NonCOVID/'))],
  ['LUNA16', await lunaPictures()],
] as const) {
  const counts = new Map<string, number>();
  const started = performance.now();
  for (const { picture } of pictures) {
    const lungs = findLungs(picture);
    const outcome = lungs.found ? 'found' : lungs.reason;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  const milliseconds = (performance.now() - started) / pictures.length;
  const outcomes = [...counts].toSorted(([, a], [, b]) => b - a).map(([outcome, count]) => `${outcome} ${count}`);
  console.log(`all of ${title}: ${pictures.length} pictures: ${outcomes.join(', ')} (${milliseconds.toFixed(0)} ms each)`);
}
const medians = [judged, judged.filter(({ half }) => half === 'held-out')].map((set) => medianOf(set.flatMap(({ dice }) => dice ?? [])));
process.exitCode = medians.every((median) => median >= 0.9) ? 0 : 1;
