import { NnError } from '../errors.ts';
import { int, type Initialiser, type OnnxNode } from '../graph/emitter.ts';
import type { GraphPort, OnnxGraph } from '../onnx/model.ts';
import { formatShape, type Shape } from '../tensor.ts';

/** A graph for one batch size, and the shapes of its values. */
export interface SizedGraph {
  readonly graph: OnnxGraph;
  readonly batch: number;
  readonly shapes: ReadonlyMap<string, Shape>;
}

/** Name of the axis that may have any size. */
export const batchAxis = 'N';

/** A whole number that grows with the batch: `base + factor · N`. */
interface Affine {
  readonly base: number;
  readonly factor: number;
}

function unsupported(what: string): NnError {
  return new NnError('UNSUPPORTED', `The graph cannot be written for any batch size: ${what}.`);
}

function affine(first: number, second: number, [n, m]: readonly [number, number], where: string): Affine {
  const factor = (second - first) / (m - n);
  if (!Number.isInteger(factor)) throw unsupported(`${where} is ${first} for a batch of ${n} and ${second} for one of ${m}`);
  return { base: first - factor * n, factor };
}

const isSame = (a: Initialiser, b: Initialiser): boolean =>
  a.data === b.data || (a.data instanceof Float32Array === b.data instanceof Float32Array && formatShape(a.shape) === formatShape(b.shape) && a.data.every((value, i) => Object.is(value, b.data[i])));

/** Adds to a graph what depends on the batch at run time. */
class BatchWriter {
  readonly nodes: OnnxNode[] = [];
  readonly initialisers: Initialiser[] = [];
  readonly #known = new Map<string, string>();
  readonly #input: string;

  constructor(input: string) {
    this.#input = input;
  }

  node(opType: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string {
    const output = `batch_${opType}_${this.nodes.length}`;
    this.nodes.push({ opType, domain: '', inputs, outputs: [output], attributes });
    return output;
  }

  /** One constant or computed list for each key, made where it is first asked for. */
  #once(key: string, make: () => string): string {
    const known = this.#known.get(key) ?? make();
    this.#known.set(key, known);
    return known;
  }

  integers(values: readonly number[]): string {
    return this.#once(`constant ${values.join(',')}`, () => {
      const name = `batch_const_${this.initialisers.length}`;
      this.initialisers.push({ name, shape: [values.length], data: BigInt64Array.from(values, BigInt) });
      return name;
    });
  }

  scalar(value: number): string {
    return this.#once(`scalar ${value}`, () => {
      const name = `batch_const_${this.initialisers.length}`;
      this.initialisers.push({ name, shape: [], data: Float32Array.of(value) });
      return name;
    });
  }

  /** A list of whole numbers; only where one grows with the batch is it computed, from the shape of the input. */
  list(values: readonly Affine[]): string {
    if (values.every(({ factor }) => factor === 0)) return this.integers(values.map(({ base }) => base));
    return this.#once(`list ${values.map(({ base, factor }) => `${base}+${factor}`).join(',')}`, () => {
      const batch = this.#once('batch', () => this.node('Shape', [this.#input], { start: int(0), end: int(1) }));
      const grown = this.node('Mul', [batch, this.integers(values.map(({ factor }) => factor))]);
      return values.every(({ base }) => base === 0) ? grown : this.node('Add', [grown, this.integers(values.map(({ base }) => base))]);
    });
  }
}

/**
 * One graph for every batch size, made from the graphs that one recipe gives for two sizes: what differs between them
 * grows with the batch, and is written so. `Reshape` and `Expand` take the size from their input; any other list of whole numbers
 * becomes `base + factor · N`, computed from the input's shape.
 * @throws NnError UNSUPPORTED where the two graphs differ in anything else, such as a node or an attribute
 */
