import { deflateSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { imageStream, paintPicture, PdfWriter, type PdfStream } from '../../../tests/support/pdf-writer.ts';
import { inflateAtOnce, isRefusal, openPdf } from './index.ts';

const streams = globalThis.DecompressionStream;
afterEach(() => {
  globalThis.DecompressionStream = streams;
});

const samples = Uint8Array.from({ length: 300 * 200 }, (_, i) => (i * i) % 251);

async function pixelsOf(stream: PdfStream): Promise<Uint8Array | undefined> {
  const file = new PdfWriter();
  const picture = file.add(stream);
  file.page({ content: paintPicture('A', 100, 100, 300, 200), pictures: { A: picture } });
  const document = await openPdf(file.bytes());
  if (isRefusal(document)) throw new Error(document.message);
  const page = await document.page(1);
  await document.close();
  return page.pictures[0]?.pixels?.data;
}

const whole = imageStream(300, 200, '/DeviceGray', samples);
const cutOff: PdfStream = { entries: whole.entries, bytes: deflateSync(samples).subarray(0, 400) };
const damaged: PdfStream = { entries: whole.entries, bytes: deflateSync(samples).map((byte, i) => (i === 300 ? byte ^ 0xff : byte)) };

it.each([
  ['whole', whole],
  ['cut off', cutOff],
  ['damaged', damaged],
])('inflating at once gives what streams give: %s', async (_, stream) => {
  const before = await pixelsOf(stream);
  inflateAtOnce();
  const after = await pixelsOf(stream);
  expect(after === undefined ? undefined : Buffer.compare(Buffer.from(after), Buffer.from(before ?? []))).toBe(before === undefined ? undefined : 0);
});

it('the whole one is what was written', async () => {
  inflateAtOnce();
  expect(Buffer.compare(Buffer.from((await pixelsOf(whole)) ?? []), samples)).toBe(0);
});
