/** What the names that a pickle may call give, and nothing else. Source: PyTorch's `torch/_utils.py`, `torch/serialization.py`. */
import { bad, setItems, type Machine } from './pickle-machine.ts';
import { isCount, isKind, isNumbers, isTuple, type AllowedName, type PickleValue, type StorageReference, type TensorReference } from './pickle-values.ts';
import type { ElementType } from './tensor.ts';

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

/** As many as PyTorch allows. */
const mostAxes = 64;

const rebuildTensor = 'torch._utils _rebuild_tensor_v2';
const rebuildParameter = 'torch._utils _rebuild_parameter';
const orderedDict = 'collections OrderedDict';
const torchSize = 'torch Size';

/** Names that may be called, and what calling them gives. `torch.*Storage` may be named, but not called. */
const callable: ReadonlySet<string> = new Set([rebuildTensor, rebuildParameter, orderedDict, torchSize]);
export function lookUp(machine: Machine, module: string, name: string): AllowedName {
  const full = `${module} ${name}`;
  if (!callable.has(full) && !storageTypes.has(full)) throw bad(machine, `it names ${JSON.stringify(`${module}.${name}`)}, which is not allowed`);
  return { kind: 'name', name: full };
}

/** No hooks: what Python calls when gradients pass is no part of a checkpoint. */
export function isEmpty(hooks: PickleValue | undefined): boolean {
  return hooks instanceof Map && hooks.size === 0;
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks, metadata=None)` as a reference. */
export function rebuiltTensor(machine: Machine, args: readonly PickleValue[]): TensorReference {
  const [storage, offset, shape, stride, requiresGrad, hooks, metadata = null] = args;
  if (!isKind(storage, 'storage') || !isCount(offset) || !isNumbers(shape) || !isNumbers(stride) || shape.length !== stride.length || shape.length > mostAxes) {
    throw bad(machine, 'a tensor is described wrongly');
  }
  if (requiresGrad !== false || !isEmpty(hooks) || args.length > 7 || (metadata !== null && !isEmpty(metadata))) {
    throw bad(machine, 'a tensor asks for gradients, or carries more than numbers; those of model.state_dict() do not');
  }
  return { kind: 'tensor', storage, offset, shape, stride };
}

export function call(machine: Machine, name: PickleValue, args: PickleValue): PickleValue {
  if (!isKind(name, 'name') || !isTuple(args)) throw bad(machine, 'what is called is no allowed name');
  if (name.name === rebuildTensor) return rebuiltTensor(machine, args);
  if (name.name === rebuildParameter) {
    const [tensor, requiresGrad, hooks] = args;
    if (!isKind(tensor, 'tensor') || typeof requiresGrad !== 'boolean' || !isEmpty(hooks) || args.length !== 3) throw bad(machine, 'a parameter is described wrongly');
    return tensor;
  }
  if (name.name === torchSize) {
    if (!isNumbers(args[0]) || args.length !== 1) throw bad(machine, 'a size is no list of whole numbers');
    return args[0];
  }
  if (name.name !== orderedDict) throw bad(machine, `${name.name} may be named, but not called`);
  const dictionary = new Map<PickleValue, PickleValue>();
  const [pairs = []] = args;
  if (args.length > 1 || !Array.isArray(pairs) || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) throw bad(machine, 'an ordered dictionary is made of what are no pairs');
  for (const pair of pairs) setItems(machine, dictionary, pair);
  return dictionary;
}

/** Where a storage was: of no use here, but a file that says something else is damaged. */
const device = /^(?:cpu|cuda|mps|xpu|hpu|npu|mlu|privateuseone|meta)(?::\d+)?$/;

/** A persistent id: `('storage', torch.FloatStorage, key, location, length[, view])`. */
export function loadPersistent(machine: Machine, id: PickleValue): StorageReference {
  if (!isTuple(id) || id[0] !== 'storage' || !isKind(id[1], 'name') || typeof id[2] !== 'string' || typeof id[3] !== 'string' || !device.test(id[3]) || !isCount(id[4])) {
    throw bad(machine, 'a storage is described wrongly');
  }
  if (id.length > 6 || (id.length === 6 && id[5] !== null)) throw bad(machine, 'views of storages (torch before 0.4) are not read');
  const type = storageTypes.get(id[1].name);
  if (type === undefined) throw bad(machine, `${id[1].name} is no storage`);
  return { kind: 'storage', key: id[2], type, length: id[4] };
}
/** `{'_metadata': {module's name: {'version': a number}}}`, all that a state dict carries beside its tensors. */
export function isMetadata(attributes: PickleValue): boolean {
  const modules = attributes instanceof Map && attributes.size === 1 ? attributes.get('_metadata') : undefined;
  return modules instanceof Map && [...modules].every(([name, module]) => typeof name === 'string' && module instanceof Map && isCount(module.get('version')));
}

/** What was looked up is called, and a storage is seen through a tensor; neither is left lying in a container. */
export function checkLeftovers(machine: Machine, value: PickleValue): void {
  const seen = new Set<PickleValue>();
  const pending: PickleValue[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    if (Array.isArray(next)) for (const item of next) pending.push(item);
    else if (next instanceof Map) for (const item of next.values()) pending.push(item);
    else if (isKind(next, 'name') || isKind(next, 'storage')) throw bad(machine, `${next.kind === 'name' ? next.name : `storage ${next.key}`} stands where a value should`);
  }
}
