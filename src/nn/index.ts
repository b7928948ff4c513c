export { NnError, nnErrorCodes, type NnErrorCode } from './errors.ts';
export {
  elementBytes,
  elementCount,
  fromFloat32,
  readSafetensors,
  readTorchFile,
  stateDictOf,
  toFloat32,
  writeSafetensors,
  type ElementType,
  type SafetensorsFile,
  type StateDict,
  type StateTensor,
  type TorchFile,
} from './checkpoint/index.ts';
