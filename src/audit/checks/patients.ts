import { compareNatural, defect } from '../codes.ts';
import { count } from '../../base/index.ts';
import { groupBy, quote, someNames } from '../grouping.ts';
import { splitNames, type ReleaseImage, type SplitName } from '../../release/index.ts';
import type { Check, CheckContext, CheckTable, Defect } from '../types.ts';

/** A patient's number at the end of its ID, with what stands before it. */
function numberOf(patient: string): { readonly prefix: string; readonly number: number } | undefined {
  const match = /^(.*?)(\d{1,7})$/.exec(patient.trim());
  return match === null ? undefined : { prefix: match[1] ?? '', number: Number(match[2]) };
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].toSorted(compareNatural);
const patientsOf = (images: readonly ReleaseImage[]): string[] => unique(images.flatMap((image) => image.patient ?? []));
const papersOf = (images: readonly ReleaseImage[]): string[] => unique(images.flatMap((image) => image.paper ?? []));

/** Numbers that are left out between the first and the last of each numbering. */
function gaps(images: readonly ReleaseImage[]): Defect[] {
  const numbered = groupBy(
    patientsOf(images).flatMap((patient) => numberOf(patient) ?? []),
    (parsed) => parsed.prefix,
  );
  return [...numbered].flatMap(([prefix, members]) => {
    const present = new Set(members.map((member) => member.number));
    const sorted = [...present].toSorted((a, b) => a - b);
    const first = sorted[0] ?? 0;
    const last = sorted.at(-1) ?? 0;
    // IDs that are codes, not a numbering, are nearly all gaps: nothing can be said of them.
    if (last - first + 1 > 3 * present.size) return [];
    const missing: string[] = [];
    for (let number = first; number <= last; number++) if (!present.has(number)) missing.push(`${prefix}${number}`);
    if (missing.length === 0) return [];
    return [
      defect('PATIENT_NUMBER_GAP', {
        patients: missing,
        evidence: `The patients ${prefix}${first} to ${prefix}${last} are numbered in one row, and ${missing.length} of these numbers ${missing.length === 1 ? 'has' : 'have'} no picture: ${someNames(missing, 12)}.`,
        suggestion: { action: 'look', what: 'Were these patients taken out, or are their pictures filed under another number?' },
      }),
    ];
  });
}

/** What the release claims of itself, against what it holds. */
function claims({ release, nameOf }: CheckContext): Defect[] {
  const claimed = release.claims;
  if (claimed === undefined) return [];
  const defects: Defect[] = [];
  for (const [label, number] of Object.entries(claimed.images)) {
    const found = release.images.filter((image) => image.label === label).length;
    if (found === number) continue;
    defects.push(
      defect('IMAGE_COUNT_DIFFERS', {
        evidence: `The release claims ${count(number, 'image')} of ${label} and holds ${found}.`,
        suggestion: { action: 'look', what: 'Cite the number that is found.' },
      }),
    );
  }
  const positives = release.images.filter((image) => image.label === release.labels[0]);
  const patients = patientsOf(positives);
  if (patients.length !== claimed.patients) {
    defects.push(
      defect('PATIENT_COUNT_DIFFERS', {
        evidence: `The release claims ${count(claimed.patients, 'patient')} of ${release.labels[0] ?? ''} and names ${patients.length}.`,
        suggestion: { action: 'look', what: 'Cite the number that is found.' },
      }),
    );
  }
  const claimedSplit = (patient: string): SplitName | undefined => {
    const number = numberOf(patient)?.number ?? Number.NaN;
    return splitNames.find((split) => number >= claimed.patientRanges[split][0] && number <= claimed.patientRanges[split][1]);
  };
  const outside = positives.filter((image) => {
    const split = image.patient === undefined ? undefined : claimedSplit(image.patient);
    return split !== undefined && image.splits.length > 0 && !image.splits.includes(split);
  });
  for (const [way, members] of groupBy(outside, (image) => `${claimedSplit(image.patient ?? '') ?? ''} and stand in ${image.split ?? ''}`)) {
    const who = patientsOf(members);
    defects.push(
      defect('PATIENT_OUTSIDE_CLAIMED_SPLIT', {
        images: members.map(nameOf),
        patients: who,
        papers: papersOf(members),
        evidence: `${count(who.length, 'patient')} (${someNames(who, 6)}; ${count(members.length, 'image')}) should, by the claimed ranges, be in ${way}.`,
        suggestion: { action: 'look', what: 'Trust the lists, not the claimed ranges, when you say who was trained on.' },
      }),
    );
  }
  return defects;
}

