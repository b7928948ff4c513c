import { afterEach, describe, expect, it } from 'vitest';
import { CovidCtError } from '../../base/index.ts';
import type { Picture } from '../../imaging/index.ts';
import { ahead, epochBatches, Feed } from './feed.ts';
import { packPictures, pictureAt, plainPicture } from './pictures.ts';

function ramp(width: number, height: number, channels: 1 | 3): Picture & { readonly channels: 1 | 3 } {
  return { width, height, channels, data: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 7) % 256) };
}

const pictures = packPictures([ramp(40, 30, 1), ramp(32, 48, 3)]);
const setup = {
  pictures,
  plan: { size: 16, crop: { scale: [0.5, 1] as const, ratio: [0.75, 1.3] as const }, flip: 0.5, brightness: 0.2, contrast: 0.2 },
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.25, 0.5],
  seed: 3,
};
const open: Feed[] = [];
const start = () => {
  const feed = new Feed(setup);
  open.push(feed);
  return feed;
};
afterEach(() => Promise.all(open.splice(0).map((feed) => feed.close())));

describe('Feed', () => {
  it('gives the same batch for the same views, whatever was asked for before, and another for another key', async () => {
    const [one, other] = [start(), start()];
    const views = [{ picture: 0, key: 'a' }, { picture: 1, key: 'b' }];
    const batch = await one.batch(views);
    await other.batch([{ picture: 1, key: 'a' }]);
    expect(batch).toHaveLength(2 * 3 * 16 * 16);
    expect(await other.batch(views)).toEqual(batch);
    expect(await other.batch([{ picture: 0, key: 'c' }, { picture: 1, key: 'b' }])).not.toEqual(batch);
  });

  it('normalises each channel by its own numbers', async () => {
    const batch = await start().batch([{ picture: 0, key: 'a' }]);
    const pixels = 256;
    for (let i = 0; i < pixels; i++) expect(batch[pixels + i]).toBeCloseTo(2 * (batch[i] ?? NaN), 5);
  });

  it('says that a picture is not there, and goes on', async () => {
    const feed = start();
    await expect(feed.batch([{ picture: 9, key: 'a' }])).rejects.toThrow('There is no picture 9 among 2');
    await expect(feed.batch([{ picture: 0, key: 'a' }])).resolves.toHaveLength(768);
  });

  it('answers nothing more once it is closed', async () => {
    const feed = start();
    const waiting = feed.batch([{ picture: 0, key: 'a' }]);
    waiting.catch(() => undefined);
    await feed.close();
    await expect(feed.batch([{ picture: 0, key: 'a' }])).rejects.toBeInstanceOf(CovidCtError);
  });
});

describe('epochBatches', () => {
  it('holds every number, fills the last batch up, and shuffles each epoch anew', () => {
    const batches = epochBatches(10, 4, 1, 1);
    expect(batches.map((batch) => batch.length)).toEqual([4, 4, 4]);
    expect(batches.flat().slice(0, 10).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(batches[2]?.slice(2)).toEqual(batches[0]?.slice(0, 2));
    expect(epochBatches(10, 4, 1, 1)).toEqual(batches);
    expect(epochBatches(10, 4, 1, 2)).not.toEqual(batches);
    expect(epochBatches(10, 4, 2, 1)).not.toEqual(batches);
  });

  it('fills a batch larger than the whole by going round', () => {
    expect(epochBatches(3, 8, 1, 1)[0]?.slice(0, 3)).toEqual(epochBatches(3, 8, 1, 1)[0]?.slice(3, 6));
  });
});

describe('ahead', () => {
  it('asks before an item is used, keeps the order, and tells a failure in its turn', async () => {
    const asked: number[] = [];
    const ask = async (n: number) => {
      asked.push(n);
      if (n === 4) throw new Error('four');
      return n * 10;
    };
    const seen: number[] = [];
    const askedWhenUsed: number[] = [];
    const walk = async () => {
      for await (const [, item] of ahead([1, 2, 3, 4, 5], ask, 3)) {
        askedWhenUsed.push(asked.length);
        seen.push(item);
      }
    };
    await expect(walk()).rejects.toThrow('four');
    expect(seen).toEqual([10, 20, 30]);
    expect(askedWhenUsed).toEqual([3, 4, 5]);
  });
});

describe('plainPicture', () => {
  it('makes one channel of three that are the same, and drops alpha', () => {
    const rgba = { width: 2, height: 1, channels: 4 as const, data: Uint8Array.of(5, 5, 5, 0, 9, 9, 9, 255) };
    expect(plainPicture(rgba)).toEqual({ width: 2, height: 1, channels: 1, data: Uint8Array.of(5, 9) });
    const coloured = { width: 1, height: 1, channels: 3 as const, data: Uint8Array.of(5, 5, 6) };
    expect(plainPicture(coloured)).toEqual(coloured);
    expect(pictureAt(packPictures([plainPicture(rgba)]), 0).data).toEqual(Uint8Array.of(5, 9));
  });
});
