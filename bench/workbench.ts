/**
 * The workbench's figures: npm run bench:workbench [-- --images 100000 --seconds 60]
 *
 * How long a start takes, with the sample. What this machine's Chromium needs for a frame of a list of that length with nothing in it.
 * Then a release of that many images (hard links to fifty drawn pictures), looked at in Chromium: the script of the first load,
 * compressed; first pictures, frames while scrolling, a filter; 50 requests at once. The same while a training runs on one thread, and
 * 200 requests a second for a minute, with the server's memory.
 *
 * The page Release has a job count the statistics of all images, which takes a processor for some twenty seconds. Figures of a server
 * with nothing else to do are taken after it; those beside work, while a training runs.
 */
import { link, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { drawPhantom } from '../src/imaging/index.ts';
import { encodePng } from '../src/imaging/node.ts';
import { buildWebIfNeeded } from '../src/cli/build-web.ts';
import { openTab, startBrowser, startWorkbench, type Tab } from '../tests/browser/support/workbench.ts';

const { values } = parseArgs({ options: { images: { type: 'string', default: '100000' }, seconds: { type: 'string', default: '60' } } });
const images = Number(values.images);
const seconds = Number(values.seconds);
const folder = await mkdtemp(join(tmpdir(), 'covid-ct-bench-'));
const round = (value: number): number => Math.round(value * 10) / 10;
const percentile = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;

async function makeRelease(): Promise<string> {
  const release = join(folder, 'large');
  const sources: string[] = [];
  for (let i = 0; i < 50; i++) {
    const path = join(folder, `source-${i}.png`);
    await writeFile(path, await encodePng(drawPhantom({ patient: i, lesions: i % 2 === 0 ? 'opacities' : 'none' })));
    sources.push(path);
  }
  for (const label of ['COVID', 'NonCOVID']) await mkdir(join(release, label), { recursive: true });
  for (let i = 0; i < images; i += 200) {
    await Promise.all(Array.from({ length: Math.min(200, images - i) }, (_, k) => link(sources[(i + k) % 50] ?? '', join(release, (i + k) % 2 === 0 ? 'COVID' : 'NonCOVID', `image-${String(i + k).padStart(6, '0')}.png`))));
  }
  return release;
}

/** Of a client and of a server: milliseconds of each request, sorted, and of processor time a request. */
interface Timing {
  readonly times: readonly number[];
  readonly client: number;
  readonly server: number;
}

/** Processor time of a process so far, in milliseconds; NaN where the system does not tell (Linux counts in hundredths of a second). */
async function processorTime(processId: number): Promise<number> {
  const fields = (await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => '')).split(') ').at(-1)?.split(' ') ?? [];
  return 10 * (Number(fields[11] ?? Number.NaN) + Number(fields[12] ?? Number.NaN));
}

/** Keeps connections open from one measurement to the next, as browsers do. */
const agent = new Agent({ keepAlive: true });

/** One request over Node's own connections: `fetch` takes more of a processor to ask than the server to answer, so that 50 at once would measure it. */
function ask(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(address, { agent }, (answer) => {
      answer.on('error', reject).on('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(`${address}: ${answer.statusCode}`)))).resume();
    }).on('error', reject);
  });
}

/** Many requests, so many at once; those who open a connection wait for it too. */
async function timeRequests(addresses: readonly string[], atOnce: number, processId: number): Promise<Timing> {
  const times: number[] = [];
  let next = 0;
  const [serverBefore, clientBefore] = [await processorTime(processId), process.cpuUsage()];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < addresses.length) {
      const address = addresses[next++] ?? '';
      const started = performance.now();
      await ask(address);
      times.push(performance.now() - started);
    }
  }));
  const { user, system } = process.cpuUsage(clientBefore);
  const server = (await processorTime(processId)) - serverBefore;
  return { times: times.toSorted((a, b) => a - b), client: (user + system) / 1000 / addresses.length, server: server / addresses.length };
}

const showTiming = ({ times, client, server }: Timing): string => `p99 ${round(percentile(times, 0.99))} ms (processor time a request: server ${server.toFixed(2)} ms, client ${client.toFixed(2)} ms)`;

