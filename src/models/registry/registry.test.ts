import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, sha256, type Workspace } from '../../base/index.ts';
import { fromFloat32, writeSafetensors, type StateDict } from '../../nn/index.ts';
import {
  architectureNames,
  catalogue,
  catalogueEntry,
  findArchitecture,
  freshState,
  halfNormalisation,
  identifyArchitecture,
  imagenetNormalisation,
  importWeights,
  listWeights,
  loadWeights,
  pullWeights,
  type CatalogueEntry,
  type DownloadObject,
} from '../index.ts';

let folder: string;
let workspace: Workspace;
const when = new Date('2026-11-24T10:00:00Z');
const mobilenet = findArchitecture('mobilenet_v2');
const state = freshState(mobilenet, { classes: 2 }, 1);
const file = writeSafetensors(state);
const described = { name: 'mine', source: '', licence: 'CC0-1.0' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-registry-'));
  workspace = openWorkspace(join(folder, 'workspace'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'weights.safetensors');
  await writeFile(path, bytes);
  return path;
}

/** A download that brings these bytes whatever was asked for. */
const brings = (bytes: Uint8Array): DownloadObject => async (_, accept) => {
  const path = await fileOf(bytes);
  await accept(path);
  return { sha256: await workspace.objects.adopt(path) };
};

const without = (tensors: StateDict, name: string): StateDict => new Map([...tensors].filter(([each]) => each !== name));

describe('identifyArchitecture', () => {
  it.each([['densenet121', 1, 2], ['resnet18', 3, 5], ['efficientnet_lite0', 1, 7], ['efficientnet_b0', 3, 2], ['mobilenet_v2', 3, 1]] as const)(
    'tells %s with %i channels and %i classes by names and shapes',
    (name, channels, classes) => {
      const found = identifyArchitecture(freshState(findArchitecture(name), { channels, classes }, 1), 'a file');
      expect([found.architecture.name, found.options]).toEqual([name, { channels, classes }]);
    },
  );

  it('says what comes nearest, and what does not fit it', () => {
    expect(() => identifyArchitecture(without(state, 'features.3.conv.2.weight'), 'a.pth')).toThrow('a.pth comes nearest to MobileNetV2, but does not fit it: The weights lack features.3.conv.2.weight');
    const odd = new Map([...state, ['features.0.0.weight', fromFloat32(new Float32Array(32 * 4 * 9), [32, 4, 3, 3])] as const]);
    expect(() => identifyArchitecture(odd, 'a.pth')).toThrow('features.0.0.weight has the shape [32, 4, 3, 3] in the weights, and [32, 3, 3, 3] in MobileNetV2.');
    expect(() => identifyArchitecture(new Map([['w', fromFloat32(Float32Array.of(1), [1])]]), 'a.pth')).toThrow('a.pth is of none of the architectures here: its 1 tensors are called w.');
  });
});

describe('importWeights', () => {
  it('keeps a file, says what it is, lists it, and loads its tensors again', async () => {
    const entry = await importWeights(workspace, await fileOf(file), described, when);
    expect(entry).toMatchObject({ name: 'mine', architecture: 'mobilenet_v2', classes: 2, channels: 3, inputSize: 224, normalisation: imagenetNormalisation, source: 'weights.safetensors', format: 'safetensors', size: file.length, sha256: sha256(file) });
    expect(await listWeights(workspace)).toEqual([entry]);
    const { tensors } = await loadWeights(workspace, 'mine');
    expect([...tensors.keys()].toSorted()).toEqual([...state.keys()].toSorted());
    const [kept, given] = [tensors, state].map((each) => Buffer.from(each.get('classifier.1.weight')?.bytes ?? []).toString('hex'));
    expect(kept).toBe(given);
  });

  it('registers nothing that cannot be read or is of no architecture, and gives no name to two files', async () => {
    await expect(importWeights(workspace, await fileOf(file.subarray(0, 4000)), described, when)).rejects.toMatchObject({ code: 'BAD_CHECKPOINT' });
    await expect(importWeights(workspace, await fileOf(writeSafetensors(without(state, 'features.0.0.weight'))), described, when)).rejects.toMatchObject({ code: 'BAD_CHECKPOINT' });
    await expect(importWeights(workspace, await fileOf(file), { ...described, architecture: 'resnet18' }, when)).rejects.toThrow('weights.safetensors holds weights of MobileNetV2, not of resnet18.');
    expect([await listWeights(workspace), await workspace.objects.list()]).toEqual([[], []]);
    await importWeights(workspace, await fileOf(file), described, when);
    const other = writeSafetensors(freshState(mobilenet, { classes: 2 }, 2));
    await expect(importWeights(workspace, await fileOf(other), described, when)).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    expect(await importWeights(workspace, await fileOf(file), described, when)).toMatchObject({ name: 'mine' });
  });
});

describe('pullWeights', () => {
  const entry: CatalogueEntry = { ...catalogueEntry('mobilenet_v2-imagenet1k'), classes: 2, sha256: sha256(file).slice(0, 8) };

  it('keeps what its maker’s hash and its shapes vouch for, and does not fetch it again', async () => {
    const pulled = await pullWeights(workspace, entry, brings(file), when);
    expect(pulled).toMatchObject({ name: entry.name, architecture: 'mobilenet_v2', sha256: sha256(file), source: `${entry.address} (ImageNet-1k)` });
    expect(await pullWeights(workspace, entry, () => Promise.reject(new Error('fetched again')), when)).toEqual(pulled);
    expect(await listWeights(workspace)).toEqual([pulled]);
  });

  it('refuses bytes whose SHA-256 is not their maker’s, or which are other weights, and keeps nothing of them', async () => {
    await expect(pullWeights(workspace, { ...entry, sha256: '00000000' }, brings(file), when)).rejects.toThrow(`whose SHA-256 begins with ${sha256(file).slice(0, 8)}, not 00000000.`);
    await expect(pullWeights(workspace, { ...entry, sha256: undefined, architecture: 'resnet18' }, brings(file), when)).rejects.toThrow('holds weights of MobileNetV2, not of resnet18.');
    await expect(pullWeights(workspace, { ...entry, classes: 1000 }, brings(file), when)).rejects.toThrow('gave weights of 2 classes, not 1000.');
    expect([await listWeights(workspace), await workspace.objects.list()]).toEqual([[], []]);
  });

  it('does not take a name from other weights', async () => {
    await importWeights(workspace, await fileOf(file), { ...described, name: entry.name }, when);
    await expect(pullWeights(workspace, { ...entry, sha256: '00000000' }, brings(file), when)).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
  });

  it('names what it knows when asked for something else', async () => {
    expect(() => catalogueEntry('resnet19')).toThrow('The registry knows no weights called "resnet19".');
    await expect(loadWeights(workspace, 'resnet18-imagenet1k')).rejects.toMatchObject({ hint: 'Get them with: covid-ct models pull resnet18-imagenet1k' });
  });
});

describe('the catalogue', () => {
  it('has a name once, only architectures that there are, and the hash that each address ends in', () => {
    expect(new Set(catalogue.map((entry) => entry.name)).size).toBe(catalogue.length);
    for (const entry of catalogue) {
      expect(architectureNames).toContain(entry.architecture);
      expect(entry.address.startsWith('https://')).toBe(true);
    }
    expect(catalogue.filter((entry) => entry.sha256 === undefined).map((entry) => entry.name)).toEqual(['efficientnet_b0-imagenet1k-ra4', 'efficientnet_b1-imagenet1k-ra4']);
    expect(catalogueEntry('densenet169-imagenet1k')).toMatchObject({ sha256: 'b2777c0a', address: 'https://download.pytorch.org/models/densenet169-b2777c0a.pth' });
  });

  it('has weights for every architecture but the baselines’ own', () => {
    expect(architectureNames.filter((name) => !catalogue.some((entry) => entry.architecture === name))).toEqual(['simple_cnn']);
    expect(catalogueEntry('efficientnet_lite0-imagenet1k').normalisation).toEqual(halfNormalisation);
  });
});
