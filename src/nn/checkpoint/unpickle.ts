/**
 * An allow-listed unpickler: builds numbers, texts, containers and tensors, and nothing else. A pickle is a program for
 * a small stack machine; of its opcodes those that `torch.save` writes are known here, and of the names that it may
 * look up only those in {@link builders}. Anything else ends in an error that names the opcode and its place.
 * Source: CPython's `pickletools` (opcodes), PyTorch's `torch/serialization.py` (persistent ids, `_rebuild_tensor_v2`).
 */
import { NnError } from '../errors.ts';
import type { ElementType } from './tensor.ts';

/** A piece of memory that tensors are views of, by the key under which the file keeps its bytes. */
export interface StorageReference {
  readonly kind: 'storage';
  readonly key: string;
  readonly type: ElementType;
  /** Elements, as the pickle says. */
  readonly length: number;
}

/** A tensor as the pickle describes it: a view of a storage. */
export interface TensorReference {
  readonly kind: 'tensor';
  readonly storage: StorageReference;
  /** Elements, not bytes. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** Elements, not bytes. */
  readonly stride: readonly number[];
}

/** What a pickle may build. Dictionaries are maps; tuples and lists are arrays. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly PickleValue[]
  | Map<PickleValue, PickleValue>
  | StorageReference
  | TensorReference
  | AllowedName;

/** A name that was looked up, such as `torch.FloatStorage`, before it is called. */
export interface AllowedName {
  readonly kind: 'name';
  readonly name: string;
}

const storageTypes: ReadonlyMap<string, ElementType> = new Map([
  ['torch DoubleStorage', 'float64'],
  ['torch FloatStorage', 'float32'],
  ['torch HalfStorage', 'float16'],
  ['torch BFloat16Storage', 'bfloat16'],
  ['torch LongStorage', 'int64'],
  ['torch IntStorage', 'int32'],
  ['torch ShortStorage', 'int16'],
  ['torch CharStorage', 'int8'],
  ['torch ByteStorage', 'uint8'],
  ['torch BoolStorage', 'bool'],
]);

const rebuildTensor = 'torch._utils _rebuild_tensor_v2';
const rebuildParameter = 'torch._utils _rebuild_parameter';
const orderedDict = 'collections OrderedDict';
const torchSize = 'torch Size';

/** Names that may be called, and what calling them gives. `torch.*Storage` may be named, but not called. */
const callable: ReadonlySet<string> = new Set([rebuildTensor, rebuildParameter, orderedDict, torchSize]);

/** One pickle's reading: bytes, a position, a stack with marks, a memo. */
interface Machine {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position: number;
  readonly stack: PickleValue[];
  readonly marks: number[];
  readonly memo: Map<number, PickleValue>;
}

function bad(machine: Machine, what: string): NnError {
  return new NnError('BAD_CHECKPOINT', `The pickle is damaged or not allowed at byte ${machine.position}: ${what}.`, {
    hint: 'Only tensors and containers are read, never code. Save a plain state dict, or convert it to safetensors.',
  });
}

function take(machine: Machine, length: number): Uint8Array {
  if (length < 0 || machine.position + length > machine.bytes.length) throw bad(machine, `${length} bytes are asked for beyond the end`);
  const part = machine.bytes.subarray(machine.position, machine.position + length);
  machine.position += length;
  return part;
}

function takeUint(machine: Machine, length: 1 | 2 | 4): number {
  const part = take(machine, length);
  return part.reduceRight((value, byte) => value * 256 + byte, 0);
}

function takeText(machine: Machine, length: number): string {
  const part = take(machine, length);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part);
  } catch {
    throw bad(machine, 'a text is not UTF-8');
  }
}

function takeLine(machine: Machine): string {
  const end = machine.bytes.indexOf(0x0a, machine.position);
  if (end < 0 || end - machine.position > 200) throw bad(machine, 'a name has no end');
  const line = takeText(machine, end - machine.position);
  machine.position += 1;
  return line;
}

/** The `LONG1` form: little-endian two's complement of a stated length. */
function takeLong(machine: Machine): number | bigint {
  const part = take(machine, takeUint(machine, 1));
  let value = part.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  if (((part.at(-1) ?? 0) & 0x80) !== 0) value -= 1n << BigInt(8 * part.length);
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

function pop(machine: Machine): PickleValue {
  const value = machine.stack.pop();
  if (value === undefined || machine.stack.length < (machine.marks.at(-1) ?? 0)) throw bad(machine, 'the stack is empty');
  return value;
}

function popToMark(machine: Machine): PickleValue[] {
  const mark = machine.marks.pop();
  if (mark === undefined) throw bad(machine, 'a mark is missing');
  return machine.stack.splice(mark);
}

function top(machine: Machine): PickleValue {
  const value = machine.stack.at(-1);
  if (value === undefined || machine.stack.length <= (machine.marks.at(-1) ?? 0)) throw bad(machine, 'the stack is empty');
  return value;
}

function setItems(machine: Machine, target: PickleValue, items: readonly PickleValue[]): void {
  if (!(target instanceof Map) || items.length % 2 !== 0) throw bad(machine, 'items are set on what is no dictionary');
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean' && typeof key !== 'bigint') throw bad(machine, 'a key is neither text nor number');
    if (target.has(key)) throw bad(machine, `the key ${JSON.stringify(String(key))} is there twice`);
    target.set(key, items[i + 1] ?? null);
  }
}

