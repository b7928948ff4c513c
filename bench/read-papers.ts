/** The same as read_papers.py, by src/papers/pdf: `node bench/read-papers.ts PASSES PDF…` prints one JSON document. */
import { readFile } from 'node:fs/promises';
import module from 'node:module';

// As bin/covid-ct.js and its workers do.
module.enableCompileCache();
const { findFigures, inflateAtOnce, isRefusal, openPdf } = await import('../src/papers/index.ts');
inflateAtOnce();

const [count = '1', ...paths] = process.argv.slice(2);
const passes = [];
for (let pass = 0; pass < Number(count); pass++) {
  let [seconds, computed, figureSeconds, pages, pictures, letters] = [0, 0, 0, 0, 0, 0];
  for (const path of paths) {
    const [clock, before] = [performance.now(), process.cpuUsage()];
    const document = await openPdf(await readFile(path));
    if (isRefusal(document)) throw new Error(`${path}: ${document.message}`);
    const read = [];
    for (let number = 1; number <= document.pageCount; number++) read.push(await document.page(number));
    const used = process.cpuUsage(before);
    seconds += (performance.now() - clock) / 1000;
    computed += (used.user + used.system) / 1e6;
    pages += read.length;
    pictures += read.reduce((sum, page) => sum + page.pictures.filter(({ pixels }) => pixels !== undefined).length, 0);
    letters += read.reduce((sum, page) => sum + page.text.reduce((all, { text }) => all + text.length, 0), 0);
    const after = performance.now();
    findFigures(read);
    figureSeconds += (performance.now() - after) / 1000;
    await document.close();
  }
  passes.push({ seconds, computed, figureSeconds, pages, pictures, letters });
}
process.stdout.write(JSON.stringify({ version: process.version, passes }));
