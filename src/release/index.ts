export * from './types.ts';
export { cleanPath, treeLimits, type FileEntry, type FileTree } from './file-tree.ts';
export * from './fetch/index.ts';
export { openFolderTree } from './folder-tree.ts';
export { openMemoryTree } from './memory-tree.ts';
export { openFileTree, subtree } from './open-tree.ts';
export { zipLimits } from './zip-archive.ts';
export { openZipFileTree } from './zip-tree.ts';
export * from './export/index.ts';
