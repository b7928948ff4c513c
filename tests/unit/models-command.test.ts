import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { noProgress, openWorkspace, sha256 } from '../../src/base/index.ts';
import { catalogue, catalogueEntry, findArchitecture, freshState, listWeights, loadWeights, pullWeights, type CatalogueEntry } from '../../src/models/index.ts';
import { writeSafetensors } from '../../src/nn/index.ts';
import { downloadObject } from '../../src/release/index.ts';
import { breaks, startFaultServer, type FaultServer } from '../support/fault-server.ts';
import { runInProcess } from '../support/run-in-process.ts';

const weights = writeSafetensors(freshState(findArchitecture('mobilenet_v2'), { classes: 3, channels: 1 }, 1));
const listed = z.object({ models: z.array(z.object({ name: z.string(), architecture: z.string(), here: z.boolean(), vouched: z.boolean(), sha256: z.string().nullable(), licence: z.string(), source: z.string() })) });

let folder: string;
let server: FaultServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-models-'));
  server = await startFaultServer(new Map([['/weights.safetensors', weights], ['/page', new TextEncoder().encode('<html>Log in</html>')]]));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const workspaceOf = () => openWorkspace(join(folder, 'workspace'));
const run = (...args: readonly string[]) => runInProcess(['models', ...args, '--workspace', join(folder, 'workspace')]);

describe('covid-ct models', () => {
  it('lists the catalogue, and what is imported beside it', async () => {
    await writeFile(join(folder, 'gray net.safetensors'), weights);
    const imported = await run('import', join(folder, 'gray net.safetensors'), '--licence', 'CC0-1.0', '--source', 'made for this test', '--mean', '0.45', '--std', '0.3');
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    expect(imported.stdout).toContain('Imported gray-net: mobilenet_v2, 3 classes, gray pictures of 224 pixels');
    expect(imported.stdout).toContain('Normalised: mean 0.45, 0.45, 0.45, std 0.3, 0.3, 0.3. Licence: CC0-1.0.');
    const { models } = listed.parse(JSON.parse((await run('list', '--json')).stdout));
    expect(models).toHaveLength(catalogue.length + 1);
    expect(models.filter(({ here }) => here)).toEqual([
      expect.objectContaining({ name: 'gray-net', architecture: 'mobilenet_v2', vouched: false, sha256: sha256(weights), licence: 'CC0-1.0', source: 'made for this test' }),
    ]);
    const table = (await run('list')).stdout.split('\n');
    expect(table.find((line) => line.startsWith('densenet169-imagenet1k'))).toMatch(/ no +57 +b2777c0a +ImageNet +BSD-3-Clause/);
    expect(table.find((line) => line.startsWith('gray-net'))).toMatch(new RegExp(`yes +9 +${sha256(weights).slice(0, 8)} \\* +its own`));
  });

  it('says what it took for granted of an imported file, and refuses one that is of no architecture', async () => {
    await writeFile(join(folder, 'net.safetensors'), weights);
    expect((await run('import', join(folder, 'net.safetensors'))).stderr).toContain('Give --mean and --std where it differs.');
    expect(await run('import', join(folder, 'net.safetensors'), '--name', 'other', '--architecture', 'resnet18')).toMatchObject({ code: 3 });
    await writeFile(join(folder, 'bad.pth'), weights.subarray(0, 500));
    const bad = await run('import', join(folder, 'bad.pth'));
    expect(bad.code).toBe(3);
    expect(bad.stderr).toContain('covid-ct: bad.pth');
    expect(await run('import', join(folder, 'none.pth'))).toMatchObject({ code: 3 });
    expect((await listWeights(workspaceOf())).map(({ name }) => name)).toEqual(['net']);
  });

  it('keeps nothing of a pull that brings another file, a page or nothing', async () => {
    const other = await run('pull', 'mobilenet_v2-imagenet1k', '--from', `${server.address}/weights.safetensors`);
    expect(other.code).toBe(3);
    expect(other.stderr).toContain(`begins with ${sha256(weights).slice(0, 8)}, not b0353104.`);
    expect(other.stderr).toContain('covid-ct models import FILE');
    const page = await run('pull', 'mobilenet_v2-imagenet1k', '--from', `${server.address}/page`);
    expect([page.code, page.stderr]).toEqual([3, expect.stringContaining('is a web page.')]);
    const none = await run('pull', 'mobilenet_v2-imagenet1k', '--from', `${server.address}/none`);
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('--from takes another address')]);
    // No hash of its maker vouches for these weights: their shapes still have to be right.
    const unvouched = await run('pull', 'efficientnet_b0-imagenet1k-ra4', '--from', `${server.address}/weights.safetensors`);
    expect([unvouched.code, unvouched.stderr]).toEqual([3, expect.stringContaining('holds weights of MobileNetV2, not of efficientnet_b0.')]);
    expect([await workspaceOf().objects.list(), await listWeights(workspaceOf())]).toEqual([[], []]);
  });

  it('is told of arguments that make no sense', async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['pull'], 'models pull needs the name of weights.'],
      [['pull', 'resnet19'], 'The registry knows no weights called "resnet19".'],
      [['import'], 'models import needs a file.'],
      [['list', 'all'], 'models list takes no name.'],
      [['list', '--licence', 'x'], 'models list takes no --licence.'],
      [['pull', 'resnet18-imagenet1k', '--mean', '1'], 'models pull takes no --mean.'],
      [['import', 'a', '--mean', '0.5'], '--mean and --std belong together.'],
      [['import', 'a', '--mean', '0.5', '--std', '0'], '--std "0" is not one number or three'],
      [['import', 'a', '--mean', '0.5,0.5', '--std', '1'], '--mean "0.5,0.5" is not one number or three'],
      [['import', 'a', '--name', 'a b'], '"a b" is no name for weights.'],
      [['import', 'a', '--input-size', '0'], '--input-size is a whole number of pixels.'],
    ];
    for (const [args, sentence] of cases) {
      const result = await run(...args);
      expect(result.stderr).toContain(sentence);
      expect([2, 3]).toContain(result.code);
    }
  });
});

describe('a pull', () => {
  it('goes on where its connection broke, and keeps weights that load', async () => {
    const workspace = workspaceOf();
    server.fault = breaks(2, 1_000_000);
    const entry: CatalogueEntry = { ...catalogueEntry('mobilenet_v2-imagenet1k'), classes: 3, address: `${server.address}/weights.safetensors`, sha256: sha256(weights).slice(0, 8) };
    const advice = { missing: '', otherwise: '' };
    const pulled = await pullWeights(workspace, entry, (address, accept) => downloadObject(address, { workspace, limit: 1e8, label: '', progress: noProgress, environment: {}, advice }, accept), new Date('2026-11-25T00:00:00Z'));
    expect(pulled).toMatchObject({ name: entry.name, channels: 1, classes: 3, sha256: sha256(weights) });
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=1000000-', 'bytes=2000000-']);
    expect((await loadWeights(workspace, entry.name)).tensors.size).toBe(314);
  });
});
