import { describe, expect, it } from 'vitest';
import { encodePng } from '../imaging/node.ts';
import { openMemoryTree } from './memory-tree.ts';
import { openRelease } from './open-release.ts';

const png = await encodePng({ width: 2, height: 2, channels: 1, data: Uint8Array.from([0, 50, 100, 255]) });
const open = (files: Readonly<Record<string, string | Uint8Array>>, options = {}) =>
  openRelease(openMemoryTree(new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])), 'memory'), options);

const upstream = {
  'Images-processed/CT_COVID/2020.03.01.20029769-p21-73_1%2.png': png,
  'Images-processed/CT_COVID/2020.03.01.20029769-p21-73_1%3.png': png,
  'Images-processed/CT_NonCOVID/7.png': png,
  'Data-split/COVID/trainCT_COVID.txt': '2020.03.01.20029769-p21-73_1%2.png\nabsent.png\n',
  'Data-split/COVID/valCT_COVID.txt': '',
  'Data-split/COVID/testCT_COVID.txt': '2020.03.01.20029769-p21-73_1%2.png\n\n 2020.03.01.20029769-p21-73_1%3.png\r\n',
  'Data-split/NonCOVID/trainCT_NonCOVID.txt': '7.png\n',
  'Data-split/NonCOVID/testCT_NonCOVID.txt': '',
  'COVID-CT-MetaInfo.csv': 'File name,Patient ID,DOI\n2020.03.01.20029769-p21-73_1_2,Patient 3,\n2020.03.01.20029769-p21-73_1%3,Patient 4 ,\ngone.png,Patient 5,\n2020.03.01.20029769-p21-73_1%3.png,Patient 6,\n',
  'NonCOVID-CT-MetaInfo.csv': ',image name,patient id\n0,7.png,medpix_patient_1\n',
};

describe('openRelease: upstream layout', () => {
  it('joins images, lists and metadata', async () => {
    const release = await open(upstream);
    expect(release).toMatchObject({ layout: 'upstream', labels: ['COVID', 'NonCOVID'], claims: undefined, synthetic: false });
    expect(release.images.map(({ id, splits, split, patient, venue, paper }) => ({ id, splits, split, patient, venue, paper }))).toEqual([
      { id: 'COVID/2020.03.01.20029769-p21-73_1%2.png', splits: ['train', 'test'], split: 'train', patient: 'Patient 3', venue: 'medRxiv', paper: '10.1101/2020.03.01.20029769' },
      { id: 'COVID/2020.03.01.20029769-p21-73_1%3.png', splits: ['test'], split: 'test', patient: 'Patient 4', venue: 'medRxiv', paper: '10.1101/2020.03.01.20029769' },
      { id: 'NonCOVID/7.png', splits: ['train'], split: 'train', patient: 'medpix_patient_1', venue: 'MedPix', paper: undefined },
    ]);
    expect(release.problems.map((problem) => problem.code).toSorted()).toEqual(
      ['LIST_BLANK_LINE', 'LIST_MISSING', 'LIST_NAME_BLANKS', 'NAME_SPELLED_OTHERWISE', 'NAME_WITHOUT_EXTENSION', 'ROW_REPEATED', 'ROW_WITHOUT_IMAGE'].toSorted(),
    );
    const [image] = release.images;
    if (image === undefined) throw new Error('no image');
    expect(Buffer.from(await release.bytes(image)).equals(Buffer.from(png))).toBe(true);
    expect([...(await release.picture(image)).data]).toEqual([0, 50, 100, 255]);
  });

  it('is found two folders deep, as in a downloaded repository', async () => {
    const release = await open(Object.fromEntries(Object.entries(upstream).map(([path, content]) => [`COVID-CT-master/${path}`, content])));
    expect(release.images).toHaveLength(3);
  });

  it('names the image that cannot be decoded', async () => {
    const release = await open({ ...upstream, 'Images-processed/CT_NonCOVID/7.png': 'no picture' });
    const image = release.images.find((one) => one.name === '7.png');
    if (image === undefined) throw new Error('no image');
    await expect(release.picture(image)).rejects.toMatchObject({ code: 'BAD_IMAGE', message: expect.stringContaining('7.png') });
  });

  it('refuses what is no release', async () => {
    await expect(open({ 'readme.txt': 'x' })).rejects.toMatchObject({ code: 'BAD_RELEASE' });
    await expect(open({ 'Data-split/COVID/trainCT_COVID.txt': 'x\n' })).rejects.toMatchObject({ code: 'BAD_RELEASE' });
    await expect(open({ ...upstream, 'COVID-CT-MetaInfo.xlsx': 'no workbook' })).rejects.toMatchObject({ code: 'BAD_WORKBOOK' });
    await expect(open(upstream, { positive: 'cancer' })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('openRelease: foreign sets', () => {
  it('reads an image folder with splits', async () => {
    const release = await open({ 'train/sick/a.png': png, 'valid/well/b.png': png, 'test/sick/deep/c.png': png, 'stray.png': png }, { positive: 'sick' });
    expect(release.layout).toBe('imagefolder');
    expect(release.images.map(({ id, split }) => [id, split])).toEqual([['sick/a.png', 'train'], ['sick/deep/c.png', 'test'], ['well/b.png', 'val']]);
    expect(release.labels).toEqual(['sick', 'well']);
    expect(release.problems.map((problem) => problem.code)).toEqual(['LABEL_MISSING']);
  });
  it('reads an image folder without splits', async () => {
    const release = await open({ 'COVID/a.png': png, 'Normal/a.png': png });
    expect(release.images.map(({ id, split }) => [id, split])).toEqual([['COVID/a.png', undefined], ['Normal/a.png', undefined]]);
  });
  it('reads a table', async () => {
    const release = await open({
      'pictures/a.png': png,
      'pictures/b.png': png,
      'set.csv': 'image,label,patient,paper,split\npictures/a.png,COVID,P1,10.1000/x,train\nb.png,other,P2,,holdout\nc.png,other,P3,,test\npictures/b.png,,P2,,test\n',
    });
    expect(release.layout).toBe('csv');
    expect(release.images.map(({ id, split, patient, paper }) => [id, split, patient, paper])).toEqual([
      ['COVID/pictures/a.png', 'train', 'P1', '10.1000/x'],
      ['other/b.png', undefined, 'P2', undefined],
    ]);
    expect(new Set(release.problems.map((problem) => problem.code))).toEqual(new Set(['SPLIT_UNKNOWN', 'ROW_WITHOUT_IMAGE', 'LABEL_MISSING']));
  });
});
