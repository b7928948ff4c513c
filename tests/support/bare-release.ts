import { covidCtLabels, type NameList, type Release, type ReleaseImage, type SplitName } from '../../src/release/index.ts';

/** An image made up for a test; what is not given is unknown. */
export function bareImage(given: Partial<ReleaseImage> & { readonly id: string }): ReleaseImage {
  const slash = given.id.indexOf('/');
  const label = given.label ?? given.id.slice(0, slash);
  const name = given.name ?? given.id.slice(slash + 1);
  const dot = name.lastIndexOf('.');
  const extension = dot < 0 ? '' : name.slice(dot);
  return {
    name,
    label,
    splits: [],
    split: given.splits?.[0],
    parts: { name, stem: undefined, page: undefined, xref: undefined, panels: [], figure: undefined, doi: undefined, extension },
    paper: undefined,
    doi: undefined,
    patient: undefined,
    venue: 'unknown',
    metadata: undefined,
    licence: 'unknown',
    location: `Images-processed/CT_${label}.zip!CT_${label}/${name}`,
    size: 1,
    ...given,
  };
}

/** The name lists that the images' `splits` amount to, in upstream's form. */
function listsOf(images: readonly ReleaseImage[], labels: readonly string[]): NameList[] {
  return labels.flatMap((label) =>
    (['train', 'val', 'test'] as const).map((split: SplitName): NameList => {
      const names = images.filter((image) => image.label === label && image.splits.includes(split)).map((image) => image.name);
      const bytes = new TextEncoder().encode(names.map((name) => `${name}\n`).join(''));
      return { path: `Data-split/${label}/${split}CT_${label}.txt`, label, split, names, bytes };
    }),
  );
}

/** A release made up for a test: its images' bytes are given, or are their ids. */
export function bareRelease(images: readonly ReleaseImage[], more: Partial<Release> = {}, bytes: ReadonlyMap<string, Uint8Array> = new Map()): Release {
  const sorted = images.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const labels = more.labels ?? covidCtLabels;
  return {
    name: 'made up',
    source: 'memory',
    layout: 'upstream',
    synthetic: true,
    labels,
    images: sorted,
    lists: listsOf(sorted, labels),
    metadata: sorted.flatMap((image) => (image.metadata === undefined ? [] : [image.metadata])),
    problems: [],
    claims: undefined,
    bytes: (image) => Promise.resolve(bytes.get(image.id) ?? new TextEncoder().encode(image.id)),
    picture: () => Promise.reject(new Error('a made-up release has no pictures')),
    close: () => Promise.resolve(),
    ...more,
  };
}
