import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CovidCtError, createRandom, noProgress, openWorkspace, sha256, type Workspace } from '../../base/index.ts';
import { breaks, startFaultServer, type FaultServer } from '../../../tests/support/fault-server.ts';
import { downloadObject, type DownloadObjectOptions } from './download-object.ts';
import { downloadLimits, type Download } from './download.ts';

const random = createRandom(5);
const bytes = Uint8Array.from({ length: 200_000 }, () => random.integer(0, 255));
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

let folder: string;
let workspace: Workspace;
let server: FaultServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-object-'));
  workspace = openWorkspace(join(folder, 'workspace'));
  server = await startFaultServer(new Map([['/weights.pth', bytes], ['/page', text('<!DOCTYPE html><title>Log in</title>')]]));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function run(path: string, options: Partial<DownloadObjectOptions> = {}, accept: (path: string) => Promise<void> = async () => {}): Promise<Download> {
  const limits = { ...downloadLimits, attempts: 3, pause: 1 };
  const advice = { missing: 'it must be a file of weights', otherwise: 'fetch it by other means' };
  return downloadObject(server.address + path, { workspace, limit: 1_000_000, label: 'weights', progress: noProgress, advice, limits, environment: {}, ...options }, accept);
}

describe('downloadObject', () => {
  it('keeps a file whose connection breaks as an object, in pieces', async () => {
    server.fault = breaks(2, 50_000);
    const seen: string[] = [];
    const result = await run('/weights.pth', {}, async (path) => void seen.push(path));
    expect(result).toMatchObject({ sha256: sha256(bytes), fetched: bytes.length, resumed: true });
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=50000-', 'bytes=100000-']);
    expect(seen).toHaveLength(1);
    expect(Buffer.compare(await workspace.objects.get(result.sha256), bytes)).toBe(0);
  });

  it('keeps nothing that is refused', async () => {
    await expect(run('/weights.pth', {}, () => Promise.reject(new CovidCtError('HASH_MISMATCH', 'It is another file.')))).rejects.toThrow('It is another file.');
    await expect(run('/page')).rejects.toMatchObject({ code: 'BAD_INPUT', message: `${server.address}/page is a web page.` });
    await expect(run('/weights.pth', { limit: 1000 })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await workspace.objects.list()).toEqual([]);
  });

  it('says what to do in its caller’s words', async () => {
    await expect(run('/none')).rejects.toMatchObject({ code: 'NOT_FOUND', hint: 'Check the address: it must be a file of weights.' });
    server.fault = (_, response) => void response.writeHead(403).end();
    await expect(run('/weights.pth')).rejects.toMatchObject({ code: 'NETWORK', hint: 'It gives this file only to those it knows; fetch it by other means.' });
    await expect(downloadObject('ftp://example.org/a', { workspace, limit: 1, label: '', progress: noProgress, advice: { missing: '', otherwise: '' } }, async () => {})).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('refuses a second one of the same address, and ends when it is cancelled', async () => {
    server.traits = { bytesPerSecond: 20_000 };
    const controller = new AbortController();
    const first = run('/weights.pth', { signal: controller.signal });
    // It holds the lock from before its first request.
    await expect.poll(() => server.requests.length).toBe(1);
    await expect(run('/weights.pth')).rejects.toMatchObject({ code: 'ENVIRONMENT' });
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED', message: 'The download was interrupted.' });
    server.traits = {};
    expect((await run('/weights.pth')).sha256).toBe(sha256(bytes));
  });
});
