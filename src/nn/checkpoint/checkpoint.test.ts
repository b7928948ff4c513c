import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NnError } from '../errors.ts';
import { fromFloat32, readSafetensors, readTorchFile, stateDictOf, toFloat32, writeSafetensors, type StateDict } from './index.ts';

const describedSchema = z.record(z.string(), z.object({ type: z.string(), shape: z.array(z.number()), values: z.array(z.number()) }));
const oracle = z
  .object({ expected: z.object({ state: describedSchema, module: describedSchema }), files: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(new URL('../../../tests/oracles/checkpoint/checkpoints.json', import.meta.url), 'utf8')));

function file(name: string): Uint8Array {
  return new Uint8Array(Buffer.from(oracle.files[name] ?? '', 'base64'));
}

function described(tensors: StateDict) {
  return Object.fromEntries([...tensors].map(([name, tensor]) => [name, { type: tensor.type, shape: tensor.shape, values: [...toFloat32(tensor)] }]));
}

describe('files that PyTorch and safetensors wrote', () => {
  it.each(['zip', 'legacy', 'zip-wrapped', 'legacy-wrapped'])('%s: every tensor, its type, shape and values', async (name) => {
    expect(described(stateDictOf(await readTorchFile(file(name))))).toEqual(oracle.expected.state);
  });
  it.each(['zip-module', 'legacy-module'])("%s: a module's state dict, with the attributes that torch hangs on it", async (name) => {
    expect(described(stateDictOf(await readTorchFile(file(name))))).toEqual(oracle.expected.module);
  });
  it('safetensors: every tensor and the metadata', () => {
    const { tensors, metadata } = readSafetensors(file('safetensors'));
    expect(described(tensors)).toEqual(oracle.expected.state);
    expect(metadata).toEqual({ made: 'by safetensors' });
  });
  it('a whole pickled module is refused by the name that it would execute', async () => {
    await expect(readTorchFile(file('zip-whole-module'))).rejects.toThrow(/torch\.nn\.modules\.container\.Sequential/);
  });
});

/** A pickle of protocol 2 that calls `module.name(text)`. */
function callingPickle(module: string, name: string, text: string): Uint8Array {
  const argument = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(argument.length);
  return Buffer.concat([Buffer.from([0x80, 2, 0x63]), Buffer.from(`${module}\n${name}\n`), Buffer.from([0x58]), length, argument, Buffer.from([0x85, 0x52, 0x2e])]);
}

describe('hostile pickles', () => {
  it.each([
    ['os', 'system'],
    ['posix', 'system'],
    ['builtins', 'eval'],
    ['builtins', 'getattr'],
    ['torch', 'load'],
    ['torch.storage', '_load_from_bytes'],
    ['collections', 'defaultdict'],
  ])('may not name %s.%s', async (module, name) => {
    await expect(readTorchFile(callingPickle(module, name, 'echo pwned'))).rejects.toThrow(new RegExp(`${module}\\.${name}.*not allowed`));
  });
  it.each([
    ['INST', [0x80, 2, 0x28, 0x69]],
    ['OBJ', [0x80, 2, 0x28, 0x6f]],
    ['NEWOBJ', [0x80, 2, 0x81]],
    ['EXT1', [0x80, 2, 0x82, 1]],
    ['PERSID', [0x80, 2, 0x50, 0x61, 0x0a]],
    ['an empty stack', [0x80, 2, 0x2e]],
    ['a text of 4 GB', [0x80, 2, 0x58, 0xff, 0xff, 0xff, 0xff]],
    ['no STOP', [0x80, 2, 0x4e]],
    ['protocol 0', [0x28, 0x6c, 0x2e]],
  ])('%s is refused', async (_, bytes) => {
    await expect(readTorchFile(Uint8Array.from(bytes))).rejects.toBeInstanceOf(NnError);
  });
});

