import { CovidCtError } from '../../src/base/index.ts';
import type { Picture } from '../../src/imaging/index.ts';
import type { Age, Cell, FileNameParts, MetadataRow, NameList, ReadProblem, Release, ReleaseClaims, ReleaseImage, SplitName } from '../../src/release/index.ts';

/** An image of a made release: what a test cares about; the rest is filled in. */
export interface MadeImage {
  readonly name: string;
  readonly label?: string;
  readonly split?: SplitName | readonly SplitName[] | undefined;
  readonly patient?: string;
  readonly paper?: string;
  readonly figure?: string;
  readonly venue?: ReleaseImage['venue'];
  readonly caption?: string;
  readonly age?: string;
  readonly sex?: 'F' | 'M';
  readonly otherDiseases?: string;
  /** Pixels, or `undefined` for a file that cannot be decoded; 8 × 8 gray when left out. */
  readonly picture?: Picture | undefined;
  readonly bytes?: Uint8Array;
}

/** A cell with its raw text and its value; an empty one when there is no text. */
function cell<T>(raw: string | undefined, value: T | undefined): Cell<T> {
  return { raw: raw ?? '', value };
}

function ageOf(text: string | undefined): Age | undefined {
  if (text === undefined) return undefined;
  const years = Number(text);
  return Number.isFinite(years) ? { years, low: years, high: years } : undefined;
}

/** A gray picture of one level, or of what a function gives for x and y. */
export function grayPicture(width: number, height: number, level: number | ((x: number, y: number) => number)): Picture {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = Math.max(0, Math.min(255, typeof level === 'number' ? level : level(x, y)));
  return { width, height, channels: 1, data };
}

/** The first bytes of a PNG with the header chunk alone: enough for whatever reads headers. */
export function pngHeaderBytes(width: number, height: number, colourType: 0 | 2 | 6): Uint8Array {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  bytes.set([8, colourType, 0, 0, 0], 24);
  return bytes;
}

/** A release in memory, for tests: synthetic, nothing on disk. */
export function madeRelease(
  made: readonly MadeImage[],
  more: { readonly lists?: readonly NameList[]; readonly problems?: readonly ReadProblem[]; readonly claims?: ReleaseClaims; readonly labels?: readonly string[] } = {},
): Release {
  const entries = made.map((one, index) => {
    const label = one.label ?? 'COVID';
    const splits = one.split === undefined ? [] : typeof one.split === 'string' ? [one.split] : one.split;
    const parts: FileNameParts = {
      name: one.name,
      stem: one.paper,
      page: undefined,
      xref: undefined,
      panels: [],
      figure: one.figure,
      doi: undefined,
      extension: one.name.split('.').at(-1) ?? '',
    };
    const metadata: MetadataRow = {
      file: 'made.xlsx',
      row: index + 2,
      imageName: cell(one.name, one.name),
      patient: cell(one.patient, one.patient),
      age: cell(one.age, ageOf(one.age)),
      sex: cell<'F' | 'M'>(one.sex, one.sex),
      location: cell<string>('', undefined),
      history: cell<string>('', undefined),
      time: cell<string>('', undefined),
      severity: cell<string>('', undefined),
      otherDiseases: cell(one.otherDiseases, one.otherDiseases),
      doi: cell(one.paper, one.paper),
      captions: cell(one.caption, one.caption === undefined ? undefined : [one.caption]),
      overflow: [],
    };
    const image: ReleaseImage = {
      id: `${label}/${one.name}`,
      name: one.name,
      label,
      splits,
      split: splits[0],
      parts,
      paper: one.paper,
      doi: undefined,
      patient: one.patient,
      venue: one.venue ?? 'unknown',
      metadata,
      licence: 'unknown',
      location: `made/${one.name}`,
      size: one.bytes?.length ?? 33,
    };
    const picture = 'picture' in one ? one.picture : grayPicture(8, 8, 128);
    return { image, picture, bytes: one.bytes ?? pngHeaderBytes(picture?.width ?? 8, picture?.height ?? 8, 0) };
  });
  const byId = new Map(entries.map((entry) => [entry.image.id, entry]));
  const images = entries.map((entry) => entry.image).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const labels = more.labels ?? ['COVID', 'NonCOVID'];
  const lists: readonly NameList[] =
    more.lists ??
    labels.flatMap((label) =>
      (['train', 'val', 'test'] as const).map((split) => ({
        path: `made/${split}_${label}.txt`,
        label,
        split,
        names: images.filter((image) => image.label === label && image.splits.includes(split)).map((image) => image.name),
        bytes: new Uint8Array(),
      })),
    );
  return {
    name: 'made for a test',
    source: 'memory',
    layout: 'upstream',
    synthetic: true,
    labels,
    images,
    lists,
    metadata: images.flatMap((image) => image.metadata ?? []),
    problems: more.problems ?? [],
    claims: more.claims,
    bytes: async (image) => byId.get(image.id)?.bytes ?? new Uint8Array(),
    picture: async (image) => {
      const picture = byId.get(image.id)?.picture;
      if (picture === undefined) throw new CovidCtError('BAD_IMAGE', `${image.location} cannot be decoded.`);
      return picture;
    },
    close: async () => {},
  };
}
