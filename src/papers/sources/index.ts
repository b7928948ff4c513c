export { endpointsSchema, openApi, type Api, type ApiOptions, type Endpoints } from './api.ts';
export { discover, type Discovery, type FoundPaper } from './discover.ts';
export { forbidsDerivatives, readLicence } from './licences.ts';
export { fetchPaper, lookUpPaper, type FetchedPaper, type PaperRecord } from './look-up.ts';
export type { FullText } from './services.ts';
export { gatherPapers, type Gathered, type GatherOptions } from './gather.ts';
export { doiKey, knownDois } from './known-dois.ts';