export function anyBatch(first: SizedGraph, second: SizedGraph): OnnxGraph {
  const sizes = [first.batch, second.batch] as const;
  if (first.batch === second.batch) throw unsupported('two graphs of one batch size tell nothing');
  const port = (a: GraphPort, b: GraphPort | undefined): GraphPort => {
    const shape = a.shape.map((size, axis) => {
      const other = b?.shape[axis];
      if (size === other) return size;
      if (size !== first.batch || other !== second.batch || axis !== 0) throw unsupported(`${a.name} has the axis ${axis} as ${size} and as ${other}`);
      return batchAxis;
    });
    return { ...a, shape };
  };
  const ports = (of: 'inputs' | 'outputs') => first.graph[of].map((a, i) => port(a, second.graph[of][i]));
  const inputs = ports('inputs');
  const sized = inputs.find(({ shape }) => shape[0] === batchAxis);
  if (sized === undefined) throw unsupported('no input has a batch');
  if (first.graph.nodes.length !== second.graph.nodes.length) throw unsupported(`it has ${first.graph.nodes.length} nodes, and ${second.graph.nodes.length}`);

  const writer = new BatchWriter(sized.name);
  const constants = [first, second].map(({ graph }) => new Map(graph.initialisers.map((each) => [each.name, each])));
  const kept = new Set<Initialiser>();

  /** What a node takes in the place of a constant that differs. */
  const replace = (node: OnnxNode, place: number, a: Initialiser, b: Initialiser): string => {
    const where = `${node.opType} (${node.outputs[0]}), input ${place},`;
    if (a.data instanceof Float32Array || b.data instanceof Float32Array) {
      const [value] = a.data;
      if (typeof value !== 'number' || a.shape.length !== b.shape.length || [...a.data, ...b.data].some((other) => other !== value)) throw unsupported(`${where} differs in its numbers`);
      return writer.node('Expand', [writer.scalar(value), writer.list(a.shape.map((size, axis) => affine(size, b.shape[axis] ?? NaN, sizes, where)))]);
    }
    if (a.data.length !== b.data.length) throw unsupported(`${where} has ${a.data.length} numbers, and ${b.data.length}`);
    const values = Array.from(a.data, (value, i) => affine(Number(value), Number(b.data[i]), sizes, where));
    const grows = values.flatMap(({ factor }, axis) => (factor === 0 ? [] : [axis]));
    const source = [first, second].map(({ shapes }) => shapes.get(node.inputs[0] ?? ''));
    // The input has the same size on the axis, so that there is nothing to compute: 0 copies it, and 1 lets it stand.
    const isCopied = (axis: number): boolean => source.every((shape, i) => shape?.[axis] === Number((i === 0 ? a : b).data[axis]));
    if (node.opType === 'Expand' && place === 1 && source[0]?.length === values.length && grows.every(isCopied)) {
      return writer.integers(values.map(({ base, factor }) => (factor === 0 ? base : 1)));
    }
    if (node.opType === 'Reshape' && place === 1 && grows.every(isCopied)) return writer.integers(values.map(({ base, factor }) => (factor === 0 ? base : 0)));
    if (node.opType === 'Reshape' && place === 1 && grows.length === 1) return writer.integers(values.map(({ base, factor }) => (factor === 0 ? base : -1)));
    return writer.list(values);
  };

  const nodes = first.graph.nodes.flatMap((a, index) => {
    const b = second.graph.nodes[index];
    const described = (node: OnnxNode | undefined): string => JSON.stringify([node?.opType, node?.domain, node?.attributes, node?.outputs, node?.inputs.length]);
    if (described(a) !== described(b)) throw unsupported(`${described(a)} is ${described(b)} for a batch of ${second.batch}`);
    const before = writer.nodes.length;
    const names = a.inputs.map((name, place) => {
      const [one, other] = [constants[0]?.get(name), constants[1]?.get(b?.inputs[place] ?? '')];
      if (one === undefined || other === undefined) {
        if (name !== b?.inputs[place]) throw unsupported(`${a.opType} (${a.outputs[0]}) takes ${name}, and ${b?.inputs[place]}`);
        return name;
      }
      if (!isSame(one, other)) return replace(a, place, one, other);
      kept.add(one);
      return name;
    });
    return [...writer.nodes.slice(before), { ...a, inputs: names }];
  });
  return { ...first.graph, nodes, inputs, outputs: ports('outputs'), initialisers: [...first.graph.initialisers.filter((each) => kept.has(each)), ...writer.initialisers] };
}
