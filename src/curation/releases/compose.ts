import { covidCtLabels, isSameAsAbove, parseFileName, splitNames, venueOf, type MetadataRow, type NameList, type Release, type ReleaseImage } from '../../release/index.ts';
import { rowOfImage, type NewImage } from './new-images.ts';

const tableOf = (label: string): string => (label === 'COVID' ? 'COVID-CT-MetaInfo.xlsx' : 'NonCOVID-CT-MetaInfo.csv');

/** Rows without those of withdrawn images. A cell below that says "same as above" gets what it meant, and rows move up. */
function withoutRows(rows: readonly MetadataRow[], gone: ReadonlySet<MetadataRow>): MetadataRow[] {
  let shift = 0;
  let carried: MetadataRow | undefined;
  const columns = ['patient', 'age', 'sex', 'location', 'history', 'time', 'severity', 'otherDiseases', 'doi', 'captions'] as const;
  return rows.flatMap((row) => {
    const resolved = { ...row, row: row.row - shift };
    if (carried !== undefined) for (const column of columns) if (isSameAsAbove(row[column].raw)) Object.assign(resolved, { [column]: { ...row[column], raw: carried[column].raw } });
    carried = undefined;
    if (!gone.has(row)) return [resolved];
    shift += 1;
    carried = resolved;
    return [];
  });
}

/** A list without the names that are gone, and with the new ones at its end. Untouched lists keep their very bytes. */
function changedList(list: NameList, gone: ReadonlySet<string>, added: readonly string[]): NameList {
  const removed = list.names.filter((name) => gone.has(`${list.label}/${name}`));
  if (removed.length === 0 && added.length === 0) return list;
  const text = Buffer.from(list.bytes).toString('utf8');
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/).filter((line) => !gone.has(`${list.label}/${line.trim()}`));
  if (lines.at(-1) === '') lines.pop();
  return { ...list, names: [...list.names.filter((name) => !removed.includes(name)), ...added], bytes: Buffer.from([...lines, ...added].map((line) => `${line}${newline}`).join('')) };
}

function toImage(added: NewImage, row: MetadataRow): ReleaseImage {
  const { candidate, name, label, split, patient } = added;
  const { record } = candidate;
  const parts = parseFileName(name);
  const doi = record.doi ?? parts.doi;
  const paper = doi?.toLowerCase() ?? parts.stem;
  return {
    id: `${label}/${name}`, name, label, splits: [split], split, parts, paper, doi, patient: patient ?? undefined, venue: venueOf(doi, patient ?? undefined, paper !== undefined), metadata: row,
    licence: record.licence ?? 'unknown', location: `candidate ${candidate.id}`, size: 0,
  };
}

/**
 * A release with new images and without withdrawn ones, as if it had been opened: what stands in the base stays as it is written.
 * @param base `undefined`: from nothing
 * @param gone ids of images that are withdrawn
 * @param read gives a new image's bytes
 */
export function composeRelease(base: Release | undefined, added: readonly NewImage[], gone: ReadonlySet<string>, read: (image: NewImage) => Promise<Uint8Array>, name: string): Release {
  const goneRows = new Set((base?.images ?? []).flatMap((image) => (gone.has(image.id) && image.metadata !== undefined ? [image.metadata] : [])));
  const tables = covidCtLabels.map((label) => {
    const file = tableOf(label);
    const kept = withoutRows((base?.metadata ?? []).filter((row) => row.file === file), goneRows);
    const last = Math.max(1, ...kept.map(({ row }) => row));
    const rows = added.filter((image) => image.label === label).map((image, i) => ({ image, row: rowOfImage(image, file, last + 1 + i) }));
    return { kept, rows };
  });
  const rowOf = new Map(tables.flatMap(({ rows }) => rows.map(({ image, row }) => [image, row] as const)));
  const empty = covidCtLabels.flatMap((label) => splitNames.map((split): NameList => ({ path: `Data-split/${label}/${split}CT_${label}.txt`, label, split, names: [], bytes: new Uint8Array() })));
  const lists = empty.map((list) => (base?.lists ?? []).find((one) => one.label === list.label && one.split === list.split) ?? list);
  const byId = new Map(added.map((image) => [`${image.label}/${image.name}`, image]));
  const images = [
    ...(base?.images ?? []).filter(({ id }) => !gone.has(id)),
    ...added.flatMap((image) => {
      const row = rowOf.get(image);
      return row === undefined ? [] : [toImage(image, row)];
    }),
  ].toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const bytes = async (image: ReleaseImage): Promise<Uint8Array> => {
    const own = byId.get(image.id);
    if (own !== undefined) return read(own);
    if (base === undefined) throw new Error(`${image.id} is not of this release`);
    return base.bytes(image);
  };
  return {
    name, source: name, layout: 'upstream', synthetic: base?.synthetic ?? false, labels: [...covidCtLabels], images,
    lists: lists.map((list) => changedList(list, gone, added.filter((image) => image.label === list.label && image.split === list.split).map((image) => image.name))),
    metadata: tables.flatMap(({ kept, rows }) => [...kept, ...rows.map(({ row }) => row)]),
    problems: base?.problems ?? [], claims: undefined, bytes,
    picture: () => Promise.reject(new Error('a release that is being made shows no pictures')),
    close: () => Promise.resolve(),
  };
}
