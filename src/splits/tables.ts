import type { TieKind, Track, TrackImage } from './types.ts';

/** A table for reports, cards and the terminal. */
export interface SplitTable {
  readonly title: string;
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Said with every table of a track. */
export const confoundNote =
  'The clean track removes leakage, not the confound of source and label: COVID and NonCOVID pictures come from different sources in every part.';

function patientsOf(images: readonly TrackImage[]): number {
  return new Set(images.flatMap(({ image }) => image.patient ?? [])).size;
}

/**
 * Images, patients, papers and groups by part and label, and images and patients by venue, label and part. Images
 * without a known patient or paper are in no count of patients or papers.
 */
export function tablesOf(track: Track): readonly SplitTable[] {
  const labels = [...new Set(track.images.map((entry) => entry.label))].toSorted();
  const venues = [...new Set(track.images.map((entry) => entry.image.venue))].toSorted();
  const cell = (part: string, label: string) => track.images.filter((entry) => entry.part === part && entry.label === label);
  return [
    {
      title: 'Images by part and label',
      note: confoundNote,
      columns: ['part', 'label', 'images', 'share %', 'patients', 'papers', 'groups'],
      rows: track.parts.flatMap((part) =>
        labels.map((label) => {
          const images = cell(part, label);
          const all = track.images.filter((entry) => entry.label === label).length;
          const papers = new Set(images.flatMap(({ image }) => image.paper ?? [])).size;
          const share = all === 0 ? 0 : Math.round((1000 * images.length) / all) / 10;
          return [part, label, images.length, share, patientsOf(images), papers, new Set(images.map((entry) => entry.group)).size];
        }),
      ),
    },
    {
      title: 'Images (patients) by venue',
      note: confoundNote,
      columns: ['venue', 'label', ...track.parts],
      rows: venues.flatMap((venue) =>
        labels.flatMap((label) => {
          const counts = track.parts.map((part) => cell(part, label).filter((entry) => entry.image.venue === venue));
          return counts.every((images) => images.length === 0) ? [] : [[venue, label, ...counts.map((images) => `${images.length} (${patientsOf(images)})`)]];
        }),
      ),
    },
  ];
}

/** Straddling keys that are named in words; all of them stand in the JSON. */
const namedKeys = 3;

const several: Readonly<Record<TieKind, string>> = {
  patient: 'patients',
  paper: 'papers (by DOI and by stem)',
  figure: 'figures',
  duplicate: 'duplicate groups',
  correction: 'corrected groups',
};

/** The proof in words: a line for each kind of tie, then the verdict. */
export function proofLines(track: Track): string[] {
  const lines = track.proof.lines.map(({ kind, keys, shared, straddling }) => {
    if (keys === 0) return `${several[kind]}: none is known`;
    const named = straddling.slice(0, namedKeys).map(({ key, parts }) => `${key} (${parts.join(', ')})`);
    const more = straddling.length > namedKeys ? '; …' : '';
    const verdict = straddling.length === 0 ? 'none in two parts' : `${straddling.length} IN TWO PARTS OR MORE: ${named.join('; ')}${more}`;
    return `${several[kind]}: ${keys}, ${shared} with two images or more, ${verdict}`;
  });
  const whole = track.proof.complete ? 'Every image is in exactly one part or left out.' : 'NOT every image is in exactly one part or left out.';
  return [...lines, whole, track.proof.holds ? 'Proof: no group straddles.' : 'Groups straddle: see above.'];
}
