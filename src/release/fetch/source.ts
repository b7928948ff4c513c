import { CovidCtError } from '../../base/index.ts';

/** Where upstream publishes the data set. */
export const upstreamRepository = 'https://github.com/UCSD-AI4H/COVID-CT';

/** What a file of the release must be, before it is kept. */
export type FileKind = 'zip' | 'names' | 'workbook' | 'table';

/** A file of the release, as an address that serves them one by one has it. */
export interface PublishedFile {
  /** Where it stands in the release. */
  readonly path: string;
  /** Where else it may stand at the source, tried in this order after `path`: upstream has renamed files before. */
  readonly formerly: readonly string[];
  readonly kind: FileKind;
  /** A release without it is still one: its absence is reported. */
  readonly optional: boolean;
}

const required = { formerly: [], optional: false } as const;

/** The release's files, as upstream's repository has them. */
export const publishedFiles: readonly PublishedFile[] = [
  ...['COVID', 'NonCOVID'].flatMap((label) =>
    ['train', 'val', 'test'].map((split): PublishedFile => ({ path: `Data-split/${label}/${split}CT_${label}.txt`, kind: 'names', ...required })),
  ),
  { path: 'COVID-CT-MetaInfo.xlsx', kind: 'workbook', formerly: [], optional: true },
  { path: 'NonCOVID-CT-MetaInfo.csv', kind: 'table', formerly: [], optional: true },
  { path: 'Images-processed/CT_COVID.zip', kind: 'zip', ...required },
  { path: 'Images-processed/CT_NonCOVID.zip', kind: 'zip', ...required },
];

/** The most bytes that a fetched file of each kind may have; a single zip of the whole release may have as many as a zip. */
export const fileLimits: Readonly<Record<FileKind, number>> = {
  zip: 512 * 1024 * 1024,
  names: 4 * 1024 * 1024,
  workbook: 64 * 1024 * 1024,
  table: 64 * 1024 * 1024,
};

/** Whether a path of the layout belongs to the release; the rest of a repository (scripts, models) is left alone. */
export function isReleaseFile(path: string): boolean {
  return /^Images-processed\/./.test(path) || /^Data-split\/.+\.txt$/i.test(path) || /^[^/]*MetaInfo[^/]*\.(?:xlsx|csv)$/i.test(path);
}

/** The folder, below the root of `paths`, in which the layout stands (a zip of a repository has one around it); `undefined` where none does. */
export function layoutRoot(paths: Iterable<string>): string | undefined {
  const roots = new Set<string>();
  for (const path of paths) {
    const match = /^(?:(.*?)\/)?(?:Images-processed|Data-split)\//.exec(path);
    if (match !== null) roots.add(match[1] ?? '');
  }
  return [...roots].toSorted((a, b) => a.split('/').length - b.split('/').length || a.length - b.length || (a < b ? -1 : 1))[0];
}

/** What `covid-ct fetch SOURCE` was given. */
export type Source =
  | { readonly kind: 'path'; readonly path: string }
  /** One zip of the whole release. */
  | { readonly kind: 'zip-address'; readonly address: string }
  /** An address under which the files of the layout stand; ends with a slash. */
  | { readonly kind: 'folder-address'; readonly address: string };

/**
 * Tells a path from an address. GitHub's page of a repository, or of a branch or folder in it, stands for its raw files
 * (branch `master` unless it says one).
 * @throws CovidCtError USAGE for an address that is not http(s), or that holds a password
 */
export function parseSource(source: string): Source {
  if (!/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(source)) return { kind: 'path', path: source };
  if (!URL.canParse(source)) throw new CovidCtError('USAGE', `${JSON.stringify(source)} is no address.`, { hint: 'Give a folder, a zip, or an address that starts with https://.' });
  const address = new URL(source);
  if (!['http:', 'https:'].includes(address.protocol)) {
    throw new CovidCtError('USAGE', `${source} is neither http nor https.`, { hint: 'Fetch it by other means, and give covid-ct fetch the folder or the zip.' });
  }
  if (address.username !== '' || address.password !== '') {
    throw new CovidCtError('USAGE', 'The address holds a user name or a password, which would be kept in the workspace.', { hint: 'Fetch the files by other means, and give covid-ct fetch the folder.' });
  }
  address.hash = '';
  if (address.pathname.toLowerCase().endsWith('.zip')) return { kind: 'zip-address', address: address.href };
  const page = /^\/([^/]+)\/([^/]+?)(?:\.git)?(?:\/tree\/([^/]+)(\/.*?)?)?\/?$/.exec(address.pathname);
  if (address.hostname === 'github.com' && page !== null) {
    const [, owner = '', repository = '', branch = 'master', folder = ''] = page;
    return { kind: 'folder-address', address: `${address.origin}/${owner}/${repository}/raw/${branch}${folder}/` };
  }
  address.search = '';
  if (!address.pathname.endsWith('/')) address.pathname += '/';
  return { kind: 'folder-address', address: address.href };
}