describe("damage to PyTorch's files", () => {
  it('no bit of a zip can change unnoticed', async () => {
    const bytes = file('zip-module');
    const taken: string[] = [];
    for (let position = 0; position < bytes.length; position++) {
      const bit = position % 8;
      const changed = bytes.slice();
      changed[position] = (changed[position] ?? 0) ^ (1 << bit);
      await readTorchFile(changed).then(() => taken.push(`byte ${position}, bit ${bit}`), (error: unknown) => expect(error).toBeInstanceOf(NnError));
    }
    expect(taken).toEqual([]);
  });
  it.each([
    ['a number in a longer form than it needs', [0x80, 2, 0x4d, 5, 0, 0x2e], /longer form/],
    ['a text that is not remembered', [0x80, 2, 0x58, 1, 0, 0, 0, 0x61, 0x2e], /0x2e follows 0x58/],
    ['a memo out of its order', [0x80, 2, 0x7d, 0x71, 1, 0x2e], /memo 1 is set where 0 is the next/],
    ['an opcode of a later protocol', [0x80, 2, 0x7d, 0x94, 0x2e], /not one of protocol 2/],
    ['a name left in a container', [0x80, 2, ...Buffer.from('ctorch\nFloatStorage\n'), 0x71, 0, 0x85, 0x71, 1, 0x2e], /stands where a value should/],
  ])('%s is refused', async (_, pickle, message) => {
    // As the magic number's pickle, which is read first.
    await expect(readTorchFile(Uint8Array.from(pickle))).rejects.toThrow(message);
  });
});

describe('safetensors of our own', () => {
  const tensors: StateDict = new Map([
    ['b', fromFloat32(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])],
    ['a', { type: 'uint8', shape: [3], bytes: Uint8Array.of(1, 2, 3) }],
    ['scalar', fromFloat32(Float32Array.of(7), [])],
  ]);

  it('come back as they were, in their order, and are the same bytes each time', () => {
    const bytes = writeSafetensors(tensors, { run: 'r1' });
    const read = readSafetensors(bytes, { ours: true });
    expect([...read.tensors.keys()]).toEqual(['b', 'a', 'scalar']);
    expect(described(read.tensors)).toEqual(described(tensors));
    expect(read.metadata).toEqual({ run: 'r1' });
    expect(Buffer.compare(writeSafetensors(tensors, { run: 'r1' }), bytes)).toBe(0);
  });

  it('no bit of the header and its length can change unnoticed', () => {
    const bytes = writeSafetensors(tensors, { run: 'r1' });
    const headerEnd = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    for (let position = 0; position < headerEnd; position++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = bytes.slice();
        changed[position] = (changed[position] ?? 0) ^ (1 << bit);
        expect(() => readSafetensors(changed, { ours: true }), `byte ${position}, bit ${bit}`).toThrow(NnError);
      }
    }
  });

  it('cut anywhere, or with a byte too many, they are refused', () => {
    const bytes = writeSafetensors(tensors);
    for (let length = 0; length < bytes.length; length++) expect(() => readSafetensors(bytes.subarray(0, length))).toThrow(NnError);
    expect(() => readSafetensors(Uint8Array.of(...bytes, 0))).toThrow(/belong to no tensor/);
  });

  it.each([
    ['overlap', '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}', 3, /begins at 1/],
    ['a gap', '{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', 2, /begins at 1/],
    ['a huge shape', '{"a":{"dtype":"F32","shape":[4294967295,4294967295,4294967295],"data_offsets":[0,4]}}', 4, /needs/],
    ['an unknown type', '{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,4]}}', 4, /dtype/],
    ['a name that no object can hold', '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1, /__proto__/],
    ['a negative length', '{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', 1, /shape/],
  ])('%s is named', (_, header, payload, message) => {
    const text = Buffer.from(header);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    expect(() => readSafetensors(Buffer.concat([length, text, Buffer.alloc(payload)]))).toThrow(message);
  });
});
