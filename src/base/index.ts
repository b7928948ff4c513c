export { canonicalJson } from './canonical-json.ts';
export { CovidCtError, asCovidCtError, errorCodes, systemErrorCode, type ErrorCode } from './errors.ts';
export { joinInside, pathExists, writeFileAtomic, writeFolderAtomic } from './files.ts';
export { withLock } from './lock.ts';
export { openObjectStore, sha256, sha256OfFile, type ObjectStore } from './objects.ts';
export { formatBytes, formatDuration, noProgress, terminalProgress, type Progress } from './progress.ts';
export { parentProgress, parentVariable, whenParentEnds } from './parent.ts';
export { createRandom, type Random } from './random.ts';
export { openWorkspace, type Workspace } from './workspace.ts';
