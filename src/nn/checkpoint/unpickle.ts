/**
 * An allow-listed unpickler: builds numbers, texts, containers and tensors, and nothing else. A pickle is a program for
 * a small stack machine; of its opcodes those that `torch.save` writes are known here, and of the names that it may
 * look up only those that `pickle-builders.ts` has. Anything else ends in an error that names the opcode and its place.
 *
 * A legacy file carries no checksum, so that what Python's pickler would never write is refused as well, though it could
 * be executed: a number or text in a longer form than it needs, an object that is not remembered, or under another number than the next,
 * an opcode of another protocol. That leaves a damaged opcode or length few ways to mean something else.
 * Source: CPython's `pickletools` (opcodes), PyTorch's `torch/serialization.py` (persistent ids, `_rebuild_tensor_v2`).
 */
import { append, bad, needed, pop, popToMark, recall, remember, setItems, several, take, takeLine, takeLong, takeText, takeUint, top, type Machine } from './pickle-machine.ts';
import { call, checkLeftovers, isMetadata, loadPersistent, lookUp } from './pickle-builders.ts';
import type { PickleValue } from './pickle-values.ts';

export type { PickleValue, StorageReference, TensorReference } from './pickle-values.ts';

type Operation = (machine: Machine) => void;
const push =
  (make: (machine: Machine) => PickleValue): Operation =>
  (machine) =>
    void machine.stack.push(make(machine));

function popTuple(machine: Machine, length: number): readonly PickleValue[] {
  return Object.freeze(Array.from({ length }, () => pop(machine)).toReversed());
}

/** What each opcode does. `STOP` ends the pickle, and is not here. */
const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x28, (m) => void m.marks.push(m.stack.length)], // MARK
  [0x29, push(() => Object.freeze([]))], // EMPTY_TUPLE
  [0x5d, push(() => [])], // EMPTY_LIST
  [0x7d, push(() => new Map())], // EMPTY_DICT
  [0x4e, push(() => null)], // NONE
  [0x88, push(() => true)], // NEWTRUE
  [0x89, push(() => false)], // NEWFALSE
  [0x4b, push((m) => takeUint(m, 1))], // BININT1
  [0x4d, push((m) => needed(m, takeUint(m, 2), 0, 0xff))], // BININT2
  [0x4a, push((m) => needed(m, takeUint(m, 4) | 0, 0, 0xffff))], // BININT
  [0x8a, push((m) => needed(m, takeLong(m), -(2 ** 31), 2 ** 31 - 1))], // LONG1
  [0x47, push((m) => (take(m, 8), m.view.getFloat64(m.position - 8, false)))], // BINFLOAT
  [0x58, push((m) => takeText(m, needed(m, takeUint(m, 4), 0, m.protocol < 4 ? -1 : 0xff)))], // BINUNICODE
  [0x8c, push((m) => takeText(m, takeUint(m, 1)))], // SHORT_BINUNICODE
  [0x74, push((m) => Object.freeze(several(m, popToMark(m), 4)))], // TUPLE
  [0x85, push((m) => popTuple(m, 1))], // TUPLE1
  [0x86, push((m) => popTuple(m, 2))], // TUPLE2
  [0x87, push((m) => popTuple(m, 3))], // TUPLE3
  [0x71, (m) => remember(m, takeUint(m, 1))], // BINPUT
  [0x72, (m) => remember(m, needed(m, takeUint(m, 4), 0, 0xff))], // LONG_BINPUT
  [0x94, (m) => remember(m, m.memo.size)], // MEMOIZE
  [0x68, push((m) => recall(m, takeUint(m, 1)))], // BINGET
  [0x6a, push((m) => recall(m, needed(m, takeUint(m, 4), 0, 0xff)))], // LONG_BINGET
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
    0x62, // BUILD: torch hangs `_metadata` on a state dict, which is of no use here, and is dropped
    (m) => {
      const attributes = pop(m);
      if (!(top(m) instanceof Map) || !isMetadata(attributes)) throw bad(m, 'attributes are set that no state dict has');
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
      const target = top(m);
      // A thousand at a time: what is left behind a full batch may be one.
      setItems(m, target, several(m, items, target instanceof Map && target.size > 0 ? 2 : 4));
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
      const target = top(m);
      append(m, several(m, items, Array.isArray(target) && target.length > 0 ? 1 : 2));
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

const stop = 0x2e;

/** Opcodes of protocols before 4 only, and from 4 on only. */
const older: ReadonlySet<number> = new Set([0x71, 0x72, 0x63]);
const newer: ReadonlySet<number> = new Set([0x8c, 0x94, 0x93, 0x95]);
/** Opcodes whose result Python remembers, in case that it comes again; and those that remember. */
const remembered: ReadonlySet<number> = new Set([0x58, 0x8c, 0x5d, 0x7d, 0x74, 0x85, 0x86, 0x87, 0x63, 0x93, 0x52]);
const remembering: ReadonlySet<number> = new Set([0x71, 0x72, 0x94]);

function checkOpcode(machine: Machine, opcode: number, before: number): void {
  const name = `the opcode 0x${opcode.toString(16).padStart(2, '0')}`;
  if (machine.protocol < 4 ? newer.has(opcode) : older.has(opcode)) throw bad(machine, `${name} is not one of protocol ${machine.protocol}`);
  if (remembered.has(before) !== remembering.has(opcode)) throw bad(machine, `${name} follows 0x${before.toString(16)}, which Python never writes: what it makes it remembers, once`);
}

/**
 * Reads one pickle (protocols 2 to 5, as `torch.save` writes them).
 * @param bytes what holds the pickle; more may follow it
 * @param start where it begins
 * @returns what it builds, its protocol, and the position behind its STOP
 * @throws NnError BAD_CHECKPOINT for anything that is not tensors and plain containers
 */
export function unpickle(bytes: Uint8Array, start = 0): { readonly value: PickleValue; readonly end: number; readonly protocol: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const protocol = bytes[start + 1] ?? 0;
  const machine: Machine = { bytes, view, position: start, stack: [], marks: [], memo: new Map(), protocol };
  if (takeUint(machine, 1) !== 0x80) throw bad(machine, 'it does not begin as a pickle does');
  take(machine, 1);
  if (protocol < 2 || protocol > 5) throw bad(machine, `protocol ${protocol} is not 2 to 5`);
  for (let before = 0; ; ) {
    const opcode = takeUint(machine, 1);
    const operation = operations.get(opcode);
    if (operation === undefined && opcode !== stop) throw bad(machine, `the opcode 0x${opcode.toString(16).padStart(2, '0')} is not one that torch.save writes for tensors`);
    checkOpcode(machine, opcode, before);
    if (operation === undefined) break;
    operation(machine);
    before = opcode;
  }
  const value = pop(machine);
  if (machine.stack.length > 0 || machine.marks.length > 0) throw bad(machine, 'something is left on the stack at its end');
  checkLeftovers(machine, value);
  return { value, end: machine.position, protocol };
}
