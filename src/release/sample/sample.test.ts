import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../base/index.ts';
import { differenceHash, hammingDistance, readPictureHeader } from '../../imaging/index.ts';
import { decodePicture } from '../../imaging/node.ts';
import { memorySource } from '../byte-source.ts';
import { openZipArchive } from '../zip-archive.ts';
import { planSample } from './plan.ts';
import { drawSample, sampleSeed, type Sample } from './sample.ts';

const plan = planSample(sampleSeed);
let sample: Sample;
let pictures: Map<string, Uint8Array>;

beforeAll(async () => {
  sample = await drawSample();
  pictures = new Map();
  for (const label of ['COVID', 'NonCOVID']) {
    const archive = await openZipArchive(memorySource(sample.files.get(`Images-processed/CT_${label}.zip`) ?? new Uint8Array(), label), label);
    for (const entry of archive.entries) pictures.set(entry.path.replace('CT_', ''), await archive.read(entry));
  }
});

const textOf = (path: string): string => Buffer.from(sample.files.get(path) ?? []).toString();

describe('the embedded sample', () => {
  it('is the same, byte for byte, each time', async () => {
    const again = await drawSample();
    expect([...again.files].map(([path, bytes]) => [path, sha256(bytes)])).toEqual([...sample.files].map(([path, bytes]) => [path, sha256(bytes)]));
  });

  it('has the files of upstream, and pictures and lists as planned', () => {
    expect([...sample.files.keys()].toSorted()).toEqual([
      'COVID-CT-MetaInfo.xlsx',
      ...['COVID', 'NonCOVID'].flatMap((label) => ['test', 'train', 'val'].map((split) => `Data-split/${label}/${split}CT_${label}.txt`)),
      'Images-processed/CT_COVID.zip',
      'Images-processed/CT_NonCOVID.zip',
      'NonCOVID-CT-MetaInfo.csv',
    ]);
    const planned = plan.images.map((image) => `${image.label}/${image.name}`);
    expect(new Set(planned).size).toBe(planned.length);
    expect([...pictures.keys()].filter((name) => !name.endsWith('.txt')).toSorted()).toEqual(planned.toSorted());
    expect(textOf('Data-split/COVID/valCT_COVID.txt').trim().split('\n')).toHaveLength(8);
  });

  it('has pictures that decode, but for the one that was cut', async () => {
    const broken: string[] = [];
    for (const image of plan.images) {
      const bytes = pictures.get(`${image.label}/${image.name}`) ?? new Uint8Array();
      await decodePicture(bytes).catch(() => broken.push(image.name));
    }
    expect(broken).toEqual(sample.planted.filter((defect) => defect.code === 'FILE_UNREADABLE').flatMap((defect) => defect.images));
  });

  it('has planted copies that are alike, in other bytes', async () => {
    const twins = sample.planted.filter((defect) => defect.code === 'DUPLICATE');
    expect(twins).toHaveLength(3);
    const files = await Promise.all(
      twins.map((twin) => Promise.all(twin.images.map((name) => decodePicture([...pictures].find(([path]) => path.endsWith(`/${name}`))?.[1] ?? new Uint8Array())))),
    );
    for (const [one, other] of files) {
      expect(one).toBeDefined();
      expect(one).not.toEqual(other);
    }
    const [rescaled] = files;
    const [a, b] = (rescaled ?? []).map(differenceHash);
    expect(hammingDistance(a ?? [0, 0], b ?? [0xffffffff, 0xffffffff])).toBeLessThan(4);
  });

  it('says that it is synthetic in every caption, and that its papers are none', () => {
    for (const { cells } of plan.images) {
      expect(String(cells['Captions'] ?? cells['captions'])).toMatch(/^Synthetic/);
      expect(String(cells['DOI'] ?? '10.0000/')).toMatch(/02\.30|S0000-0000|bmj\.z00001|^10\.0000\//);
    }
  });

  it('writes one class as RGB, the other as gray: the planted shortcut of the header', () => {
    const modes = new Set(plan.images.filter((image) => image.drawing.cut !== true).map((image) => `${image.label} ${readPictureHeader(pictures.get(`${image.label}/${image.name}`) ?? new Uint8Array()).mode}`));
    expect([...modes].toSorted()).toEqual(['COVID RGB', 'NonCOVID L']);
  });
});
