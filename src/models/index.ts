export type { Architecture, ArchitectureOptions, NetworkOutput } from './architecture.ts';
export { architectureNames, architectures, findArchitecture } from './architectures/index.ts';
export { parseCard, researchOnly, type ModelCard } from './exported/card.ts';
export { exportModel, type ExportOptions } from './exported/export.ts';
export { openModel, readModelCard, type ModelDescription, type OpenedModel } from './exported/read.ts';
export { catalogue, halfNormalisation, imagenetNormalisation, type CatalogueEntry, type Normalisation } from './registry/catalogue.ts';
export { identifyArchitecture, type Identified } from './registry/identify.ts';
export {
  catalogueEntry,
  importWeights,
  isEntry,
  listWeights,
  loadWeights,
  pullWeights,
  readWeights,
  type DownloadObject,
  type RegisteredWeights,
  type WeightsDescription,
} from './registry/registry.ts';
export { currentNames, fitState, freshState, stateDeclarations, type FitOptions, type FittedState } from './state.ts';
