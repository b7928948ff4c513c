import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPhantom } from '../imaging/index.ts';
import { encodePng } from '../imaging/node.ts';
import type { LogEntry } from './log.ts';
import { startServer, type RunningServer } from './server.ts';

let folder: string;
let server: RunningServer;
let base: string;
const log: LogEntry[] = [];

const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>';
const hostileName = '"><img src=x onerror=alert(1)>.png';

/** A release of a stranger: pictures that are none, and names that are markup. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-attacks-'));
  const release = join(folder, 'hostile');
  await mkdir(join(release, 'COVID'), { recursive: true });
  await mkdir(join(release, 'NonCOVID'), { recursive: true });
  const png = await encodePng(drawPhantom({ patient: 1, lesions: 'none' }));
  await writeFile(join(release, 'COVID', 'page.png'), '<!doctype html><script>alert(1)</script>');
  await writeFile(join(release, 'COVID', 'drawing.png'), svg);
  await writeFile(join(release, 'COVID', hostileName), png);
  await writeFile(join(release, 'NonCOVID', 'fine.png'), png);
  server = await startServer({ version: '0.0.0', workspace: join(folder, 'workspace'), releases: [release], port: 0, web: null, log: (entry) => log.push(entry) });
  base = `http://127.0.0.1:${server.port}`;
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function imagesOf(q: string): Promise<{ readonly key: string; readonly name: string }> {
  const answer = (await (await fetch(`${base}/api/releases/hostile/images?q=${encodeURIComponent(q)}`)).json()) as { items: { key: string; name: string }[] };
  const [item] = answer.items;
  if (item === undefined) throw new Error(`no image ${q}`);
  return item;
}

describe('pictures that are none', () => {
  it.each(['page.png', 'drawing.png'])('%s is not sent, neither as it is nor small', async (name) => {
    const { key } = await imagesOf(name);
    for (const what of ['file', 'thumbnail']) {
      const answer = await fetch(`${base}/api/releases/hostile/images/${key}/${what}`);
      expect(answer.status).toBe(422);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(await answer.text()).not.toContain('alert');
    }
    expect((await fetch(`${base}/api/releases/hostile/images/${key}`)).status).toBe(200);
  });

  it('a name that is markup stays a name: JSON in lists, encoded in headers', async () => {
    const { key, name } = await imagesOf('onerror');
    expect(name).toBe(hostileName);
    const file = await fetch(`${base}/api/releases/hostile/images/${key}/file`);
    expect(file.headers.get('content-type')).toBe('image/png');
    expect(file.headers.get('content-disposition')).not.toMatch(/[<>"]/);
  });
});

describe('uploads', () => {
  const upload = (body: string, headers: Record<string, string>, name = 'x') => fetch(`${base}/api/releases/hostile/uploads/predictions?name=${encodeURIComponent(name)}`, { method: 'POST', headers, body });

  it('of another type, of no table, or too large are refused', async () => {
    expect((await upload('image,score\n', { 'content-type': 'image/svg+xml' })).status).toBe(415);
    expect((await upload(svg, { 'content-type': 'text/csv' })).status).toBe(422);
    expect((await upload('image,score\nfine.png,NaN\n', { 'content-type': 'text/csv' }, '../../../etc/cron.d/x')).status).toBe(200);
    const large = await upload(`image,score\n${'x'.repeat(17 * 1024 * 1024)}`, { 'content-type': 'text/csv' }).then(({ status }) => status, () => 413);
    expect(large).toBe(413);
  });

  it('a name that leads elsewhere stays in the folder of uploads', async () => {
    const { submissions } = (await (await fetch(`${base}/api/releases/hostile/submissions`)).json()) as { submissions: { source: string }[] };
    expect(submissions.map(({ source }) => source)).toEqual([join(folder, 'workspace/predictions/hostile/legacy/etc-cron-d-x.csv')]);
  });
});

describe('connections', () => {
  it('200 slow ones do not keep it from answering, and are let go', async () => {
    const sockets: Socket[] = [];
    const closed: Promise<void>[] = [];
    for (let i = 0; i < 200; i++) {
      const socket = connect(server.port, '127.0.0.1');
      sockets.push(socket);
      closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
      socket.on('error', () => undefined).resume();
      // Half a request, and then nothing.
      socket.write('GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
    }
    const started = performance.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${base}/api/status`)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(performance.now() - started).toBeLessThan(10_000);
    await Promise.all(closed);
    expect((await fetch(`${base}/api/status`)).status).toBe(200);
  });

  it('rubbish instead of HTTP is closed, and the server goes on', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.end('\u0000\u0001\u0002 rubbish\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await fetch(`${base}/api/status`)).status).toBe(200);
  });
});

it('what was refused stands in the log, a line each', () => {
  expect(log.some(({ what }) => /\/file 422/.test(what))).toBe(true);
  expect(log.some(({ what }) => /uploads\/predictions 415/.test(what))).toBe(true);
});
