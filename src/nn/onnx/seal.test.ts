import { describe, expect, it } from 'vitest';
import { NnError } from '../index.ts';
import { ruleNumbers } from '../../../tests/support/rule.ts';
import { openSealedOnnx, sealOnnx } from './seal.ts';

/** A seal asks nothing of what it seals. */
const body = new Uint8Array(ruleNumbers(400_000, 1).buffer);
const flipped = (bytes: Uint8Array<ArrayBuffer>, at: number, bit: number): Uint8Array<ArrayBuffer> => bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit));

describe('a seal', () => {
  it('gives back what was sealed, whole mebibytes and none, too', async () => {
    for (const length of [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, body.length]) {
      const part = body.slice(0, length);
      expect(Buffer.compare(await openSealedOnnx(await sealOnnx(part)), part)).toBe(0);
    }
  });

  it('lets no bit of itself change', async () => {
    const sealed = await sealOnnx(body.slice(0, 1000));
    for (let at = 1000; at < sealed.length; at++) {
      for (let bit = 0; bit < 8; bit++) await expect(openSealedOnnx(flipped(sealed, at, bit)), `byte ${at}, bit ${bit}`).rejects.toBeInstanceOf(NnError);
    }
  });

  it('names the mebibyte that changed', async () => {
    const sealed = await sealOnnx(body);
    await expect(openSealedOnnx(flipped(sealed, 0, 7))).rejects.toThrow(/bytes 0 to 1048576/);
    await expect(openSealedOnnx(flipped(sealed, 1_048_576, 0))).rejects.toThrow(/bytes 1048576 to 1600000/);
    await expect(openSealedOnnx(flipped(sealed, body.length - 1, 0))).rejects.toThrow(/bytes 1048576 to 1600000/);
  });

  it('notices a file that was cut, lengthened, cut in its middle, sealed twice or never', async () => {
    const sealed = await sealOnnx(body.slice(0, 1000));
    for (let length = 0; length < sealed.length; length++) await expect(openSealedOnnx(sealed.slice(0, length))).rejects.toBeInstanceOf(NnError);
    await expect(openSealedOnnx(Uint8Array.of(...sealed, 0))).rejects.toThrow(/the seal/);
    await expect(openSealedOnnx(Uint8Array.of(...sealed.subarray(0, 500), ...sealed.subarray(600)))).rejects.toThrow(/of 1000 bytes, and 900 stand before it/);
    await expect(openSealedOnnx(body)).rejects.toThrow(/seal is missing/);
    expect(await openSealedOnnx(await sealOnnx(sealed))).toHaveLength(sealed.length);
  });
});
