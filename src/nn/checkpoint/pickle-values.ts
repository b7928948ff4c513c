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
/** Whether this is a tuple: `torch.save` writes shapes, strides and arguments as tuples, never as lists. */
export function isTuple(value: PickleValue | undefined): value is readonly PickleValue[] {
  return Array.isArray(value) && Object.isFrozen(value);
}

export function isNumbers(value: PickleValue | undefined): value is readonly number[] {
  return isTuple(value) && value.every(isCount);
}

export function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function isKind<K extends 'storage' | 'tensor' | 'name'>(value: PickleValue | undefined, kind: K): value is Extract<PickleValue, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}
