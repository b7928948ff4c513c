import type { Progress } from '../base/index.ts';
import { noProgress } from '../base/index.ts';
import { readPictureHeader } from '../imaging/index.ts';
import type { Release, ReleaseImage, SplitName } from './types.ts';

/** Images of a label, by the first list that names them. */
export interface ImageCounts extends Readonly<Record<SplitName, number>> {
  readonly total: number;
}

/** The positive label's patients in one split, against what is claimed. */
export interface SplitPatients {
  readonly found: number;
  /** First and last claimed number; `null` where nothing is claimed. */
  readonly claimed: readonly [number, number] | null;
  /** Patients found here whose number is claimed for another split. */
  readonly outside: readonly string[];
}

/** What `covid-ct stats` tells; figures alone, all of them counted. */
export interface ReleaseStats {
  readonly release: string;
  readonly source: string;
  readonly synthetic: boolean;
  readonly images: Readonly<Record<string, ImageCounts>>;
  readonly patients: {
    /** By the README; `null` where it is not known to claim any. */
    readonly claimed: number | null;
    /** Patients of the positive label whom the metadata names. */
    readonly found: number;
    /** Of the numbers from 1 to the last (claimed or found), those that no image has. */
    readonly missing: readonly string[];
    readonly bySplit: Readonly<Record<SplitName, SplitPatients>>;
    /** Patients by label. */
    readonly byLabel: Readonly<Record<string, number>>;
    /** Patients with images in more than one split. */
    readonly inSeveralSplits: readonly string[];
  };
  /** Images and papers by venue and label. */
  readonly venues: readonly { readonly venue: string; readonly label: string; readonly images: number; readonly papers: number }[];
  /** Images by format (of the bytes, not of the name), mode (as Pillow names it) and label. */
  readonly modes: readonly { readonly format: string; readonly mode: string; readonly label: string; readonly images: number }[];
  /** Pixels: smallest, median and largest side, and bytes of all images. */
  readonly sizes: Readonly<Record<string, { readonly width: readonly number[]; readonly height: readonly number[]; readonly bytes: number }>>;
  /** How often each kind of odd thing was met in reading. */
  readonly problems: Readonly<Record<string, number>>;
}

const numberOf = (patient: string): number | undefined => {
  const digits = /^patient\s+([0-9]{1,6})$/i.exec(patient)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

const patientsOf = (images: readonly ReleaseImage[]): readonly string[] => [...new Set(images.flatMap((image) => image.patient ?? []))];

function smallestMedianLargest(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length === 0 ? [] : [sorted[0] ?? 0, sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, sorted.at(-1) ?? 0];
}

function patientStats(release: Release): ReleaseStats['patients'] {
  const positive = release.images.filter((image) => image.label === release.labels[0]);
  const found = patientsOf(positive);
  const numbers = new Set(found.map(numberOf));
  const last = Math.max(release.claims?.patients ?? 0, ...[...numbers].map((number) => number ?? 0));
  const missing = Array.from({ length: last }, (_, i) => i + 1).filter((number) => !numbers.has(number));
  const splitPatients = (split: SplitName): SplitPatients => {
    const here = patientsOf(positive.filter((image) => image.splits.includes(split)));
    const claimed = release.claims?.patientRanges[split] ?? null;
    const outside = here.filter((patient) => {
      const number = numberOf(patient);
      return claimed !== null && number !== undefined && (number < claimed[0] || number > claimed[1]);
    });
    return { found: here.length, claimed, outside };
  };
  const named = release.images.filter((image) => image.patient !== undefined);
  const several = [...countBy(named, (image) => image.patient ?? '')].filter(([, images]) => new Set(images.flatMap((image) => image.splits)).size > 1);
  return {
    claimed: release.claims?.patients ?? null,
    found: found.length,
    missing: missing.map((number) => `Patient ${number}`),
    bySplit: { train: splitPatients('train'), val: splitPatients('val'), test: splitPatients('test') },
    byLabel: Object.fromEntries(release.labels.map((label) => [label, patientsOf(release.images.filter((image) => image.label === label)).length])),
    inSeveralSplits: several.map(([patient]) => patient),
  };
}

/** Counts what a release holds. Every image's header is read, none is decoded. */
export async function describeRelease(release: Release, progress: Progress = noProgress): Promise<ReleaseStats> {
  const headers: { readonly image: ReleaseImage; readonly format: string; readonly mode: string; readonly width: number; readonly height: number }[] = [];
  for (const [i, image] of release.images.entries()) {
    // An image that cannot be read is verify's to report; it counts, without a format.
    const header = await release.bytes(image).then(readPictureHeader).catch(() => undefined);
    headers.push({ image, format: header?.format ?? 'unreadable', mode: header?.mode ?? '', width: header?.width ?? 0, height: header?.height ?? 0 });
    progress({ label: 'reading headers', done: i + 1, total: release.images.length });
  }
  const byLabel = (label: string): readonly ReleaseImage[] => release.images.filter((image) => image.label === label);
  const images = Object.fromEntries(
    release.labels.map((label) => {
      const own = byLabel(label);
      const inSplit = (split: SplitName): number => own.filter((image) => image.split === split).length;
      return [label, { total: own.length, train: inSplit('train'), val: inSplit('val'), test: inSplit('test') }];
    }),
  );
  return {
    release: release.name,
    source: release.source,
    synthetic: release.synthetic,
    images,
    patients: patientStats(release),
    venues: [...countBy(release.images, (image) => `${image.label}\n${image.venue}`).values()]
      .map((group) => ({ venue: group[0]?.venue ?? 'unknown', label: group[0]?.label ?? '', images: group.length, papers: new Set(group.flatMap((image) => image.paper ?? [])).size }))
      .toSorted((a, b) => (a.label === b.label ? b.images - a.images : a.label < b.label ? -1 : 1)),
    modes: [...countBy(headers, ({ image, format, mode }) => `${image.label}\n${format}\n${mode}`).values()]
      .map((group) => ({ format: group[0]?.format ?? '', mode: group[0]?.mode ?? '', label: group[0]?.image.label ?? '', images: group.length }))
      .toSorted((a, b) => (a.label === b.label ? b.images - a.images : a.label < b.label ? -1 : 1)),
    sizes: Object.fromEntries(
      release.labels.map((label) => {
        const own = headers.filter((header) => header.image.label === label && header.width > 0);
        return [label, { width: smallestMedianLargest(own.map((one) => one.width)), height: smallestMedianLargest(own.map((one) => one.height)), bytes: byLabel(label).reduce((sum, image) => sum + image.size, 0) }];
      }),
    ),
    problems: Object.fromEntries([...countBy(release.problems, (problem) => problem.code)].map(([code, all]) => [code, all.length])),
  };
}

