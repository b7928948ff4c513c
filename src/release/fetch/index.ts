export type { Download, DownloadAdvice, DownloadLimits } from './download.ts';
export { describeDifferences, fetchRelease, type FetchOptions, type FetchReport } from './fetch.ts';
export { downloadObject, type DownloadObjectOptions } from './download-object.ts';
export { fetchText, type FetchedText, type FetchTextOptions } from './fetch-text.ts';
export { proxyWarning } from './http-request.ts';
export { checkImages, imageIdOf, imagesAgree, type ImageCheck, type KnownImages } from './image-check.ts';
export { openObjectTree, openWorkspaceTree } from './object-tree.ts';
export { readReleaseIndex, writeReleaseIndex, type IndexedFile, type ReleaseIndex } from './release-index.ts';
export { parseSource, upstreamRepository, type PublishedFile, type Source } from './source.ts';
