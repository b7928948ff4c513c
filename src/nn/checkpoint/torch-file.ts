/**
 * PyTorch's `.pt`/`.pth` files, both forms: the zip that `torch.save` writes since 1.6, and the legacy form before it
 * (five pickles, then the storages), which published baselines still have.
 * Source: PyTorch `torch/serialization.py`, `_save`, `_legacy_save`.
 */
import { NnError } from '../errors.ts';
import { elementBytes, elementCount, type StateDict, type StateTensor } from './tensor.ts';
import { unpickle, type PickleValue, type StorageReference, type TensorReference } from './unpickle.ts';
import { readZipArchive } from './zip-archive.ts';

/** What a file of PyTorch's holds: the object that was saved, and its tensors' bytes. */
export interface TorchFile {
  readonly form: 'zip' | 'legacy';
  readonly value: PickleValue;
  /** A tensor's elements, contiguous. Throws NnError BAD_CHECKPOINT where its view does not fit its storage. */
  tensor(reference: TensorReference): StateTensor;
}

const legacyMagic = 0x1950a86a20f9469cfc6cn;
const legacyProtocol = 1001;

function bad(place: string, what: string): NnError {
  return new NnError('BAD_CHECKPOINT', `The PyTorch file is damaged at ${place}: ${what}.`, { hint: 'Get the file again and compare its SHA-256.' });
}

interface Storages {
  readonly bytes: ReadonlyMap<string, Uint8Array>;
  /** How many bytes may still be gathered from views that are not contiguous: as many as the file has, however many views it describes. */
  budget: number;
}

/** The bytes of a tensor's view; gathered where the view is not contiguous. */
function viewOf(storages: Storages, { storage, offset, shape, stride }: TensorReference): StateTensor {
  const place = `storage ${storage.key}`;
  const bytes = storages.bytes.get(storage.key);
  if (bytes === undefined) throw bad(place, 'it is missing');
  const size = elementBytes[storage.type];
  const length = bytes.length / size;
  if (length !== storage.length) throw bad(place, `${storage.length} elements of ${storage.type} are announced, and ${bytes.length} bytes are there`);
  const count = elementCount(shape);
  const last = count === 0 ? offset : shape.reduce((sum, extent, axis) => sum + (extent - 1) * (stride[axis] ?? 0), offset);
  if (offset > length || (count > 0 && last >= length) || count > length) {
    throw bad(place, `a tensor [${shape.join(', ')}] at ${offset} with strides [${stride.join(', ')}] leaves its ${length} elements`);
  }
  // Rows of weights do not lie upon each other: a stride that says so is damaged.
  const steps = shape.flatMap((extent, axis) => (extent > 1 ? [{ extent, step: stride[axis] ?? 0 }] : [])).toSorted((a, b) => a.step - b.step);
  const reach = steps.map((_, i) => steps.slice(0, i).reduce((sum, { extent, step }) => sum + (extent - 1) * step, 1));
  if (count > 0 && steps.some(({ step }, i) => step < (reach[i] ?? 0))) throw bad(place, `a tensor [${shape.join(', ')}] with strides [${stride.join(', ')}] overlaps itself`);
  const contiguous = shape.every((extent, axis) => extent === 1 || stride[axis] === elementCount(shape.slice(axis + 1)));
  if (contiguous || count === 0) return { type: storage.type, shape, bytes: bytes.subarray(offset * size, (offset + count) * size) };
  storages.budget -= count * size;
  if (storages.budget < 0) throw bad(place, 'its views hold more than the file');
  const gathered = new Uint8Array(count * size);
  const index = shape.map(() => 0);
  for (let i = 0; i < count; i++) {
    const position = index.reduce((sum, at, axis) => sum + at * (stride[axis] ?? 0), offset) * size;
    gathered.set(bytes.subarray(position, position + size), i * size);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
  return { type: storage.type, shape, bytes: gathered };
}

function fileOf(form: TorchFile['form'], value: PickleValue, bytes: ReadonlyMap<string, Uint8Array>, budget: number): TorchFile {
  const storages: Storages = { bytes, budget };
  return { form, value, tensor: (reference) => viewOf(storages, reference) };
}

function readZipForm(file: Uint8Array): TorchFile {
  const entries = readZipArchive(file);
  const pickleName = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickleName === undefined) throw bad('the archive', 'it holds no data.pkl: it is a zip, but not one of torch.save (a TorchScript archive is not read)');
  const root = pickleName.slice(0, -'data.pkl'.length);
  const order = entries.get(`${root}byteorder`);
  if (order !== undefined && Buffer.from(order).toString() !== 'little') throw bad('byteorder', 'only little-endian files are read');
  const pickle = entries.get(pickleName) ?? new Uint8Array();
  const { value, end } = unpickle(pickle);
  if (end !== pickle.length) throw bad('data.pkl', `${pickle.length - end} bytes follow the pickle`);
  const storages = new Map([...entries].flatMap(([name, bytes]): [string, Uint8Array][] => (name.startsWith(`${root}data/`) ? [[name.slice(root.length + 5), bytes]] : [])));
  return fileOf('zip', value, storages, file.length);
}

