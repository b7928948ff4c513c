import { describe, expect, it } from 'vitest';
import { CovidCtError, sha256 } from '../base/index.ts';
import oracle from '../../tests/oracles/pillow/decode.json' with { type: 'json' };
import { readPictureHeader, toGray, toRgb } from './index.ts';
import { decodePicture, encodeJpeg, encodePng } from './node.ts';

const entry = (name: string): Uint8Array => {
  const found = oracle.entries.find((each) => each.name === name);
  return Buffer.from(found?.file ?? '', 'base64');
};

/** A PNG that says it is 50,000×50,000, with next to nothing behind. */
function hugePng(): Uint8Array {
  const bytes = Buffer.from(entry('gray.png'));
  bytes.writeUInt32BE(50_000, 16);
  bytes.writeUInt32BE(50_000, 20);
  return bytes;
}

describe('decodePicture equals Pillow, sample for sample', () => {
  it.each(oracle.entries.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    const picture = await decodePicture(Buffer.from(each.file, 'base64'));
    expect([picture.height, picture.width, picture.channels]).toEqual([each.shape[0], each.shape[1], each.shape[2] ?? 1]);
    expect(sha256(picture.data)).toBe(each.sha256);
  });
});

describe('readPictureHeader', () => {
  it.each(oracle.entries.map((each) => [each.name, each] as const))('%s', (name, each) => {
    const header = readPictureHeader(Buffer.from(each.file, 'base64'));
    expect(header).toMatchObject({ format: name.split('.')[1], mode: each.mode, orientation: each.orientation });
    expect([header.width, header.height]).toEqual([oracle.width, oracle.height]);
  });

  it('knows BMP, and what is no picture', () => {
    const bmp = Buffer.alloc(64);
    bmp.write('BM');
    bmp.writeUInt32LE(40, 14);
    bmp.writeInt32LE(7, 18);
    bmp.writeInt32LE(-5, 22);
    bmp.writeUInt16LE(24, 28);
    expect(readPictureHeader(bmp)).toEqual({ format: 'bmp', mode: 'RGB', bitDepth: 8, width: 7, height: 5, orientation: 1 });
    expect(readPictureHeader(Buffer.from('<html>'))).toMatchObject({ format: 'unknown', width: 0 });
    expect(readPictureHeader(new Uint8Array())).toMatchObject({ format: 'unknown' });
  });

  it('throws nothing but BAD_IMAGE, wherever a file is cut', () => {
    const codes = new Set<unknown>();
    for (const each of oracle.entries) {
      const file = Buffer.from(each.file, 'base64');
      for (let length = 0; length < Math.min(file.length, 400); length += 3) {
        try {
          readPictureHeader(file.subarray(0, length));
        } catch (error) {
          codes.add(error instanceof CovidCtError ? error.code : error);
        }
      }
    }
    expect([...codes]).toEqual(['BAD_IMAGE']);
  });
});

describe('hostile pictures', () => {
  it('refuses a header of 50,000×50,000 pixels before it decodes', async () => {
    const before = process.memoryUsage().rss;
    await expect(decodePicture(hugePng())).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    await expect(decodePicture(entry('gray.png'), { pixels: 100 })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it.each(['gray.png', 'rgb.jpeg', 'rgb.gif', 'rgb.tiff', 'rgb.webp'])('says BAD_IMAGE for a %s cut in half', async (name) => {
    const file = entry(name);
    await expect(decodePicture(file.subarray(0, file.length >> 1))).rejects.toMatchObject({ code: 'BAD_IMAGE' });
  });

  it('says BAD_IMAGE for a flipped byte in PNG data, for text, and for no bytes at all', async () => {
    const broken = Buffer.from(entry('rgb.png'));
    broken[broken.length >> 1] = (broken[broken.length >> 1] ?? 0) ^ 0xff;
    await expect(decodePicture(broken)).rejects.toMatchObject({ code: 'BAD_IMAGE' });
    await expect(decodePicture(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).rejects.toMatchObject({ code: 'BAD_IMAGE' });
    await expect(decodePicture(new Uint8Array())).rejects.toMatchObject({ code: 'BAD_IMAGE' });
  });
});

describe('encoding', () => {
  it.each(['gray.png', 'rgb.png', 'rgba.png'])('%s comes back from PNG as it was', async (name) => {
    const picture = await decodePicture(entry(name));
    expect(await decodePicture(await encodePng(picture))).toEqual(picture);
  });

  it('JPEG keeps gray gray, drops alpha, and is near to what it was given', async () => {
    const gray = await decodePicture(entry('gray.jpeg'));
    const again = await decodePicture(await encodeJpeg(gray, 95));
    expect(again.channels).toBe(1);
    expect(Math.max(...again.data.map((value, i) => Math.abs(value - (gray.data[i] ?? 0))))).toBeLessThan(12);
    const rgba = await decodePicture(entry('rgba.png'));
    expect(readPictureHeader(await encodeJpeg(rgba, 60))).toMatchObject({ format: 'jpeg', mode: 'RGB', width: rgba.width });
  });
});

describe('colour', () => {
  it('luma is that of Pillow, and alpha is dropped', () => {
    // Image.new('RGB', (1, 1), c).convert('L') of Pillow 13
    const data = Uint8Array.of(255, 0, 0, 9, 0, 255, 0, 9, 0, 0, 255, 9, 10, 200, 77, 9, 254, 255, 253, 9);
    const rgba = { width: 5, height: 1, channels: 4, data } as const;
    expect([...toGray(rgba).data]).toEqual([76, 150, 29, 129, 254]);
    expect([...toRgb(toGray(rgba)).data.subarray(0, 4)]).toEqual([76, 76, 76, 150]);
    expect([...toRgb(rgba).data.subarray(9, 15)]).toEqual([10, 200, 77, 254, 255, 253]);
  });
});
