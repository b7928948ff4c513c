import { create, toBinary } from '@bufbuild/protobuf';
import type { Attribute, Initialiser, OnnxNode } from '../graph/emitter.ts';
import type { DType } from '../tensor.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type TensorProto,
  type ValueInfoProto,
} from './onnx_pb.ts';

/** The version of ONNX's operators that graphs are written in; onnxruntime-web and onnxruntime ≥ 1.15 know it. */
export const opset = 18;

/** IR version 8 goes with opset 18. */
const irVersion = 8n;

/** What a graph takes or gives; an axis that is named, not numbered, may have any size. */
export interface GraphPort {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  readonly dtype: DType;
}

/** A graph to be written as an ONNX file. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initialisers: readonly Initialiser[];
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
  /** Free text by key, such as the classes and the licence. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const elementTypes = {
  float32: TensorProto_DataType.FLOAT,
  int64: TensorProto_DataType.INT64,
  bool: TensorProto_DataType.BOOL,
} as const satisfies Record<DType, number>;

function attributeProto(name: string, attribute: Attribute): AttributeProto {
  switch (attribute.kind) {
    case 'int':
      return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(attribute.value) });
    case 'ints':
      return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: attribute.value.map(BigInt) });
    case 'float':
      return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: attribute.value });
    case 'floats':
      return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOATS, floats: [...attribute.value] });
    case 'string':
      return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.STRING, s: new TextEncoder().encode(attribute.value) });
  }
}

function tensorProto(tensor: Initialiser): TensorProto {
  return create(TensorProtoSchema, {
    name: tensor.name,
    dims: tensor.shape.map(BigInt),
    dataType: tensor.data instanceof Float32Array ? elementTypes.float32 : elementTypes.int64,
    rawData: new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength),
  });
}

function valueInfo({ name, shape, dtype }: GraphPort): ValueInfoProto {
  const dim = shape.map((size) => ({
    value: typeof size === 'string' ? { case: 'dimParam' as const, value: size } : { case: 'dimValue' as const, value: BigInt(size) },
  }));
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType: elementTypes[dtype], shape: { dim } } } } });
}

/**
 * A node without the places of a maximum where nobody needs them: with them, the runtime's optimiser leaves the pooling, and
 * what follows it up to the next convolution, out of its blocks of channels.
 */
function withoutIdlePlaces(node: OnnxNode, needed: ReadonlySet<string>): OnnxNode {
  const [values, places] = node.outputs;
  return node.opType === 'MaxPool' && values !== undefined && places !== undefined && !needed.has(places) ? { ...node, outputs: [values] } : node;
}

/** The nodes that the outputs need, in order. */
export function prune(nodes: readonly OnnxNode[], outputs: readonly { readonly name: string }[]): readonly OnnxNode[] {
  const needed = new Set(outputs.map((sym) => sym.name));
  const kept: OnnxNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of node.inputs) needed.add(name);
    kept.push(withoutIdlePlaces(node, needed));
  }
  return kept.toReversed();
}

/** Writes a graph as the bytes of an ONNX model file. Nodes and constants that the outputs do not need are left out. */
export function writeOnnx(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  const nodes = prune(graph.nodes, graph.outputs);
  const used = new Set([...nodes.flatMap((node) => node.inputs), ...graph.outputs.map((sym) => sym.name)]);
  const domains = [...new Set(['', ...nodes.map((node) => node.domain)])];
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: 'covid-ct',
    opsetImport: domains.map((domain) => create(OperatorSetIdProtoSchema, { domain, version: domain === '' ? BigInt(opset) : 1n })),
    metadataProps: Object.entries(graph.metadata ?? {}).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
    graph: create(GraphProtoSchema, {
      name: graph.name,
      node: nodes.map((node) =>
        create(NodeProtoSchema, {
          opType: node.opType,
          domain: node.domain,
          input: [...node.inputs],
          output: [...node.outputs],
          attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute)),
        }),
      ),
      initializer: graph.initialisers.filter((tensor) => used.has(tensor.name)).map(tensorProto),
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
    }),
  });
  return Uint8Array.from(toBinary(ModelProtoSchema, model));
}
