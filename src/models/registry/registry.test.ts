import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../base/index.ts';
import { fromFloat32, writeSafetensors } from '../../nn/index.ts';
import { catalogue, imagenetNormalisation, importWeights, listWeights, loadWeights, pullWeights } from '../index.ts';

let folder: string;
let workspace: Workspace;
const when = new Date('2026-11-24T10:00:00Z');
const tiny = writeSafetensors(new Map([['fc.weight', fromFloat32(Float32Array.of(1, 2), [1, 2])]]));
const described = { name: 'tiny', architecture: 'simple_cnn', source: '', licence: 'CC0-1.0', classes: 2, inputSize: 64, normalisation: imagenetNormalisation };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-registry-'));
  workspace = openWorkspace(join(folder, 'workspace'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'tiny.safetensors');
  await writeFile(path, bytes);
  return path;
}

/** A download that brings a readable file, but not the one that was asked for. */
async function wrongBytes(_: string, accept: (path: string) => Promise<void>): Promise<{ sha256: string }> {
  const path = await fileOf(tiny);
  await accept(path);
  return { sha256: await workspace.objects.adopt(path) };
}

describe('importWeights', () => {
  it('keeps a file, lists it, and loads its tensors again', async () => {
    const entry = await importWeights(workspace, await fileOf(tiny), described, when);
    expect(entry).toMatchObject({ name: 'tiny', source: 'tiny.safetensors', format: 'safetensors', size: tiny.length });
    expect(await listWeights(workspace)).toEqual([entry]);
    expect((await loadWeights(workspace, 'tiny')).tensors.get('fc.weight')?.shape).toEqual([1, 2]);
  });

  it('registers nothing that cannot be read, and gives no name to two files', async () => {
    await expect(importWeights(workspace, await fileOf(tiny.subarray(0, 40)), described, when)).rejects.toMatchObject({ code: 'BAD_CHECKPOINT' });
    expect(await listWeights(workspace)).toEqual([]);
    await importWeights(workspace, await fileOf(tiny), described, when);
    const other = writeSafetensors(new Map([['fc.weight', fromFloat32(Float32Array.of(3, 4), [1, 2])]]));
    await expect(importWeights(workspace, await fileOf(other), described, when)).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
  });
});

describe('pullWeights', () => {
  it('refuses bytes whose SHA-256 is not their maker\'s, and keeps nothing of them', async () => {
    const name = catalogue[0]?.name ?? '';
    await expect(pullWeights(workspace, name, wrongBytes, when)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    expect(await listWeights(workspace)).toEqual([]);
    expect(await workspace.objects.list()).toEqual([]);
  });

  it('names what it knows when asked for something else', async () => {
    await expect(pullWeights(workspace, 'resnet19', wrongBytes, when)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(loadWeights(workspace, 'resnet18-imagenet1k')).rejects.toMatchObject({ hint: 'Get them with: covid-ct models pull resnet18-imagenet1k' });
  });
});

describe('the catalogue', () => {
  it('has a name once, and hashes that its addresses end in', () => {
    expect(new Set(catalogue.map((entry) => entry.name)).size).toBe(catalogue.length);
    for (const entry of catalogue) expect(entry.address).toContain(`-${entry.sha256}.pth`);
  });
});
