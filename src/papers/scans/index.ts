export { readScannedCaptions, type ReadScans } from './read-captions.ts';