/** Every storage that a value refers to, by key; containers that hold each other are visited once. */
function collectStorages(value: PickleValue, found = new Map<string, StorageReference>(), seen = new Set<PickleValue>()): Map<string, StorageReference> {
  const pending: PickleValue[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    if (Array.isArray(next)) pending.push(...next);
    else if (next instanceof Map) pending.push(...next.values());
    else if ('kind' in next && next.kind === 'tensor') {
      const known = found.get(next.storage.key);
      if (known !== undefined && (known.type !== next.storage.type || known.length !== next.storage.length)) throw bad(`storage ${next.storage.key}`, 'it is described in two ways');
      found.set(next.storage.key, next.storage);
    }
  }
  return found;
}

function readLegacyStorages(file: Uint8Array, start: number, keys: PickleValue, described: ReadonlyMap<string, StorageReference>): ReadonlyMap<string, Uint8Array> {
  if (!Array.isArray(keys)) throw bad(`byte ${start}`, 'the list of storages is missing');
  const storages = new Map<string, Uint8Array>();
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let position = start;
  for (const key of keys) {
    const reference = typeof key === 'string' ? described.get(key) : undefined;
    if (typeof key !== 'string' || reference === undefined) throw bad(`byte ${position}`, `storage ${String(key)} belongs to no tensor`);
    if (storages.has(key)) throw bad(`storage ${key}`, 'it is listed twice');
    if (position + 8 > file.length) throw bad(`storage ${key}`, 'the file is cut short');
    const length = view.getBigInt64(position, true);
    if (length !== BigInt(reference.length)) throw bad(`storage ${key}`, `${length} elements stand there, and the pickle announced ${reference.length}`);
    const end = position + 8 + reference.length * elementBytes[reference.type];
    if (end > file.length) throw bad(`storage ${key}`, `it ends at byte ${end} of ${file.length}: the file is cut short`);
    storages.set(key, file.subarray(position + 8, end));
    position = end;
  }
  if (position !== file.length) throw bad(`byte ${position}`, `${file.length - position} bytes follow the last storage`);
  if (storages.size !== described.size) throw bad('the list of storages', `${described.size} are used, and ${storages.size} are listed`);
  return storages;
}

/** What a legacy file says of the computer that wrote it: written by torch.save in one way only, but for the size of a C `long`. */
function checkSystem(system: PickleValue, place: string): void {
  const sizes = system instanceof Map ? system.get('type_sizes') : undefined;
  if (!(system instanceof Map) || !(sizes instanceof Map)) throw bad(place, 'it does not say which system wrote it');
  if (system.get('little_endian') !== true) throw bad(place, 'only little-endian files are read');
  const long = sizes.get('long');
  const usual = system.size === 3 && system.get('protocol_version') === legacyProtocol && sizes.size === 3 && sizes.get('short') === 2 && sizes.get('int') === 4 && (long === 4 || long === 8);
  if (!usual) throw bad(place, 'no system has the sizes that it names');
}

function readLegacyForm(file: Uint8Array): TorchFile {
  const magic = unpickle(file);
  if (magic.value !== legacyMagic) throw bad('byte 0', 'it is a pickle, but not one of torch.save');
  const protocol = unpickle(file, magic.end);
  if (protocol.value !== legacyProtocol) throw bad(`byte ${magic.end}`, `the protocol is ${String(protocol.value)}, not ${legacyProtocol}`);
  const system = unpickle(file, protocol.end);
  checkSystem(system.value, `byte ${protocol.end}`);
  const object = unpickle(file, system.end);
  const keys = unpickle(file, object.end);
  // All five are written in one call.
  const odd = [protocol, system, object, keys].find((each) => each.protocol !== magic.protocol);
  if (odd !== undefined) throw bad('the pickles', `one is of protocol ${odd.protocol}, and the first of ${magic.protocol}`);
  const storages = readLegacyStorages(file, keys.end, keys.value, collectStorages(object.value));
  return fileOf('legacy', object.value, storages, file.length);
}

/**
 * Reads a file of PyTorch's, in either form. Nothing in it is executed.
 * @throws NnError BAD_CHECKPOINT naming the place
 */
export async function readTorchFile(file: Uint8Array): Promise<TorchFile> {
  if (file[0] === 0x50 && file[1] === 0x4b) return readZipForm(file);
  if (file[0] === 0x80) return readLegacyForm(file);
  throw bad('byte 0', 'it is neither a zip nor a pickle');
}

function isDictionary(value: PickleValue | undefined): value is Map<PickleValue, PickleValue> {
  return value instanceof Map;
}

/**
 * The state dict in a file: the saved object itself, or what it keeps as `state_dict`, `model_state_dict` or `model`.
 * The prefix `module.` of data-parallel training is taken off where every name has it. What is neither tensor nor
 * dictionary (an epoch, an optimiser's settings) is passed over.
 * @throws NnError BAD_CHECKPOINT when there is none, or a name is no text
 */
export function stateDictOf(file: TorchFile): StateDict {
  const { value } = file;
  if (!isDictionary(value)) throw bad('the object', 'it is no dictionary of tensors; save model.state_dict()');
  const inner = ['state_dict', 'model_state_dict', 'model'].map((key) => value.get(key)).find(isDictionary);
  const tensors = new Map<string, StateTensor>();
  for (const [name, item] of inner ?? value) {
    if (typeof item !== 'object' || item === null || !('kind' in item) || item.kind !== 'tensor') continue;
    if (typeof name !== 'string') throw bad(`the name ${String(name)}`, 'a tensor is not named by a text');
    tensors.set(name, file.tensor(item));
  }
  if (tensors.size === 0) throw bad('the object', 'it names no tensor');
  const prefix = 'module.';
  if (![...tensors.keys()].every((name) => name.startsWith(prefix))) return tensors;
  return new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

