import { createServer } from 'node:http';
import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CovidCtError, createRandom, noProgress, openObjectStore, sha256, type ObjectStore } from '../../base/index.ts';
import { breaks, startFaultServer, type FaultServer } from '../../../tests/support/fault-server.ts';
import { download, releaseAdvice, type Download, type DownloadLimits } from './download.ts';
import { openConnections, proxyWarning, redirectTarget, type Connections } from './http-request.ts';
import { openPartialFile } from './partial-file.ts';

const random = createRandom(11);
const bytes = Uint8Array.from({ length: 300_000 }, () => random.integer(0, 255));
const other = Uint8Array.from({ length: 290_000 }, () => random.integer(0, 255));
const limits: DownloadLimits = { connectTimeout: 2000, idleTimeout: 5000, redirects: 5, attempts: 4, pause: 1, longestPause: 1500 };
const mega = 1_000_000;

let folder: string;
let objects: ObjectStore;
let server: FaultServer;
let connections: Connections;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-download-'));
  objects = openObjectStore(join(folder, 'objects'));
  server = await startFaultServer(new Map([['/a.zip', bytes]]));
  connections = openConnections({});
});
afterEach(async () => {
  connections.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Options {
  readonly limit?: number;
  readonly accept?: (path: string) => Promise<void>;
  readonly signal?: AbortSignal;
  readonly path?: string;
  readonly idleTimeout?: number;
}

function run({ limit = mega, accept = async () => {}, signal, path = '/a.zip', idleTimeout = limits.idleTimeout }: Options = {}): Promise<Download> {
  return download(server.address + path, limit, { folder: join(folder, 'downloads'), objects, connections, limits: { ...limits, idleTimeout }, progress: noProgress, label: 'a.zip', signal, advice: releaseAdvice }, accept);
}

/** Sends the headers of a 200 and the first bytes, then cuts the connection. */
function cutAfter(count: number): FaultServer['fault'] {
  return (request, response, file, nth) => {
    if (file === undefined || nth > 1) return 'proper';
    response.writeHead(200, { etag: '"first"', 'content-length': String(file.length) });
    response.write(file.subarray(0, count));
    request.socket.end();
    return undefined;
  };
}

const partial = () => openPartialFile(join(folder, 'downloads'), `${server.address}/a.zip`);
/** Whether what was fetched is the file, and stands in the objects. */
const isWhole = async (result: Download): Promise<boolean> => result.size === bytes.length && Buffer.compare(await objects.get(result.sha256), bytes) === 0;

describe('download', () => {
  it('fetches a file into the objects, and does not fetch it again', async () => {
    const first = await run();
    expect(await isWhole(first)).toBe(true);
    expect(first.fetched).toBe(bytes.length);
    const second = await run();
    expect(await isWhole(second)).toBe(true);
    expect(second.fetched).toBe(0);
    expect(server.requests.at(-1)?.ifNoneMatch).toBe(first.etag);
    expect(server.sent.get('/a.zip')).toBe(bytes.length);
  });

  it('goes on where the connection was cut, and asks only for the rest', async () => {
    // The version that was cut has the same ETag as the proper answer.
    server.fault = breaks(3, 60_000);
    const result = await run();
    expect(await isWhole(result)).toBe(true);
    expect(result).toMatchObject({ fetched: bytes.length, resumed: true });
    expect(server.requests.map((request) => request.range)).toEqual([undefined, 'bytes=60000-', 'bytes=120000-', 'bytes=180000-']);
  });

  it('starts again when the file has changed between two attempts', async () => {
    server.fault = cutAfter(100_000);
    const result = await run();
    expect(await isWhole(result)).toBe(true);
    expect(server.requests[1]).toMatchObject({ range: 'bytes=100000-', ifRange: '"first"' });
    expect(result.fetched).toBe(100_000 + bytes.length);
  });

  it('starts again where a server ignores If-Range and sends the rest of another file', async () => {
    server.fault = (request, response, file, nth) => {
      if (file === undefined || nth > 2) return 'proper';
      response.writeHead(nth === 1 ? 200 : 206, {
        etag: `"version ${nth}"`,
        'content-length': String(nth === 1 ? file.length : file.length - 50_000),
        ...(nth === 1 ? {} : { 'content-range': `bytes 50000-${file.length - 1}/${file.length}` }),
      });
      response.write(nth === 1 ? file.subarray(0, 50_000) : other.subarray(0, file.length - 50_000));
      request.socket.end();
      return undefined;
    };
    expect(await isWhole(await run())).toBe(true);
  });

  it.each([
    ['knows no ranges', { ranges: false }],
    ['gives nothing to tell versions apart', { validators: false }],
  ])('starts from the first byte where the server %s', async (_, traits) => {
    server.traits = traits;
    server.fault = cutAfter(100_000);
    expect(await isWhole(await run())).toBe(true);
  });

  it('finds what a killed process left, whole or in part', async () => {
    const note = { address: `${server.address}/a.zip`, etag: `"${sha256(bytes).slice(0, 32)}"`, total: bytes.length };
    await run();
    await rm(join(folder, 'objects'), { recursive: true });
    await partial().note(note);
    await writeFile(partial().path, bytes.subarray(0, 299_999));
    expect(await run()).toMatchObject({ fetched: 1, resumed: true });

    await rm(join(folder, 'objects'), { recursive: true });
    await partial().note(note);
    await writeFile(partial().path, bytes);
    expect((await run()).fetched).toBe(0);

    // Killed between the note that it is done and the renaming.
    await rm(join(folder, 'objects'), { recursive: true });
    await partial().note({ ...note, done: { sha256: sha256(bytes), size: bytes.length } });
    await writeFile(partial().path, bytes);
    const result = await run();
    expect(await isWhole(result)).toBe(true);
    expect(result.fetched).toBe(0);
  });

  it('fetches again what was noted as done and is gone or damaged', async () => {
    const { sha256: hash } = await run();
    await rm(objects.pathOf(hash));
    expect((await run()).fetched).toBe(bytes.length);
  });

  it('does not trust a note that it cannot read', async () => {
    server.fault = cutAfter(1000);
    await run();
    await rm(join(folder, 'objects'), { recursive: true });
    await writeFile(partial().path, other);
    await writeFile(partial().path.replace('.part', '.json'), '{"address": "x');
    expect(await isWhole(await run())).toBe(true);
  });

  it('fetches a file that was put together from parts once more when the whole is refused, and a second time not', async () => {
    const accept = async (path: string): Promise<void> => {
      if (sha256(await readFile(path)) !== sha256(bytes)) throw new CovidCtError('BAD_ARCHIVE', 'broken');
    };
    const note = { address: `${server.address}/a.zip`, etag: `"${sha256(bytes).slice(0, 32)}"`, total: bytes.length };
    await run();
    await rm(join(folder, 'objects'), { recursive: true });
    await partial().note(note);
    // A power cut can leave zeros where bytes were.
    await writeFile(partial().path, new Uint8Array(100_000));
    expect(await isWhole(await run({ accept }))).toBe(true);

    await rm(join(folder, 'objects'), { recursive: true });
    server.files.set('/a.zip', other);
    await expect(run({ accept })).rejects.toMatchObject({ code: 'BAD_ARCHIVE' });
    expect(await readdir(join(folder, 'downloads'))).toEqual([]);
  });

  it.each([500, 502, 503, 429])('tries again after %i', async (status) => {
    server.fault = (_, response, _file, nth) => {
      if (nth > 2) return 'proper';
      response.writeHead(status).end('not now');
      return undefined;
    };
    expect(await isWhole(await run())).toBe(true);
  });

  it('gives up on a server that keeps failing, and says after how many attempts', async () => {
    server.fault = (_, response) => void response.writeHead(500).end();
    await expect(run()).rejects.toMatchObject({ code: 'NETWORK', exitCode: 4, message: expect.stringContaining('the server answers 500, 4 times in a row') });
    expect(server.requests).toHaveLength(4);
  });

  it('waits as long as Retry-After asks, and not for ever', async () => {
    server.fault = (_, response, _file, nth) => {
      if (nth > 1) return 'proper';
      response.writeHead(503, { 'retry-after': '1' }).end();
      return undefined;
    };
    const started = performance.now();
    expect(await isWhole(await run())).toBe(true);
    expect(performance.now() - started).toBeGreaterThan(990);
    await rm(folder, { recursive: true });
    server.fault = (_, response) => void response.writeHead(503, { 'retry-after': '86400' }).end();
    await expect(run()).rejects.toMatchObject({ code: 'NETWORK', message: expect.stringContaining('asks to wait 86400 s') });
  });

  it('says at once that a file is not there, or is kept from us', async () => {
    await expect(run({ path: '/b.zip' })).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('404') });
    server.fault = (_, response) => void response.writeHead(403).end();
    await expect(run()).rejects.toMatchObject({ code: 'NETWORK', message: expect.stringContaining('403') });
    expect(server.requests).toHaveLength(2);
  });

  it('refuses a body without end, and one that is announced too long, and keeps nothing of them', async () => {
    server.fault = async (_, response) => {
      response.writeHead(200, { etag: '"endless"' });
      while (!response.destroyed) {
        response.write(other.subarray(0, 50_000));
        await delay(1);
      }
    };
    await expect(run()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED', exitCode: 3 });
    server.fault = undefined;
    await expect(run({ limit: 1000 })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await readdir(join(folder, 'downloads'))).toEqual([]);
  });

  it('gives up on a stalled server', async () => {
    server.fault = (_, response, file) => {
      response.writeHead(200, { etag: '"stall"', 'content-length': String(file?.length ?? 0) });
      response.write(bytes.subarray(0, 10));
    };
    await expect(run({ idleTimeout: 300 })).rejects.toMatchObject({ code: 'NETWORK', message: expect.stringContaining('no byte for 0.3 s') });
  });

  it('gives up on a length that is announced too large', async () => {
    server.fault = (request, response, file) => {
      response.writeHead(200, { etag: '"liar"', 'content-length': String((file?.length ?? 0) + 10), connection: 'close' });
      response.write(file);
      request.socket.end();
    };
    await expect(run()).rejects.toMatchObject({ code: 'NETWORK', message: expect.stringContaining('300000 of 300010 bytes') });
  });

  it('takes no more than the length announced, so that a lie too small ends at accept', async () => {
    const raw = createServer();
    raw.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\netag: "x"\r\ncontent-length: 100\r\n\r\n'), bytes])));
    });
    await new Promise<void>((resolve) => {
      raw.listen(0, '127.0.0.1', resolve);
    });
    const bound = raw.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const accept = async (path: string): Promise<void> => {
      expect((await readFile(path)).length).toBe(100);
      throw new CovidCtError('BAD_ARCHIVE', 'cut off');
    };
    const refused = download(`http://127.0.0.1:${port}/a.zip`, mega, { folder: join(folder, 'downloads'), objects, connections, limits, progress: noProgress, label: '', signal: undefined, advice: releaseAdvice }, accept);
    await expect(refused).rejects.toMatchObject({ exitCode: expect.toBeOneOf([3, 4]) });
    expect(await objects.list()).toEqual([]);
    raw.close();
    raw.closeAllConnections();
  });

  it('refuses an encoding that it did not ask for', async () => {
    server.fault = (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes);
    await expect(run()).rejects.toMatchObject({ code: 'NETWORK', message: expect.stringContaining('"gzip"') });
  });

  it('follows redirects, but not in circles', async () => {
    server.files.set('/moved.zip', bytes);
    server.fault = (request, response) => {
      if (request.url !== '/a.zip') return 'proper';
      response.writeHead(302, { location: '/moved.zip' }).end();
      return undefined;
    };
    expect(await isWhole(await run())).toBe(true);
    await rm(folder, { recursive: true });
    server.fault = (_, response) => void response.writeHead(301, { location: '/a.zip' }).end();
    await expect(run()).rejects.toMatchObject({ code: 'NETWORK', message: expect.stringContaining('redirects more than 5 times') });
  });

  it('gives up where nobody listens', async () => {
    await server.close();
    await expect(run()).rejects.toMatchObject({ code: 'NETWORK', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('ends when it is told to, and keeps what it has', async () => {
    server.traits = { bytesPerSecond: 200_000 };
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 400);
    await expect(run({ signal: controller.signal })).rejects.toThrow('abort');
    const kept = await partial().size();
    expect(kept).toBeGreaterThan(0);
    server.traits = {};
    expect((await run()).fetched).toBe(bytes.length - kept);
  });

  it('goes through the proxy of the environment', async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(200, { 'content-length': String(bytes.length) }).end(bytes);
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    const bound = proxy.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const through = openConnections({ HTTP_PROXY: `http://127.0.0.1:${port}` });
    await download('http://covid-ct.invalid/a.zip', mega, { folder: join(folder, 'downloads'), objects, connections: through, limits, progress: noProgress, label: '', signal: undefined, advice: releaseAdvice }, async () => {});
    expect(asked).toEqual(['http://covid-ct.invalid/a.zip']);
    through.close();
    proxy.close();
    proxy.closeAllConnections();
  });
});

describe('redirects and proxies', () => {
  it('never leaves https, nor http(s)', () => {
    const secure = new URL('https://example.org/a');
    expect(redirectTarget(secure, '/b').href).toBe('https://example.org/b');
    expect(redirectTarget(new URL('http://example.org/a'), 'https://example.org/b').protocol).toBe('https:');
    expect(() => redirectTarget(secure, 'http://example.org/b')).toThrow('not encrypted');
    expect(() => redirectTarget(secure, 'file:///etc/passwd')).toThrow('neither http nor https');
    expect(() => redirectTarget(secure, 'https://[')).toThrow('no address');
  });

  it('says when a proxy is set that this Node cannot use', () => {
    expect(proxyWarning({ HTTPS_PROXY: 'http://p:1' }, '20.19.0')).toContain('cannot use it');
    expect(proxyWarning({ HTTPS_PROXY: 'http://p:1' }, '24.5.0')).toBeUndefined();
    expect(proxyWarning({}, '20.19.0')).toBeUndefined();
  });
});

describe('partial files', () => {
  it('are told apart by address, and a shortened one is noticed', async () => {
    server.fault = cutAfter(0);
    await run();
    const file = partial();
    await writeFile(file.path, bytes);
    await truncate(file.path, 5);
    expect(await file.size()).toBe(5);
    expect(openPartialFile(join(folder, 'downloads'), 'http://other/').path).not.toBe(file.path);
  });
});
