export { catalogue, halfNormalisation, imagenetNormalisation, type CatalogueEntry, type Normalisation } from './registry/catalogue.ts';
export {
  catalogueEntry,
  importWeights,
  listWeights,
  loadWeights,
  pullWeights,
  readWeights,
  type DownloadObject,
  type RegisteredWeights,
  type WeightsDescription,
} from './registry/registry.ts';
