import { describe, expect, it } from 'vitest';
import { cosineHash, countBits, differenceHash, drawPhantom, hammingDistance, resize } from './index.ts';
import { decodePicture, encodeJpeg } from './node.ts';

const phantom = drawPhantom({ patient: 1, lesions: 'nodules', width: 200, height: 150 });
const other = drawPhantom({ patient: 2, lesions: 'nodules', width: 200, height: 150 });

describe.each([['differenceHash', differenceHash], ['cosineHash', cosineHash]] as const)('%s', (_, hash) => {
  it('stays near after rescaling and recompression, and is further from another picture', async () => {
    const rescaled = hammingDistance(hash(phantom), hash(resize(phantom, 300, 225, 'bicubic')));
    const recompressed = hammingDistance(hash(phantom), hash(await decodePicture(await encodeJpeg(phantom, 60))));
    expect(Math.max(rescaled, recompressed)).toBeLessThanOrEqual(3);
    expect(hammingDistance(hash(phantom), hash(other))).toBeGreaterThan(Math.max(rescaled, recompressed));
  });
});

describe('bits', () => {
  it('the difference hash of a ramp to the right is all ones, to the left all zeros', () => {
    const ramp = { width: 9, height: 8, channels: 1, data: Uint8Array.from({ length: 72 }, (_, i) => i % 9) } as const;
    expect(differenceHash(ramp)).toEqual([0xffffffff, 0xffffffff]);
    expect(differenceHash({ ...ramp, data: ramp.data.map((value) => 8 - value) })).toEqual([0, 0]);
  });
  it('the cosine hash has as many ones as zeros', () => {
    const [high, low] = cosineHash(phantom);
    expect(countBits(high) + countBits(low)).toBe(32);
  });
  it('counts', () => {
    expect([0, 1, 0x80000000, 0xffffffff, 0xf0f0].map(countBits)).toEqual([0, 1, 1, 32, 8]);
    expect(hammingDistance([0xffffffff, 1], [0, 2])).toBe(34);
  });
});
