/**
 * The safetensors format (Hugging Face, "Format" in its README): eight bytes of header length, a JSON header, then the
 * tensors' bytes without a gap.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { NnError } from '../errors.ts';
import { elementBytes, elementCount, type ElementType, type StateDict, type StateTensor } from './tensor.ts';

const typeNames = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
} as const satisfies Record<string, ElementType>;
type TypeName = keyof typeof typeNames;

/** The reference implementation refuses longer headers, too. */
const maximumHeaderBytes = 100_000_000;

/**
 * Files that we write carry the SHA-256 of their own header (taken with this entry all zeros), so that a changed name,
 * shape or type is noticed even where the header still parses.
 */
const checksumKey = 'covid-ct.header-sha256';
const noChecksum = '0'.repeat(64);

/** The format's own name, and the one that JavaScript's objects cannot hold. */
const reservedNames: ReadonlySet<string> = new Set(['__metadata__', '__proto__']);

const whole = z.int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.enum(Object.keys(typeNames) as [TypeName, ...TypeName[]]),
  shape: z.array(whole),
  data_offsets: z.tuple([whole, whole]),
});
const headerSchema = z.record(z.string(), z.unknown());
const metadataSchema = z.record(z.string(), z.string());

/** What a safetensors file holds. */
export interface SafetensorsFile {
  readonly tensors: StateDict;
  readonly metadata: Readonly<Record<string, string>>;
}

function bad(place: string, what: string): NnError {
  return new NnError('BAD_CHECKPOINT', `The safetensors file is damaged at ${place}: ${what}.`, { hint: 'Get the file again and compare its SHA-256.' });
}

/** The header's text, checked: length within the file, UTF-8, `{` first, nothing but spaces after its `}`. */
function readHeaderText(file: Uint8Array): string {
  if (file.length < 8) throw bad('byte 0', `${file.length} bytes are too few for a header length`);
  const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(Math.min(maximumHeaderBytes, file.length - 8))) {
    throw bad('byte 0', `it claims a header of ${length} bytes, and ${file.length - 8} follow`);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file.subarray(8, 8 + Number(length)));
  } catch {
    throw bad('the header', 'it is not UTF-8');
  }
  if (!text.startsWith('{')) throw bad('byte 8', 'the header does not begin with {');
  if (!/\} *$/.test(text.slice(-64))) throw bad('the end of the header', 'only spaces may follow its last }');
  return text;
}

function parseHeader(text: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw bad('the header', 'it is not JSON');
  }
  if (typeof document === 'object' && document !== null && Object.hasOwn(document, '__proto__')) throw bad('the header', 'a tensor is called __proto__');
  const header = headerSchema.safeParse(document);
  if (!header.success) throw bad('the header', 'it is no JSON object');
  return header.data;
}

function headerHash(text: string): string {
  return createHash('sha256').update(text.trimEnd()).digest('hex');
}

/** Checks our own header checksum, where there is one or one is asked for. */
function checkHeaderHash(text: string, metadata: Readonly<Record<string, string>>, required: boolean): void {
  const claimed = metadata[checksumKey];
  if (claimed === undefined) {
    if (required) throw bad('__metadata__', `it has no ${checksumKey}, which every checkpoint of covid-ct has`);
    return;
  }
  if (headerHash(text.replace(claimed, noChecksum)) !== claimed) throw bad('the header', 'it is not the header that was written: its checksum differs');
}

/**
 * Reads a safetensors file. The tensors are views of `file`, which must not be changed while they are used.
 * @param options `ours`: the file must carry the header checksum that {@link writeSafetensors} adds
 * @throws NnError BAD_CHECKPOINT naming the place: a bad length, header, type, shape, offset, gap or overlap
 */
export function readSafetensors(file: Uint8Array, options: { readonly ours?: boolean } = {}): SafetensorsFile {
  const text = readHeaderText(file);
  const { __metadata__: rawMetadata, ...entries } = parseHeader(text);
  const metadata = metadataSchema.safeParse(rawMetadata ?? {});
  if (!metadata.success) throw bad('__metadata__', 'its values must be texts');
  checkHeaderHash(text, metadata.data, options.ours === true);

  const payload = file.subarray(8 + Buffer.byteLength(text));
  const placed: { readonly name: string; readonly begin: number; readonly end: number; readonly tensor: StateTensor }[] = [];
  for (const [name, value] of Object.entries(entries)) {
    const entry = entrySchema.safeParse(value);
    if (!entry.success) {
      const issue = entry.error.issues[0];
      throw bad(`tensor ${JSON.stringify(name)}`, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
    }
    const { dtype, shape, data_offsets: [begin, end] } = entry.data;
    const type = typeNames[dtype];
    const size = elementCount(shape) * elementBytes[type];
    if (end - begin !== size) throw bad(`tensor ${JSON.stringify(name)}`, `${dtype} [${shape.join(', ')}] needs ${size} bytes, and its offsets hold ${end - begin}`);
    if (end > payload.length) throw bad(`tensor ${JSON.stringify(name)}`, `it ends at byte ${end} of ${payload.length}: the file is cut short`);
    placed.push({ name, begin, end, tensor: { type, shape, bytes: payload.subarray(begin, end) } });
  }
  placed.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const { name, begin, end } of placed) {
    if (begin !== position) throw bad(`tensor ${JSON.stringify(name)}`, `it begins at ${begin}, and the one before it ends at ${position}`);
    position = end;
  }
  if (position !== payload.length) throw bad('the end', `${payload.length - position} bytes belong to no tensor`);
  const { [checksumKey]: _, ...rest } = metadata.data;
  return { tensors: new Map(placed.map(({ name, tensor }) => [name, tensor])), metadata: rest };
}

const namesByType = new Map(Object.entries(typeNames).map(([name, type]): [ElementType, string] => [type, name]));

/**
 * Writes tensors in their order as a safetensors file, with a checksum of the header in its metadata.
 * The same tensors and metadata give the same bytes.
 */
export function writeSafetensors(tensors: StateDict, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  let position = 0;
  const entries: Record<string, unknown> = { __metadata__: { ...metadata, [checksumKey]: noChecksum } };
  for (const [name, { type, shape, bytes }] of tensors) {
    if (reservedNames.has(name)) throw new NnError('BAD_CHECKPOINT', `A tensor may not be called ${name}.`);
    if (bytes.length !== elementCount(shape) * elementBytes[type]) throw new NnError('SHAPE', `The bytes of ${name} do not fill its shape [${shape.join(', ')}].`);
    entries[name] = { dtype: namesByType.get(type), shape, data_offsets: [position, position + bytes.length] };
    position += bytes.length;
  }
  const blank = JSON.stringify(entries);
  const text = blank.replace(noChecksum, headerHash(blank));
  // Padded to eight bytes, so that the payload is aligned for every element type.
  const header = Buffer.from(text.padEnd(text.length + ((8 - (Buffer.byteLength(text) % 8)) % 8), ' '));
  const file = new Uint8Array(8 + header.length + position);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let offset = 8 + header.length;
  for (const { bytes } of tensors.values()) {
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}
