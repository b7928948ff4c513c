import { request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatePower } from '../study/index.ts';
import { parseRange } from './images/send-bytes.ts';
import type { LogEntry } from './log.ts';
import { startServer, type RunningServer } from './server.ts';

let workspace: string;
let server: RunningServer;
const log: LogEntry[] = [];

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'covid-ct-server-'));
  server = await startServer({ version: '0.0.0', workspace, releases: [], port: 0, web: null, log: (entry) => log.push(entry) });
});
afterAll(async () => {
  await server.close();
  await rm(workspace, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly json: () => Record<string, unknown>;
}

/** Asks as no browser could: any header, any path. */
function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET', body?: string, port = server.port): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const all = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: all, json: () => JSON.parse(all.toString('utf8')) as Record<string, unknown> });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

async function firstKey(): Promise<string> {
  const answer = await ask('/api/releases/sample/images?limit=1');
  return (answer.json()['items'] as { key: string }[])[0]?.key ?? '';
}

describe('a document that a job makes', () => {
  it('is begun once, however many ask for it at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask('/api/releases/sample/stats')));
    const jobs = new Set(answers.map((answer) => (answer.json()['job'] as { id: string } | undefined)?.id ?? 'made'));
    expect([...jobs]).toHaveLength(1);
    const stats = (await ask('/api/jobs')).json()['jobs'] as { kind: string }[];
    expect(stats.filter(({ kind }) => kind === 'stats')).toHaveLength(1);
  });
});

describe('power by simulation', () => {
  it('is the command line’s, computed in a process of its own while the server answers others', async () => {
    const question = { auc: 0.85, difference: -0.05, goal: 'non-inferiority', margin: 0.1, readers: [3, 4], cases: [40], variance: 'LH 0.855', simulations: 40 };
    let over = false;
    const answer = ask('/api/studies/power', { 'content-type': 'application/json' }, 'POST', JSON.stringify(question)).finally(() => (over = true));
    expect((await ask('/api/status')).status).toBe(200);
    expect(over).toBe(false);
    const { points } = (await answer).json() as { points: unknown[] };
    expect(points).toEqual(simulatePower({ ...question, goal: { kind: 'non-inferiority', margin: 0.1 }, variance: 'LH 0.855', seed: 1 }));
  });

  it('says what the command says of a question that has no answer', async () => {
    const answer = await ask('/api/studies/power', { 'content-type': 'application/json' }, 'POST', JSON.stringify({ auc: 0.95, difference: 0.2, goal: 'difference', readers: [3], cases: [40], variance: 'LH 0.855', simulations: 20 }));
    expect(answer.status).toBe(400);
    expect(answer.json()['detail']).toMatch(/AUC/);
  });
});

describe('who may ask', () => {
  it.each([
    ['another name', { host: 'evil.example' }],
    ['another port', { host: '127.0.0.1:1' }],
    ['another origin', { origin: 'http://evil.example' }],
    ['an origin without a host', { origin: 'null' }],
    ['a picture on another page', { 'sec-fetch-site': 'cross-site' }],
  ])('%s is refused, and logged', async (_, headers) => {
    const before = log.length;
    const answer = await ask('/api/status', headers);
    expect(answer.status).toBe(403);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 403, code: 'REFUSED' });
    expect(log.length).toBeGreaterThan(before);
  });

  it('its own page may', async () => {
    const answer = await ask('/api/status', { origin: `http://127.0.0.1:${server.port}`, 'sec-fetch-site': 'same-origin' });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  });

  it('an address that others reach demands a token', async () => {
    const open = await startServer({ version: '0.0.0', workspace: join(workspace, 'open'), releases: [], host: '0.0.0.0', port: 0, web: null, log: () => undefined });
    try {
      const token = new URL(open.address).searchParams.get('token') ?? '';
      expect(token.length).toBeGreaterThan(16);
      const host = `127.0.0.1:${open.port}`;
      expect((await ask('/api/status', { host }, 'GET', undefined, open.port)).status).toBe(401);
      expect((await ask('/api/status', { host, authorization: 'Bearer wrong' }, 'GET', undefined, open.port)).status).toBe(401);
      expect((await ask('/api/status', { host, authorization: `Bearer ${token}` }, 'GET', undefined, open.port)).status).toBe(200);
      const signedIn = await ask(`/?token=${token}`, { host }, 'GET', undefined, open.port);
      expect(signedIn.status).toBe(302);
      const cookie = String(signedIn.headers['set-cookie']);
      expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
      expect((await ask('/api/status', { host, cookie: cookie.split(';')[0] ?? '' }, 'GET', undefined, open.port)).status).toBe(200);
    } finally {
      await open.close();
    }
  });
});

