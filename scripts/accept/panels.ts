/**
 * Composite figures in papers that the generator makes from the release's pictures: written as PDF, read, taken apart, and
 * compared with the truth. The splitter was tuned on seeds below 5000; this reports on those from 10,000 on.
 * Run: npm run accept:panels [-- --papers 150] [--first 10000]
 */
import { parseArgs } from 'node:util';
import { loadLettering } from '../../src/papers/generator/index.ts';
import { splitPanels } from '../../src/papers/index.ts';
import { judgePaper, judgeTrueComposites, summarise, type JudgedFigure } from '../../tests/support/panel-proof.ts';
import { releasePictures } from '../../tests/support/real-pictures.ts';

const { values: flags } = parseArgs({ options: { papers: { type: 'string', default: '150' }, first: { type: 'string', default: '10000' } } });
const real = await releasePictures();
const pictures = real.map(({ picture }) => picture);
const lettering = await loadLettering();
const bounds = { gutters: { panels: 0.97, whole: 0.92 }, touching: { panels: 0.92, whole: 0.8 } } as const;
let met = true;
for (const gutter of ['gutters', 'touching'] as const) {
  const judged: JudgedFigure[] = [];
  for (let seed = Number(flags.first); seed < Number(flags.first) + Number(flags.papers); seed++) judged.push(...(await judgePaper(pictures, gutter, lettering, seed)));
  const { figures, panels, recall, precision, whole } = summarise(judged);
  const bound = bounds[gutter];
  met &&= recall >= bound.panels && precision >= bound.panels && whole >= bound.whole;
  console.log(`${gutter}: ${flags.papers} papers, ${figures} figures, ${panels} panels: recall ${recall.toFixed(4)}, precision ${precision.toFixed(4)} (bound ${bound.panels}), whole figures right ${whole.toFixed(4)} (bound ${bound.whole})`);
}
const composites = await judgeTrueComposites();
const sum = (of: (one: (typeof composites)[number]) => number): number => composites.reduce((total, one) => total + of(one), 0);
const [recall, precision] = [sum(({ right }) => right) / sum(({ wanted }) => wanted.length), sum(({ right }) => right) / sum(({ found }) => found.length)];
met &&= recall >= 0.9 && precision >= 0.9;
console.log(`composites of CTs in the seven papers, boxes made by hand: ${sum(({ wanted }) => wanted.length)} panels, recall ${recall.toFixed(4)}, precision ${precision.toFixed(4)} (bound 0.9)`);
for (const { name, wanted, found, right } of composites) if (right < Math.max(wanted.length, found.length)) console.log(`  ${name}: ${right} right of ${wanted.length}, ${found.length} found`);
const split = real.filter(({ picture }) => splitPanels(picture).panels.length > 1).map(({ name }) => name);
met &&= split.length <= 0.01 * real.length;
console.log(`single pictures of the release: ${split.length} of ${real.length} are split (bound 1 %)`);
for (const name of split) console.log(`  ${name}`);
process.exitCode = met ? 0 : 1;
