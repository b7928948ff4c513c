export { readSafetensors, writeSafetensors, type SafetensorsFile } from './safetensors.ts';
export { elementBytes, elementCount, fromFloat32, toFloat32, type ElementType, type StateDict, type StateTensor } from './tensor.ts';
export { readTorchFile, stateDictOf, type TorchFile } from './torch-file.ts';