const several = /\b(?:patients|cases|women|men|individuals|subjects|children|persons|people|volunteers|staffs?)\b/i;
/** Words for exactly one person; the match tells figures of different persons in one paper apart. */
const onePerson =
  /\b(?:of|from|in|for) (?:(?:case|patient) (?:no\.? ?)?\d+|(?:an?|one|the) (?:(?!of\b|in\b|from\b)[\w-]+[ -]){0,6}?(?:patient|man|woman|boy|girl|male|female|infant|child|case))\b/i;
const numberWords = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

/** How many people a caption tells of, where it says so: "four cases", "cases 02, 07 and 13", "patient 1 …, patient 2 …". */
export function peopleIn(caption: string): number | undefined {
  const counted = new RegExp(`\\b(\\d{1,2}|${numberWords.join('|')}) (?:\\w+ ){0,2}?(?:patients|cases|women|men|subjects|children)\\b`, 'i').exec(caption);
  if (counted !== null) {
    const word = (counted[1] ?? '').toLowerCase();
    return /^\d+$/.test(word) ? Number(word) : numberWords.indexOf(word);
  }
  const list = /\b(?:cases|patients) (\d+(?:(?:, | and |, and )\d+)+)/i.exec(caption);
  if (list !== null) return new Set((list[1] ?? '').match(/\d+/g)).size;
  const named = new Set([...caption.matchAll(/\b(?:suspected )?(?:case|patient) ?\d+/gi)].map((match) => match[0].toLowerCase().replaceAll(' ', '')));
  return named.size > 1 ? named.size : undefined;
}

/** The person a caption tells of, as a key with its figure, where it tells of exactly one. */
export function onePersonIn(caption: string): string | undefined {
  if (several.test(caption) || (peopleIn(caption) ?? 1) > 1) return undefined;
  const words = onePerson.exec(caption)?.[0];
  if (words === undefined) return undefined;
  return `${/^\W*fig(?:ure|\.)?\s*\w+/i.exec(caption)?.[0] ?? ''} ${words}`.toLowerCase().replaceAll(/[^\w]+/g, ' ').trim();
}

/** Captions that several patient IDs share: of one person (an error), or of a crowd that it does not tell apart. */
function sharedCaptions({ release, nameOf }: CheckContext): Defect[] {
  const defects: Defect[] = [];
  const captioned = release.images.flatMap((image) => {
    const caption = image.metadata?.captions.value?.join(' ').trim();
    return caption === undefined || caption === '' || image.patient === undefined ? [] : [{ image, caption }];
  });
  const single = new Set<string>();
  const ofOne = groupBy(captioned, ({ image, caption }) => {
    const person = onePersonIn(caption);
    return person === undefined ? undefined : `${image.paper ?? image.name}\n${person}`;
  });
  for (const members of ofOne.values()) {
    const images = members.map((member) => member.image);
    const patients = patientsOf(images);
    if (patients.length < 2) continue;
    for (const { caption } of members) single.add(caption);
    const names = images.map(nameOf).toSorted(compareNatural);
    defects.push(
      defect('PATIENT_SPLIT_INTO_IDS', {
        images: names,
        patients,
        papers: papersOf(images),
        evidence: `The caption tells of one patient, ${quote((onePerson.exec(members[0]?.caption ?? '')?.[0] ?? '').replace(/^\w+ /, ''))}, whose ${count(names.length, 'image')} carry ${patients.length} patient IDs: ${someNames(patients)}; splits: ${splitsOf(images)}.`,
        suggestion: { action: 'regroup', images: names },
      }),
    );
  }
  for (const [caption, members] of groupBy(captioned, (member) => member.caption)) {
    const images = members.map((member) => member.image);
    const patients = patientsOf(images);
    if (patients.length < 3 || single.has(caption)) continue;
    const told = peopleIn(caption);
    if (told !== undefined && told >= patients.length) continue;
    defects.push(
      defect('CAPTION_SHARED_BY_PATIENTS', {
        images: images.map(nameOf),
        patients,
        papers: papersOf(images),
        evidence: `${patients.length} patient IDs share one caption, which ${told === undefined ? 'does not say how many patients it shows' : `tells of ${told}`}: ${quote(caption)}.`,
        suggestion: { action: 'regroup', images: images.map(nameOf).toSorted(compareNatural) },
      }),
    );
  }
  return defects;
}

