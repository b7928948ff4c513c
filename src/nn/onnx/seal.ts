import { create, toBinary } from '@bufbuild/protobuf';
import { z } from 'zod';
import { NnError } from '../errors.ts';
import { ModelProtoSchema, StringStringEntryProtoSchema } from './onnx_pb.ts';

/**
 * A seal is a last entry of an ONNX file's metadata that holds the SHA-256 of every mebibyte before it. Protobuf lets
 * fields be appended, so that any reader of ONNX takes a sealed file. A sealed file is checked before it is parsed: no damage
 * goes unnoticed, nor reaches a parser or the runtime.
 */
const sealKey = 'covid-ct.seal';
const chunkBytes = 1 << 20;
/** Where the seal must begin at the latest, seen from the end: enough for a model of 4 GB. */
const longestSeal = 1 << 19;

const sealSchema = z.strictObject({ bytes: z.int().nonnegative(), sha256: z.array(z.string().regex(/^[0-9a-f]{64}$/)) });
type Seal = z.infer<typeof sealSchema>;

function bad(place: string, what: string): NnError {
  return new NnError('BAD_MODEL', `The model file is damaged at ${place}: ${what}.`, { hint: 'Get the file again, or export the model again.' });
}

function encodeSeal(value: string): Uint8Array {
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { metadataProps: [create(StringStringEntryProtoSchema, { key: sealKey, value })] }));
}

async function hashChunk(body: Uint8Array<ArrayBuffer>, index: number): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', body.subarray(index * chunkBytes, (index + 1) * chunkBytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function sealOf(body: Uint8Array<ArrayBuffer>): Promise<Seal> {
  const sha256: string[] = [];
  for (let index = 0; index * chunkBytes < body.length; index++) sha256.push(await hashChunk(body, index));
  return { bytes: body.length, sha256 };
}

/** Adds a seal to an ONNX file. */
export async function sealOnnx(onnx: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const seal = encodeSeal(JSON.stringify(await sealOf(onnx)));
  const sealed = new Uint8Array(onnx.length + seal.length);
  sealed.set(onnx);
  sealed.set(seal, onnx.length);
  return sealed;
}

/** Where the key of the seal begins; −1 where there is none. */
function findKey(file: Uint8Array): number {
  const key = new TextEncoder().encode(sealKey);
  for (let at = file.length - key.length; at >= Math.max(0, file.length - longestSeal); at--) {
    if (key.every((byte, i) => file[at + i] === byte)) return at;
  }
  return -1;
}

/** The seal at the end of a file, and where it begins. It is written in one way only, so that no bit of it is free. */
function findSeal(file: Uint8Array): { readonly seal: Seal; readonly begin: number } {
  const key = findKey(file);
  if (key < 0) throw bad('the end', 'its seal is missing, which every model that covid-ct exports has; the file is cut short, or was written by another program');
  const opening = file.indexOf(0x7b, key);
  const text = opening < 0 ? '' : new TextDecoder().decode(file.subarray(opening));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad('the seal', 'it cannot be read');
  }
  const seal = sealSchema.safeParse(value);
  if (!seal.success) throw bad('the seal', `${seal.error.issues[0]?.path.join('.') ?? ''} ${seal.error.issues[0]?.message ?? ''}`.trim());
  const expected = encodeSeal(JSON.stringify(seal.data));
  const begin = file.length - expected.length;
  if (begin < 0 || !expected.every((byte, i) => file[begin + i] === byte)) throw bad('the seal', 'it is not written as seals are');
  return { seal: seal.data, begin };
}

/**
 * Checks a sealed file from its first byte to its last.
 * @returns the ONNX file within, a view of `file`
 * @throws NnError BAD_MODEL naming the place of what is damaged or missing
 */
export async function openSealedOnnx(file: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const { seal, begin } = findSeal(file);
  if (seal.bytes !== begin || seal.sha256.length !== Math.ceil(begin / chunkBytes)) throw bad('the seal', `it is of ${seal.bytes} bytes, and ${begin} stand before it`);
  const body = file.subarray(0, begin);
  for (const [index, claimed] of seal.sha256.entries()) {
    if ((await hashChunk(body, index)) !== claimed) {
      throw bad(`bytes ${index * chunkBytes} to ${Math.min(begin, (index + 1) * chunkBytes)}`, 'they are not what was written: their SHA-256 differs from the one in the seal');
    }
  }
  return body;
}
