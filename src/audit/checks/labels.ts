import { compareNatural, defect, type DefectCode } from '../codes.ts';
import { groupBy, quote, someNames } from '../grouping.ts';
import { claimsAgainstPositive, isKnownDisease, namesPositiveDisease, otherDiseaseInCell, saysNoChange, saysPositiveDisease, type ReleaseImage } from '../../release/index.ts';
import type { Check, Defect, Suggestion } from '../types.ts';

/** A caption's words against the label of a picture. */
interface Hit {
  readonly code: DefectCode;
  readonly image: ReleaseImage;
  readonly words: string;
}

const sayings: Partial<Record<DefectCode, string>> = {
  CAPTION_CONTROL: 'calls it a control',
  CAPTION_OTHER_DISEASE: 'gives another disease',
  CAPTION_NO_LESION: 'says that nothing is to be seen',
  CAPTION_TOO_EARLY: 'dates it before December 2019',
  CAPTION_MIXED_GROUPS: 'covers other cases too, and does not tell which one this is',
  CAPTION_LESION_RESOLVED: 'says that the lesions are gone',
  CAPTION_SAYS_POSITIVE: 'says that it shows the positive disease',
};

function captionsOf(image: ReleaseImage): readonly string[] {
  return image.metadata?.captions.value ?? [];
}

function hitsOfPositive(image: ReleaseImage): Hit[] {
  return captionsOf(image).flatMap((caption) => claimsAgainstPositive(caption).map(({ code, words }) => ({ code, image, words })));
}

/** Pictures of a patient whose caption says "no change", where an earlier one of that patient showed nothing. */
function carriedOver(images: readonly ReleaseImage[], hits: readonly Hit[]): Hit[] {
  const clear = new Set(hits.filter((hit) => hit.code === 'CAPTION_NO_LESION').map((hit) => hit.image.patient));
  const known = new Set(hits.filter((hit) => hit.code === 'CAPTION_NO_LESION').map((hit) => hit.image.id));
  return images.flatMap((image) => {
    if (image.patient === undefined || !clear.has(image.patient) || known.has(image.id)) return [];
    const words = captionsOf(image).flatMap((caption) => saysNoChange(caption) ?? [])[0];
    return words === undefined ? [] : [{ code: 'CAPTION_NO_LESION' as const, image, words: `${words} (the same patient's earlier picture is said to show nothing)` }];
  });
}

/**
 * Captions that refute the label, each with the caption's words, and equal pictures with opposite labels. The rules
 * of captions know COVID-19 alone: in a set whose positive label is something else they say nothing.
 */
export const labels: Check = {
  name: 'labels',
  title: 'Captions and equal pictures that speak against the label',
  run: async ({ release, nameOf, results }) => {
    const [positive, negative] = release.labels;
    const knows = positive !== undefined && isKnownDisease(positive);
    const positives = knows ? release.images.filter((image) => image.label === positive) : [];
    const direct = positives.flatMap(hitsOfPositive);
    const hits: Hit[] = [...direct, ...carriedOver(positives, direct)];
    if (knows) {
      for (const image of release.images.filter((image) => image.label !== positive)) {
        const words = captionsOf(image).flatMap((caption) => saysPositiveDisease(caption) ?? [])[0];
        if (words !== undefined) hits.push({ code: 'CAPTION_SAYS_POSITIVE', image, words });
      }
    }

    const suggest = (code: DefectCode, names: readonly string[], members: readonly ReleaseImage[]): Suggestion => {
      const images = names.toSorted(compareNatural);
      const two = release.labels.length === 2;
      if (code === 'CAPTION_MIXED_GROUPS' || code === 'CAPTION_LESION_RESOLVED') return { action: 'look', what: `Read the paper: which case do these panels show? Quarantine what is not ${positive ?? 'the positive class'}.` };
      // A caption that also names the positive disease leaves room for a patient who has both: out rather than relabelled.
      const doubtful = code === 'CAPTION_OTHER_DISEASE' && members.some((image) => captionsOf(image).some((caption) => namesPositiveDisease(caption)));
      if (code === 'CAPTION_NO_LESION' || doubtful || !two) return { action: 'quarantine', images };
      return { action: 'relabel', images, label: (code === 'CAPTION_SAYS_POSITIVE' ? positive : negative) ?? '' };
    };

    const defects: Defect[] = [];
    for (const group of groupBy(hits, (hit) => `${hit.code}\n${hit.image.paper ?? hit.image.name}\n${hit.words}`).values()) {
      const [first] = group;
      if (first === undefined) continue;
      const names = [...new Set(group.map((hit) => nameOf(hit.image)))];
      defects.push(
        defect(first.code, {
          images: names,
          patients: group.flatMap((hit) => hit.image.patient ?? []),
          papers: group.flatMap((hit) => hit.image.paper ?? []),
          evidence: `Labelled ${first.image.label}, and the caption ${sayings[first.code] ?? 'speaks against it'}: ${quote(first.words)}.`,
          suggestion: suggest(
            first.code,
            names,
            group.map((hit) => hit.image),
          ),
        }),
      );
    }

    const accused = new Set(hits.filter((hit) => hit.code === 'CAPTION_CONTROL' || hit.code === 'CAPTION_OTHER_DISEASE').map((hit) => hit.image.id));
    const cells = groupBy(positives, (image) => otherDiseaseInCell(image.metadata?.otherDiseases.raw ?? ''));
    for (const [cell, members] of cells) {
      const unexplained = members.filter((image) => !accused.has(image.id));
      if (unexplained.length === 0) continue;
      const elsewhere = members.filter((image) => accused.has(image.id)).map(nameOf);
      const copied = elsewhere.length === 0 ? '' : ` The same words stand, with reason, in the row of ${someNames(elsewhere)}: one of them was copied.`;
      defects.push(
        defect('CELL_OTHER_DISEASE', {
          images: unexplained.map(nameOf),
          patients: unexplained.flatMap((image) => image.patient ?? []),
          papers: unexplained.flatMap((image) => image.paper ?? []),
          evidence: `Labelled ${positive ?? ''}, and the column of other diseases says ${quote(cell)}, which the caption does not.${copied}`,
          suggestion: { action: 'look', what: 'Read the paper: either the cell or the label is wrong.' },
        }),
      );
    }

    const byName = new Map(release.images.map((image) => [nameOf(image), image]));
    for (const group of results.get('duplicates')?.groups ?? []) {
      const members = group.flatMap((name) => byName.get(name) ?? []);
      const found = release.labels.filter((label) => members.some((image) => image.label === label));
      if (found.length < 2) continue;
      const names = members.map(nameOf).toSorted(compareNatural);
      defects.push(
        defect('DUPLICATE_OPPOSITE_LABELS', {
          images: names,
          patients: members.flatMap((image) => image.patient ?? []),
          papers: members.flatMap((image) => image.paper ?? []),
          evidence: `One picture, ${found.map((label) => `${label} as ${someNames(members.filter((image) => image.label === label).map(nameOf))}`).join(', ')}.`,
          suggestion: { action: 'quarantine', images: names },
        }),
      );
    }
    return { defects, tables: [] };
  },
};