/** Resident memory of a process in MB; NaN where the system does not tell. */
async function residentMegabytes(processId: number): Promise<number> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s*(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** So many requests a second, begun on time whether others are answered or not, and the server's memory meanwhile. */
async function holdRate(addresses: readonly string[], perSecond: number, processId: number): Promise<string> {
  const times: number[] = [];
  const memory: number[] = [];
  let errors = 0;
  const open: Promise<void>[] = [];
  const begun = performance.now();
  const send = async (address: string): Promise<void> => {
    const started = performance.now();
    try {
      const answer = await fetch(address);
      await answer.arrayBuffer();
      if (!answer.ok) errors += 1;
    } catch {
      errors += 1;
    }
    times.push(performance.now() - started);
  };
  for (let sent = 0; sent < perSecond * seconds; sent++) {
    const due = begun + (1000 * sent) / perSecond;
    if (due > performance.now()) await delay(due - performance.now());
    open.push(send(addresses[sent % addresses.length] ?? ''));
    if (sent % perSecond === 0) memory.push(await residentMegabytes(processId));
  }
  await Promise.all(open);
  const took = (performance.now() - begun) / 1000;
  const sorted = times.toSorted((a, b) => a - b);
  const tenth = Math.max(1, Math.floor(memory.length / 10));
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  // The first tenth is when caches fill.
  return `${times.length} requests in ${round(took)} s (${round(times.length / took)} a second, wanted ${perSecond}), ${errors} errors, p99 ${round(percentile(sorted, 0.99))} ms; memory ${round(mean(memory.slice(tenth, 2 * tenth)))} MB at the begin, ${round(mean(memory.slice(-tenth)))} MB at the end`;
}

/** Scrolls the page's grid by 60 pixels a frame for six seconds: the milliseconds of each frame. */
async function scrollFrames(page: Tab['page']): Promise<string> {
  const frames = (await page.evaluate(`new Promise((done) => {
    const grid = document.querySelector('[role=grid]'); const frames = []; let last = performance.now(); const begun = last;
    const step = (now) => { frames.push(now - last); last = now; grid.scrollTop += 60; now - begun < 6000 ? requestAnimationFrame(step) : done(frames.slice(2)); };
    requestAnimationFrame(step);
  })`)) as number[];
  const sorted = frames.toSorted((a, b) => a - b);
  return `${frames.length} frames, median ${round(percentile(sorted, 0.5))} ms, 99 % ${round(percentile(sorted, 0.99))} ms, longest ${round(sorted.at(-1) ?? 0)} ms, ${frames.filter((one) => one > 50).length} over 50 ms`;
}

/** Opens a view of the grid: milliseconds until twelve pictures stand in it. */
async function firstPictures(page: Tab['page'], address: string): Promise<number> {
  const started = performance.now();
  await page.goto(address);
  while (Number(await page.evaluate('[...document.querySelectorAll("[role=gridcell] img")].filter((i) => i.complete && i.naturalWidth > 0).length')) < 12) await delay(20);
  return performance.now() - started;
}

/** An empty list as long as the grid: what the browser alone needs for a frame. */
async function measureEmptyList(browser: Awaited<ReturnType<typeof startBrowser>>): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.setContent('<div role="grid" style="width: 840px; height: 700px; overflow-y: auto"><div style="height: 3300000px"></div></div>');
  console.log(`scrolling an empty list in this browser: ${await scrollFrames(page)}`);
  await context.close();
}

/** Waits until no job runs or waits. */
async function jobsOver(address: string): Promise<void> {
  const active = async (): Promise<boolean> => ((await (await fetch(`${address}/api/jobs`)).json()) as { jobs: { state: string }[] }).jobs.some(({ state }) => state === 'running' || state === 'queued');
  while (await active()) await delay(300);
}

async function measureStart(): Promise<void> {
  const started = performance.now();
  const workbench = await startWorkbench();
  try {
    await (await fetch(`${workbench.address}/`)).arrayBuffer();
    await (await fetch(`${workbench.address}/api/releases/sample`)).arrayBuffer();
    console.log(`start, until page and sample answer: ${round(performance.now() - started)} ms (bound 5000)`);
  } finally {
    await workbench.stop();
  }
}

