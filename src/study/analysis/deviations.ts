import type { ReadingsDocument } from './document.ts';

const dayMilliseconds = 86_400_000;
/** A look shorter than this hardly saw the picture; a longer one than that had a pause in it. */
const shortest = 1000;
const longest = 15 * 60_000;

function sentence(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
}

/** The shortest time, in days, from one reading of a case to the next by the same reader in another session. */
function shortestReturn(document: ReadingsDocument): number {
  const last = new Map<string, number>();
  let least = Infinity;
  for (const { reader, case: name, at } of document.readings.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const key = `${reader} ${name}`;
    const time = Date.parse(at);
    const before = last.get(key);
    if (before !== undefined) least = Math.min(least, (time - before) / dayMilliseconds);
    last.set(key, time);
  }
  return least;
}

/** What went otherwise than planned, in sentences. */
export function deviationsOf(document: ReadingsDocument, leftOut: readonly string[]): readonly string[] {
  const { plan, readings } = document;
  const missing = document.readers.flatMap(({ reader, planned }) => {
    const absent = planned - readings.filter((reading) => reading.reader === reader).length;
    return absent > 0 ? [`${reader}: ${absent} of ${planned} readings are missing.`] : [];
  });
  const again = shortestReturn(document);
  return [
    ...(document.locked === null ? ['The study was not locked when this was computed: nothing here is final.'] : []),
    ...(document.lockReason === null ? [] : [`It was locked before it was complete: ${document.lockReason}`]),
    ...document.peeks.map(({ at, by }) => `${by === '' ? 'Somebody' : by} looked at figures before the study was locked, on ${at.slice(0, 16).replace('T', ' ')} UTC.`),
    ...missing,
    ...leftOut.map((reader) => `${reader} is left out of the multi-reader analysis: too few cases of a class in an arm.`),
    ...(again < plan.design.washOutDays ? [`A case was read again after ${again.toFixed(1)} days, where ${plan.design.washOutDays} were planned.`] : []),
    ...(plan.design.washOutDays === 0 && plan.arms.length > 1 ? ['The plan has no wash-out: readers may remember cases from one arm to the next.'] : []),
    ...sentence(readings.filter(({ revisions }) => revisions > 0).length, 'answer was revised; the last one counts.', 'answers were revised; the last ones count.'),
    ...sentence(readings.filter(({ milliseconds }) => milliseconds < shortest).length, 'case was looked at for less than a second.', 'cases were looked at for less than a second.'),
    ...sentence(readings.filter(({ milliseconds }) => milliseconds > longest).length, 'case was looked at for more than 15 minutes.', 'cases were looked at for more than 15 minutes.'),
    ...document.notes.map(({ by, text, reader, number }) => `Note${by === '' ? '' : ` by ${by}`}${reader === null ? '' : ` on ${reader}`}${number === null ? '' : `, case ${number}`}: ${text}`),
  ];
}