describe('what is asked', () => {
  it.each([
    '/api/releases/..%2f..%2fetc/images', '/api/releases/sample/images/..%2f..%2fetc%2fpasswd/file', '/api/jobs/..%2f..%2f/log', '/api/jobs/j-0000000000000000%00/log', '/../../../etc/passwd',
    '/api/releases/sample/images/zzzzzzzzzzzzzzzz', '/api/releases/sample/images?limit=100000', '/api/nothing',
  ])('%s is refused with a problem', async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.json()).toMatchObject({ status: answer.status });
  });

  it('a forged job id is none', async () => {
    expect((await ask('/api/jobs/j-0123456789abcdef')).status).toBe(404);
    expect((await ask('/api/jobs/j-0123456789abcdef/cancel', {}, 'POST')).status).toBe(404);
  });

  it('a job of no kind, with a command in its input, or as a form is refused', async () => {
    const json = { 'content-type': 'application/json' };
    expect((await ask('/api/jobs', json, 'POST', '{"kind":"shell"}')).status).toBe(404);
    expect((await ask('/api/jobs', json, 'POST', '{"kind":"audit","release":"sample","input":{"out":"/etc"}}')).status).toBe(400);
    expect((await ask('/api/jobs', { 'content-type': 'text/plain' }, 'POST', '{"kind":"audit"}')).status).toBe(415);
    // The server may hang up before it was sent all.
    const oversize = await ask('/api/jobs', json, 'POST', `{"kind":"${'x'.repeat(2_000_000)}"}`).then(({ status }) => status, (error: unknown) => String(error));
    expect([413, 'Error: socket hang up', 'Error: read ECONNRESET', 'Error: write EPIPE']).toContain(oversize);
    expect((await ask('/api/jobs', json, 'POST', '{')).status).toBe(400);
  });

  it('lists, facets and images fit the OpenAPI document', async () => {
    const list = await ask('/api/releases/sample/images?label=COVID&sort=size&order=down&limit=5');
    const items = list.json()['items'] as { size: number; label: string }[];
    expect(items.map(({ size }) => size)).toEqual(items.map(({ size }) => size).toSorted((a, b) => b - a));
    expect(new Set(items.map(({ label }) => label))).toEqual(new Set(['COVID']));
    const facets = (await ask('/api/releases/sample/facets?label=COVID')).json() as { label: { value: string }[]; split: { value: string; count: number }[] };
    // A condition leaves its own facet alone, and narrows the others.
    expect(facets.label.map(({ value }) => value).toSorted()).toEqual(['COVID', 'NonCOVID']);
    expect(facets.split.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(list.json()['total'] as number);
    const openApi = (await ask('/api/openapi.json')).json() as { paths: Record<string, unknown> };
    expect(Object.keys(openApi.paths)).toContain('/api/releases/{release}/images/{key}');
  });
});

describe('pictures', () => {
  it('are sent whole, in ranges, and not again when unchanged', async () => {
    const path = `/api/releases/sample/images/${await firstKey()}/file`;
    const whole = await ask(path);
    expect(whole.headers['content-type']).toMatch(/^image\/(png|jpeg)$/);
    expect(whole.headers['content-security-policy']).toContain('sandbox');
    const part = await ask(path, { range: 'bytes=10-19' });
    expect(part.status).toBe(206);
    expect(part.body.equals(whole.body.subarray(10, 20))).toBe(true);
    expect((await ask(path, { range: `bytes=${whole.body.length}-` })).status).toBe(416);
    expect((await ask(path, { 'if-none-match': String(whole.headers['etag']) })).status).toBe(304);
  });

  it('have thumbnails, cached for good when their version is named', async () => {
    const { fingerprint } = (await ask('/api/releases/sample')).json() as { fingerprint: string };
    const small = await ask(`/api/releases/sample/images/${await firstKey()}/thumbnail?side=160&v=${fingerprint}`);
    expect(small.headers['content-type']).toBe('image/webp');
    expect(small.headers['cache-control']).toContain('immutable');
    expect(small.body.subarray(8, 12).toString()).toBe('WEBP');
  });

  it.each([
    [undefined, undefined],
    ['bytes=0-0', [0, 0]],
    ['bytes=-5', [95, 99]],
    ['bytes=90-1000', [90, 99]],
    ['bytes=5-4', null],
    ['bytes=100-', null],
    ['bytes=0-1,3-4', undefined],
    ['lines=1-2', undefined],
  ])('the range %s of 100 bytes is %j', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });
});