/** Whether this is a tuple: `torch.save` writes shapes, strides and arguments as tuples, never as lists. */
function isTuple(value: PickleValue | undefined): value is readonly PickleValue[] {
  return Array.isArray(value) && Object.isFrozen(value);
}

function isNumbers(value: PickleValue | undefined): value is readonly number[] {
  return isTuple(value) && value.every(isCount);
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isKind<K extends 'storage' | 'tensor' | 'name'>(value: PickleValue | undefined, kind: K): value is Extract<PickleValue, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

function lookUp(machine: Machine, module: string, name: string): AllowedName {
  const full = `${module} ${name}`;
  if (!callable.has(full) && !storageTypes.has(full)) throw bad(machine, `it names ${JSON.stringify(`${module}.${name}`)}, which is not allowed`);
  return { kind: 'name', name: full };
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)` as a reference. */
function rebuiltTensor(machine: Machine, args: readonly PickleValue[]): TensorReference {
  const [storage, offset, shape, stride] = args;
  if (!isKind(storage, 'storage') || !isCount(offset) || !isNumbers(shape) || !isNumbers(stride) || shape.length !== stride.length) {
    throw bad(machine, 'a tensor is described wrongly');
  }
  return { kind: 'tensor', storage, offset, shape, stride };
}

function call(machine: Machine, name: PickleValue, args: PickleValue): PickleValue {
  if (!isKind(name, 'name') || !isTuple(args)) throw bad(machine, 'what is called is no allowed name');
  if (name.name === rebuildTensor) return rebuiltTensor(machine, args);
  if (name.name === rebuildParameter) {
    if (!isKind(args[0], 'tensor')) throw bad(machine, 'a parameter holds no tensor');
    return args[0];
  }
  if (name.name === torchSize) {
    if (!isNumbers(args[0])) throw bad(machine, 'a size is no list of whole numbers');
    return args[0];
  }
  if (name.name !== orderedDict) throw bad(machine, `${name.name} may be named, but not called`);
  const dictionary = new Map<PickleValue, PickleValue>();
  for (const pair of Array.isArray(args[0]) ? args[0] : []) setItems(machine, dictionary, Array.isArray(pair) ? pair : []);
  return dictionary;
}

/** A persistent id: `('storage', torch.FloatStorage, key, location, length[, view])`. */
function loadPersistent(machine: Machine, id: PickleValue): StorageReference {
  if (!isTuple(id) || id[0] !== 'storage' || !isKind(id[1], 'name') || typeof id[2] !== 'string' || !isCount(id[4])) {
    throw bad(machine, 'a storage is described wrongly');
  }
  if (id.length === 6 && id[5] !== null) throw bad(machine, 'views of storages (torch before 0.4) are not read');
  const type = storageTypes.get(id[1].name);
  if (type === undefined) throw bad(machine, `${id[1].name} is no storage`);
  return { kind: 'storage', key: id[2], type, length: id[4] };
}

function remember(machine: Machine, key: number): void {
  if (machine.memo.has(key) && machine.memo.get(key) !== top(machine)) throw bad(machine, `memo ${key} is set twice`);
  machine.memo.set(key, top(machine));
}

function recall(machine: Machine, key: number): PickleValue {
  const value = machine.memo.get(key);
  if (value === undefined) throw bad(machine, `memo ${key} was never set`);
  return value;
}

function append(machine: Machine, items: readonly PickleValue[]): void {
  const list = top(machine);
  // Tuples are frozen, so that only what was made as a list can grow.
  if (!Array.isArray(list) || Object.isFrozen(list)) throw bad(machine, 'items are added to what is no list');
  for (const item of items) list.push(item);
}

type Operation = (machine: Machine) => void;
const push =
  (make: (machine: Machine) => PickleValue): Operation =>
  (machine) =>
    void machine.stack.push(make(machine));

function popTuple(machine: Machine, length: number): readonly PickleValue[] {
  return Object.freeze(Array.from({ length }, () => pop(machine)).toReversed());
}

/** What each opcode does. `STOP` ends the loop, and is not here. */
const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x28, (m) => void m.marks.push(m.stack.length)], // MARK
  [0x29, push(() => Object.freeze([]))], // EMPTY_TUPLE
  [0x5d, push(() => [])], // EMPTY_LIST
  [0x7d, push(() => new Map())], // EMPTY_DICT
  [0x4e, push(() => null)], // NONE
  [0x88, push(() => true)], // NEWTRUE
  [0x89, push(() => false)], // NEWFALSE
  [0x4b, push((m) => takeUint(m, 1))], // BININT1
  [0x4d, push((m) => takeUint(m, 2))], // BININT2
  [0x4a, push((m) => takeUint(m, 4) | 0)], // BININT
  [0x8a, push(takeLong)], // LONG1
  [0x47, push((m) => (take(m, 8), m.view.getFloat64(m.position - 8, false)))], // BINFLOAT
  [0x58, push((m) => takeText(m, takeUint(m, 4)))], // BINUNICODE
  [0x8c, push((m) => takeText(m, takeUint(m, 1)))], // SHORT_BINUNICODE
  [0x74, push((m) => Object.freeze(popToMark(m)))], // TUPLE
  [0x85, push((m) => popTuple(m, 1))], // TUPLE1
  [0x86, push((m) => popTuple(m, 2))], // TUPLE2
  [0x87, push((m) => popTuple(m, 3))], // TUPLE3
  [0x71, (m) => remember(m, takeUint(m, 1))], // BINPUT
  [0x72, (m) => remember(m, takeUint(m, 4))], // LONG_BINPUT
  [0x94, (m) => remember(m, m.memo.size)], // MEMOIZE
  [0x68, push((m) => recall(m, takeUint(m, 1)))], // BINGET
  [0x6a, push((m) => recall(m, takeUint(m, 4)))], // LONG_BINGET
  [0x63, push((m) => lookUp(m, takeLine(m), takeLine(m)))], // GLOBAL
  [
    0x93, // STACK_GLOBAL
    push((m) => {
      const name = pop(m);
      const module = pop(m);
      if (typeof name !== 'string' || typeof module !== 'string') throw bad(m, 'a name is no text');
      return lookUp(m, module, name);
    }),
  ],
  [
    0x52, // REDUCE
    push((m) => {
      const args = pop(m);
      return call(m, pop(m), args);
    }),
  ],
  [
    0x62, // BUILD: torch hangs `_metadata` on a state dict; attributes are of no use here, and are dropped
    (m) => {
      pop(m);
      if (!(top(m) instanceof Map)) throw bad(m, 'attributes are set on what is no dictionary');
    },
  ],
  [0x51, push((m) => loadPersistent(m, pop(m)))], // BINPERSID
  [
    0x73, // SETITEM
    (m) => {
      const value = pop(m);
      const key = pop(m);
      setItems(m, top(m), [key, value]);
    },
  ],
  [
    0x75, // SETITEMS
    (m) => {
      const items = popToMark(m);
      setItems(m, top(m), items);
    },
  ],
  [
    0x61, // APPEND
    (m) => {
      const item = pop(m);
      append(m, [item]);
    },
  ],
  [
    0x65, // APPENDS
    (m) => {
      const items = popToMark(m);
      append(m, items);
    },
  ],
  [
    0x95, // FRAME
    (m) => {
      const length = m.view.getBigUint64((take(m, 8), m.position - 8), true);
      if (length > BigInt(m.bytes.length - m.position)) throw bad(m, 'a frame is longer than the file');
    },
  ],
]);

/**
 * Reads one pickle (protocols 2 to 5, as `torch.save` writes them).
 * @param bytes what holds the pickle; more may follow it
 * @param start where it begins
 * @returns what it builds, and the position behind its STOP
 * @throws NnError BAD_CHECKPOINT for anything that is not tensors and plain containers
 */
export function unpickle(bytes: Uint8Array, start = 0): { readonly value: PickleValue; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const machine: Machine = { bytes, view, position: start, stack: [], marks: [], memo: new Map() };
  if (takeUint(machine, 1) !== 0x80) throw bad(machine, 'it does not begin as a pickle does');
  const protocol = takeUint(machine, 1);
  if (protocol < 2 || protocol > 5) throw bad(machine, `protocol ${protocol} is not 2 to 5`);
  for (;;) {
    const opcode = takeUint(machine, 1);
    if (opcode === 0x2e) break;
    const operation = operations.get(opcode);
    if (operation === undefined) throw bad(machine, `the opcode 0x${opcode.toString(16).padStart(2, '0')} is not one that torch.save writes for tensors`);
    operation(machine);
  }
  const value = pop(machine);
  if (machine.stack.length > 0 || machine.marks.length > 0) throw bad(machine, 'something is left on the stack at its end');
  return { value, end: machine.position };
}
