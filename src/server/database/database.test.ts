import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorkspace } from '../../base/index.ts';
import { appendEvent, openStore, readEvents } from '../../store/index.ts';
import { openSharedDatabase } from './database.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-shared-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = new Date('2026-11-25T10:00:00Z');

it('is opened once for requests at one time, given free for a command, and had again afterwards', async () => {
  const workspace = openWorkspace(folder);
  const database = openSharedDatabase(workspace, { idle: 600_000 });
  await Promise.all(['a', 'b'].map((stream) => database.use((store) => appendEvent(store.db, { stream, kind: 'made', body: 1, at }))));
  await expect(openStore(workspace, { waitMilliseconds: 50 })).rejects.toMatchObject({ code: 'ENVIRONMENT' });
  await database.share(async () => {
    const other = await openStore(workspace, { waitMilliseconds: 50 });
    const meanwhile = database.use((store) => readEvents(store.db, 'c'));
    await appendEvent(other.db, { stream: 'c', kind: 'made', body: 1, at });
    await other.close();
    expect(await meanwhile).toHaveLength(1);
    // Shared: nobody keeps it after a request.
    await (await openStore(workspace, { waitMilliseconds: 20_000 })).close();
  });
  expect(await database.use((store) => readEvents(store.db, 'a'))).toHaveLength(1);
  await database.close();
  await (await openStore(workspace, { waitMilliseconds: 50 })).close();
}, 120_000);

it('is tried again where it did not open, and is told who has it', async () => {
  const workspace = openWorkspace(folder);
  const database = openSharedDatabase(workspace, { patience: 50, address: () => 'http://127.0.0.1:4180' });
  const other = await openStore(workspace);
  await expect(database.use(() => Promise.resolve(1))).rejects.toMatchObject({ code: 'ENVIRONMENT' });
  await other.close();
  expect(await database.use(() => Promise.resolve(1))).toBe(1);
  await expect(openStore(workspace, { waitMilliseconds: 50 })).rejects.toMatchObject({ hint: expect.stringContaining('http://127.0.0.1:4180') as string });
  await database.close();
}, 120_000);
