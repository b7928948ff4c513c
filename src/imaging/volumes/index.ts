export { drawPhantomVolume, type PhantomVolumeOptions } from './phantom-volume.ts';
export { checkVolumeSize, mostVoxels, sliceUnits, windowSlice, type Volume } from './volume.ts';
