import { fromBinary } from '@bufbuild/protobuf';
import { NnError } from '../errors.ts';
import type { DType } from '../tensor.ts';
import type { GraphPort } from './model.ts';
import { ModelProtoSchema, TensorProto_DataType, type ModelProto, type ValueInfoProto } from './onnx_pb.ts';
import { openSealedOnnx } from './seal.ts';

/** What an ONNX file says of itself. */
export interface OnnxSummary {
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
}

const types: ReadonlyMap<number, DType> = new Map([
  [TensorProto_DataType.FLOAT, 'float32'],
  [TensorProto_DataType.INT64, 'int64'],
  [TensorProto_DataType.BOOL, 'bool'],
]);

function bad(what: string): NnError {
  return new NnError('BAD_MODEL', `The model file cannot be read: ${what}.`, { hint: 'Get the file again, or export the model again.' });
}

function port({ name, type }: ValueInfoProto): GraphPort {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
  const dtype = types.get(tensor?.elemType ?? 0);
  if (dtype === undefined || tensor?.shape === undefined) throw bad(`${name} is no tensor of a known type and shape`);
  const shape = tensor.shape.dim.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : value.case === 'dimParam' ? value.value : '?'));
  return { name, shape, dtype };
}

/**
 * Reads what a sealed ONNX file says of itself, after checking every byte of it.
 * @throws NnError BAD_MODEL naming the place of what is damaged or missing
 */
export async function readSealedOnnx(file: Uint8Array<ArrayBuffer>): Promise<OnnxSummary> {
  const body = await openSealedOnnx(file);
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, body);
  } catch (error) {
    throw bad(error instanceof Error ? error.message : String(error));
  }
  const { graph, metadataProps } = model;
  if (graph === undefined) throw bad('it holds no graph');
  return { metadata: Object.fromEntries(metadataProps.map(({ key, value }) => [key, value])), inputs: graph.input.map(port), outputs: graph.output.map(port) };
}
