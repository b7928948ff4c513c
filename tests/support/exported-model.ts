import { exportModel, findArchitecture, stateDeclarations, type ExportOptions, type ModelCard } from '../../src/models/index.ts';
import { ruleState } from './rule.ts';

/** A card for a model that never saw a picture. */
export function cardFor(architecture: string, inputSize: number): ModelCard {
  return {
    architecture,
    classes: ['NonCOVID', 'COVID'],
    positive: 'COVID',
    preprocessing: { resize: { shorterSide: inputSize }, filter: 'bilinear', crop: inputSize, channels: 3, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    inputSize,
    licence: 'CC0-1.0',
    run: 'synthetic weights, for tests',
  };
}

/** A network with weights by the rule of tests/oracles/nn/rule.py, exported. */
export function exportRuleModel(name: string, inputSize: number, options: ExportOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const architecture = findArchitecture(name);
  const state = ruleState(stateDeclarations(architecture, { classes: 2 }));
  return exportModel(architecture, { classes: 2 }, state, cardFor(name, inputSize), options);
}
