/**
 * The table of docs/ARCHITECTURE.md as data: which room may import which, and by which doors a room is entered.
 * The linter's import boundary is made from it, and a test plants a forbidden import in every room.
 */
const indexOnly = ['index.ts'] as const;

export const rooms = {
  base: { imports: [], doors: ['index.ts', 'pure.ts'] },
  statistics: { imports: ['base'], doors: indexOnly },
  imaging: { imports: ['base'], doors: ['index.ts', 'node.ts', 'browser.ts'] },
  release: { imports: ['imaging', 'base'], doors: indexOnly },
  audit: { imports: ['release', 'imaging', 'statistics', 'report', 'base'], doors: indexOnly },
  splits: { imports: ['release', 'audit', 'base'], doors: indexOnly },
  nn: { imports: [], doors: ['index.ts', 'inference.ts'] },
  models: { imports: ['nn', 'base'], doors: ['index.ts', 'inference.ts'] },
  benchmark: {
    imports: ['models', 'nn', 'release', 'splits', 'audit', 'imaging', 'statistics', 'report', 'base'],
    doors: indexOnly,
  },
  store: { imports: ['base'], doors: indexOnly },
  papers: { imports: ['imaging', 'release', 'models', 'store', 'base'], doors: indexOnly },
  curation: { imports: ['papers', 'release', 'audit', 'splits', 'imaging', 'statistics', 'store', 'base'], doors: indexOnly },
  study: { imports: ['release', 'imaging', 'statistics', 'report', 'base'], doors: indexOnly },
  report: { imports: [], doors: indexOnly },
  server: {
    imports: ['base', 'statistics', 'imaging', 'release', 'audit', 'splits', 'nn', 'models', 'benchmark', 'papers', 'report', 'store', 'curation', 'study'],
    doors: ['index.ts', 'client-types.ts'],
  },
  web: { imports: ['server', 'imaging', 'nn', 'models', 'base'], doors: [] },
  cli: {
    imports: ['server', 'base', 'statistics', 'imaging', 'release', 'audit', 'splits', 'nn', 'models', 'benchmark', 'papers', 'report', 'store', 'curation', 'study'],
    doors: [],
  },
} as const satisfies Record<string, { readonly imports: readonly string[]; readonly doors: readonly string[] }>;

/** A folder of `src/`. */
export type RoomName = keyof typeof rooms;
