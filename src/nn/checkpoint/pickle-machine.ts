import { NnError } from '../errors.ts';
import type { PickleValue } from './pickle-values.ts';

/** One pickle's reading: bytes, a position, a stack with marks, a memo. */
export interface Machine {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position: number;
  readonly stack: PickleValue[];
  readonly marks: number[];
  readonly memo: Map<number, PickleValue>;
  /** 2 to 5 */
  readonly protocol: number;
}

export function bad(machine: Machine, what: string): NnError {
  return new NnError('BAD_CHECKPOINT', `The pickle is damaged or not allowed at byte ${machine.position}: ${what}.`, {
    hint: 'Only tensors and containers are read, never code. Save a plain state dict, or convert it to safetensors.',
  });
}

export function take(machine: Machine, length: number): Uint8Array {
  if (length < 0 || machine.position + length > machine.bytes.length) throw bad(machine, `${length} bytes are asked for beyond the end`);
  const part = machine.bytes.subarray(machine.position, machine.position + length);
  machine.position += length;
  return part;
}

export function takeUint(machine: Machine, length: 1 | 2 | 4): number {
  const part = take(machine, length);
  return part.reduceRight((value, byte) => value * 256 + byte, 0);
}

export function takeText(machine: Machine, length: number): string {
  const part = take(machine, length);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part);
  } catch {
    throw bad(machine, 'a text is not UTF-8');
  }
}

export function takeLine(machine: Machine): string {
  const end = machine.bytes.indexOf(0x0a, machine.position);
  if (end < 0 || end - machine.position > 200) throw bad(machine, 'a name has no end');
  const line = takeText(machine, end - machine.position);
  machine.position += 1;
  return line;
}

/** The `LONG1` form: little-endian two's complement of a stated length. */
export function takeLong(machine: Machine): number | bigint {
  const part = take(machine, takeUint(machine, 1));
  let value = part.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  if (((part.at(-1) ?? 0) & 0x80) !== 0) value -= 1n << BigInt(8 * part.length);
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

export function pop(machine: Machine): PickleValue {
  const value = machine.stack.pop();
  if (value === undefined || machine.stack.length < (machine.marks.at(-1) ?? 0)) throw bad(machine, 'the stack is empty');
  return value;
}

export function popToMark(machine: Machine): PickleValue[] {
  const mark = machine.marks.pop();
  if (mark === undefined) throw bad(machine, 'a mark is missing');
  return machine.stack.splice(mark);
}

export function top(machine: Machine): PickleValue {
  const value = machine.stack.at(-1);
  if (value === undefined || machine.stack.length <= (machine.marks.at(-1) ?? 0)) throw bad(machine, 'the stack is empty');
  return value;
}

export function setItems(machine: Machine, target: PickleValue, items: readonly PickleValue[]): void {
  if (!(target instanceof Map) || items.length % 2 !== 0) throw bad(machine, 'items are set on what is no dictionary');
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean' && typeof key !== 'bigint') throw bad(machine, 'a key is neither text nor number');
    if (target.has(key)) throw bad(machine, `the key ${JSON.stringify(String(key))} is there twice`);
    target.set(key, items[i + 1] ?? null);
  }
}
/** Python numbers what it remembers one after another. */
export function remember(machine: Machine, key: number): void {
  if (key !== machine.memo.size) throw bad(machine, `memo ${key} is set where ${machine.memo.size} is the next`);
  machine.memo.set(key, top(machine));
}

/** A number that a shorter form could not have held. */
export function needed<T extends number | bigint>(machine: Machine, value: T, least: number, most: number): T {
  if (value >= least && value <= most) throw bad(machine, `${value} is written in a longer form than it needs`);
  return value;
}

/** Python has shorter forms for few items, and uses them. */
export function several(machine: Machine, items: PickleValue[], least: number): PickleValue[] {
  if (items.length < least) throw bad(machine, `${items.length} items are written in a form for ${least} or more`);
  return items;
}

export function recall(machine: Machine, key: number): PickleValue {
  const value = machine.memo.get(key);
  if (value === undefined) throw bad(machine, `memo ${key} was never set`);
  return value;
}

export function append(machine: Machine, items: readonly PickleValue[]): void {
  const list = top(machine);
  // Tuples are frozen, so that only what was made as a list can grow.
  if (!Array.isArray(list) || Object.isFrozen(list)) throw bad(machine, 'items are added to what is no list');
  for (const item of items) list.push(item);
}