function splitsOf(images: readonly ReleaseImage[]): string {
  return splitNames.filter((split) => images.some((image) => image.splits.includes(split))).join(', ') || 'none';
}

/** Ages and sexes of one patient that cannot all be true. Ages a year apart can: people have birthdays. */
function contradictions({ release, nameOf }: CheckContext): Defect[] {
  const defects: Defect[] = [];
  for (const [patient, images] of groupBy(release.images, (image) => image.patient)) {
    const ages = images.flatMap((image) => image.metadata?.age.value ?? []);
    const lowest = Math.min(...ages.map((age) => age.high ?? age.years ?? Infinity));
    const highest = Math.max(...ages.map((age) => age.low ?? age.years ?? -Infinity));
    const details = { images: images.map(nameOf), patients: [patient], papers: papersOf(images) };
    if (highest - lowest > 1) {
      const written = unique(images.flatMap((image) => image.metadata?.age.raw.trim() ?? []).filter((raw) => raw !== ''));
      defects.push(
        defect('PATIENT_AGE_CONTRADICTS', {
          ...details,
          evidence: `${patient} is given the ages ${written.join(', ')}.`,
          suggestion: { action: 'look', what: 'Are these several patients under one ID? If so, give each an ID.' },
        }),
      );
    }
    const sexes = unique(images.flatMap((image) => image.metadata?.sex.value ?? []));
    if (sexes.length > 1) {
      const split = sexes.map((sex) => `${sex} in ${count(images.filter((image) => image.metadata?.sex.value === sex).length, 'image')}`);
      defects.push(
        defect('PATIENT_SEX_CONTRADICTS', {
          ...details,
          evidence: `${patient} is ${split.join(' and ')}.`,
          suggestion: { action: 'look', what: 'Are these several patients under one ID? If so, give each an ID.' },
        }),
      );
    }
    if (papersOf(images).length > 1) {
      defects.push(
        defect('PATIENT_IN_TWO_PAPERS', {
          ...details,
          evidence: `${patient} has images from ${papersOf(images).length} papers: ${someNames(papersOf(images))}.`,
          suggestion: { action: 'look', what: 'The same person in two papers, or one ID given twice?' },
        }),
      );
    }
  }
  return defects;
}

function table({ release }: CheckContext): CheckTable {
  const rows = release.labels.map((label) => {
    const images = release.images.filter((image) => image.label === label);
    const claimed = release.labels[0] === label ? release.claims?.patients : undefined;
    const bySplit = splitNames.map((split) => patientsOf(images.filter((image) => image.splits.includes(split))).length);
    return [label, release.claims?.images[label] ?? null, images.length, claimed ?? null, patientsOf(images).length, ...bySplit];
  });
  return {
    title: 'Images and patients, claimed and found',
    note: 'Empty: the release claims nothing. A patient with pictures in two splits counts in both.',
    columns: ['label', 'images claimed', 'images found', 'patients claimed', 'patients found', ...splitNames.map((split) => `patients in ${split}`)],
    rows,
  };
}

/** Whether the patients are who the release says they are: numbering, counts, shared captions, contradictions. */
export const patients: Check = {
  name: 'patients',
  title: 'Numbering, counts and contradictions of patients',
  run: async (context) => ({
    defects: [...gaps(context.release.images), ...claims(context), ...sharedCaptions(context), ...contradictions(context)],
    tables: [table(context)],
  }),
};
