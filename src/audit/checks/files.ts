import { pictureFormat } from '../../imaging/index.ts';
import type { NameList, ReadProblem } from '../../release/index.ts';
import { defect } from '../codes.ts';
import { count } from '../../base/index.ts';
import { groupBy, someNames } from '../grouping.ts';
import { isMetadataProblem, located } from '../problems.ts';
import type { Check, CheckContext, CheckTable, Defect } from '../types.ts';

const extensions: Readonly<Record<string, string>> = { jpg: 'jpeg', jpe: 'jpeg', tif: 'tiff' };

/** What the lists say against the pictures that are there. */
function lists({ release, nameOf }: CheckContext): Defect[] {
  const defects: Defect[] = [];
  const present = new Set(release.images.map((image) => image.id));
  const missing = release.lists.flatMap((list) => list.names.filter((name) => !present.has(`${list.label}/${name}`)).map((name) => ({ name, list })));
  for (const [path, members] of groupBy(missing, (one) => one.list.path)) {
    const names = [...new Set(members.map((one) => one.name))];
    defects.push(
      defect('FILE_MISSING', {
        images: names,
        evidence: `${path} names ${count(names.length, 'picture')} that ${names.length === 1 ? 'is' : 'are'} not there: ${someNames(names)}.`,
        suggestion: { action: 'look', what: 'Fetch the release again, or take the names out of the list.' },
      }),
    );
  }
  for (const list of release.lists) {
    const repeated = repeatedNames(list);
    if (repeated.length === 0) continue;
    defects.push(
      defect('FILE_LISTED_TWICE', {
        images: repeated,
        evidence: `${list.path} names ${someNames(repeated)} more than once.`,
        suggestion: { action: 'look', what: 'Count it once; training on the list as it is weighs it twice.' },
      }),
    );
  }
  for (const image of release.images.filter((image) => image.splits.length > 1)) {
    defects.push(
      defect('FILE_IN_TWO_SPLITS', {
        images: [nameOf(image)],
        patients: image.patient === undefined ? [] : [image.patient],
        papers: image.paper === undefined ? [] : [image.paper],
        evidence: `${nameOf(image)} stands in the lists of ${image.splits.join(' and ')}.`,
        suggestion: { action: 'quarantine', images: [nameOf(image)] },
      }),
    );
  }
  const unlisted = release.lists.length === 0 ? [] : release.images.filter((image) => image.splits.length === 0);
  for (const [label, members] of groupBy(unlisted, (image) => image.label)) {
    defects.push(
      defect('FILE_UNLISTED', {
        images: members.map(nameOf),
        evidence: `${count(members.length, 'picture')} of ${label} ${members.length === 1 ? 'stands' : 'stand'} in no list: ${someNames(members.map(nameOf))}.`,
        suggestion: { action: 'look', what: 'Put it into a list, or take it out of the release.' },
      }),
    );
  }
  return defects;
}

function repeatedNames(list: NameList): string[] {
  return [...groupBy(list.names, (name) => name)].filter(([, members]) => members.length > 1).map(([name]) => name);
}

/** Problems of reading that are not about the metadata, one defect for each kind and file. */
function problems(all: readonly ReadProblem[]): Defect[] {
  return [...groupBy(all.filter((problem) => !isMetadataProblem(problem)), (problem) => `${problem.code}\n${problem.file}`).values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    return defect('FILE_PROBLEM', {
      images: members.flatMap((problem) => problem.image ?? []),
      evidence: members.length === 1 ? located(first) : `${count(members.length, 'time')} in ${first.file}, first: ${first.message}`,
      suggestion: { action: 'look', what: 'See what stands there.' },
    });
  });
}

/** Whether every file is there once, can be read, and is what its extension says. */
export const files: Check = {
  name: 'files',
  title: 'Files that are missing, extra, listed twice, unreadable or misnamed',
  run: async (context) => {
    const { release, nameOf, picture, progress } = context;
    const misnamed: { readonly image: string; readonly label: string; readonly extension: string; readonly format: string }[] = [];
    const formats = new Map<string, number>();
    const unreadable: Defect[] = [];
    for (const [done, image] of release.images.entries()) {
      progress({ label: 'Reading the pictures', done, total: release.images.length });
      const decoded = await picture(image);
      if (decoded === undefined) {
        unreadable.push(
          defect('FILE_UNREADABLE', {
            images: [nameOf(image)],
            patients: image.patient === undefined ? [] : [image.patient],
            papers: image.paper === undefined ? [] : [image.paper],
            evidence: `${image.location} cannot be decoded.`,
            suggestion: { action: 'quarantine', images: [nameOf(image)] },
          }),
        );
        continue;
      }
      const format = pictureFormat(await release.bytes(image));
      const extension = image.parts.extension.toLowerCase().replace(/^\./, '');
      const key = `${image.label}\n.${extension}\n${format}`;
      formats.set(key, (formats.get(key) ?? 0) + 1);
      if (format !== (extensions[extension] ?? extension)) misnamed.push({ image: nameOf(image), label: image.label, extension, format });
    }
    progress({ label: 'Reading the pictures', done: release.images.length, total: release.images.length });

    const misnamings = [...groupBy(misnamed, (one) => `${one.label}\n${one.extension}\n${one.format}`).values()].flatMap((members) => {
      const [first] = members;
      if (first === undefined) return [];
      return defect('FILE_EXTENSION_WRONG', {
        images: members.map((one) => one.image),
        evidence: `${count(members.length, 'file')} of ${first.label} ${members.length === 1 ? 'is' : 'are'} named .${first.extension} and ${members.length === 1 ? 'holds' : 'hold'} ${first.format.toUpperCase()}: ${someNames(members.map((one) => one.image))}.`,
        suggestion: { action: 'look', what: 'Read pictures by their first bytes. The format itself can give the label away: see the shortcuts.' },
      });
    });
    const table: CheckTable = {
      title: 'Extension and content',
      note: 'By the first bytes of each readable file.',
      columns: ['label', 'extension', 'content', 'images'],
      rows: [...formats].map(([key, number]) => [...key.split('\n'), number]).toSorted((a, b) => (a.join() < b.join() ? -1 : 1)),
    };
    return { defects: [...lists(context), ...unreadable, ...misnamings, ...problems(release.problems)], tables: [table] };
  },
};