/** Begins a training of the sample on one thread (its legacy track has a picture that cannot be read, on purpose), and gives what stops it. */
async function startTraining(address: string): Promise<() => Promise<void>> {
  const post = async (path: string, body: object): Promise<{ id: string; state: string }> => {
    const answer = await fetch(`${address}/api${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { id: string; state: string };
  };
  const { id } = await post('/releases/sample/trainings', { recipe: 'scratch', preset: 'sample', track: 'clean', seed: 1, epochs: 1000, threads: 1 });
  const epochs = async (): Promise<number> => ((await (await fetch(`${address}/api/jobs/${id}/epochs`)).json()) as { epochs: unknown[] }).epochs.length;
  while ((await epochs()) < 1) {
    await delay(200);
    const { state, note } = (await (await fetch(`${address}/api/jobs/${id}`)).json()) as { state: string; note: string | null };
    if (state === 'failed') throw new Error(`the training failed: ${note ?? ''}`);
  }
  return async () => void (await post(`/jobs/${id}/cancel`, {}));
}

await buildWebIfNeeded(() => undefined);
await measureStart();
const browser = await startBrowser();
try {
  await measureEmptyList(browser);
  const workbench = await startWorkbench({ releases: [await makeRelease()] });
  try {
    const api = `${workbench.address}/api/releases/large`;
    const processId = workbench.process.pid ?? 0;
    const opening = performance.now();
    await (await fetch(api)).arrayBuffer();
    console.log(`opening ${images} images: ${round(performance.now() - opening)} ms`);

    const tab = await openTab(browser, workbench.address);
    const sizes: Promise<number>[] = [];
    tab.page.on('response', (response) => {
      if (response.request().resourceType() === 'script') sizes.push(response.request().sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await tab.open('/large/overview');
    await tab.page.waitForLoadState('networkidle');
    // The last sizes come after the page has become quiet.
    const script = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    console.log(`script of the first load, compressed: ${round(script / 1000)} kB (bound 300)`);

    await jobsOver(workbench.address);
    console.log(`first pictures of the grid: ${round(await firstPictures(tab.page, `${workbench.address}/large/images`))} ms (bound 1000)`);
    console.log(`scrolling: ${await scrollFrames(tab.page)} (bound: none over 50)`);

    const filters = await timeRequests(Array.from({ length: 20 }, (_, i) => `${api}/images?q=image-0${i}&label=COVID&limit=200`), 1, processId);
    console.log(`a filter over ${images} images: median ${round(percentile(filters.times, 0.5))} ms, longest ${round(filters.times.at(-1) ?? 0)} ms (bound 100)`);

    const { items } = (await (await fetch(`${api}/images?limit=200`)).json()) as { items: { key: string }[] };
    const thumbnails = items.map(({ key }) => `${api}/images/${key}/thumbnail?side=160`);
    const listAddresses = Array.from({ length: 300 }, (_, i) => `${api}/images?offset=${i * 100}&limit=50`);
    await timeRequests(thumbnails, 8, processId);
    const small = await timeRequests([...thumbnails, ...thumbnails, ...thumbnails], 50, processId);
    const lists = await timeRequests(listAddresses, 50, processId);
    console.log(`50 at once (bound 50): cached thumbnails ${showTiming(small)}; lists ${showTiming(lists)}`);

    const stopTraining = await startTraining(workbench.address);
    // The other end of the list: pictures that were not made yet.
    console.log(`while a training runs: first pictures ${round(await firstPictures(tab.page, `${workbench.address}/large/images?order=down`))} ms; scrolling: ${await scrollFrames(tab.page)}`);
    const busySmall = await timeRequests([...thumbnails, ...thumbnails, ...thumbnails], 50, processId);
    const busyLists = await timeRequests(listAddresses, 50, processId);
    console.log(`50 at once while a training runs (bound 250): cached thumbnails ${showTiming(busySmall)}; lists ${showTiming(busyLists)}`);
    console.log(`while a training runs: ${await holdRate([...thumbnails, ...listAddresses], 200, processId)}`);
    await stopTraining();
  } finally {
    await workbench.stop();
  }
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
