import { cohenKappa, fleissKappa, intraclassCorrelation, mean } from '../../statistics/index.ts';
import { ratingRange } from '../plan/read.ts';
import type { ReadingsDocument } from './document.ts';

/** How far readers agree in one arm, over the cases that all of them read. */
export interface ArmAgreement {
  readonly arm: string;
  readonly cases: number;
  readonly readers: number;
  /** Of positive against negative calls. */
  readonly fleiss: number | undefined;
  /** Mean over all pairs of readers, with quadratic weights over the scale. */
  readonly weighted: number | undefined;
  /** ICC(2,1) and ICC(3,1) of the ratings. */
  readonly agreement: number | undefined;
  readonly consistency: number | undefined;
}

/** Agreement of all readers who read the same cases in an arm; in a split-plot study there may be none. */
export function agreementOf(document: ReadingsDocument, arm: string, positiveFrom: number): ArmAgreement {
  const { lowest, highest } = ratingRange(document.plan);
  const rated = new Map<string, Map<string, number>>();
  for (const reading of document.readings) {
    if (reading.arm !== arm) continue;
    const ofCase = rated.get(reading.case) ?? new Map<string, number>();
    ofCase.set(reading.reader, reading.rating);
    rated.set(reading.case, ofCase);
  }
  const readers = [...new Set([...rated.values()].flatMap((ofCase) => [...ofCase.keys()]))].toSorted();
  const table = [...rated.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, ofCase]) => (readers.every((reader) => ofCase.has(reader)) ? [readers.map((reader) => ofCase.get(reader) ?? 0)] : []));
  const none = { arm, cases: table.length, readers: readers.length, fleiss: undefined, weighted: undefined, agreement: undefined, consistency: undefined };
  if (table.length < 2 || readers.length < 2) return none;
  const categories = Array.from({ length: highest - lowest + 1 }, (_, c) => lowest + c);
  const kappas = readers.flatMap((_, i) =>
    readers.slice(i + 1).flatMap((_, k) => {
      const pairs = table.map((row): [number, number] => [row[i] ?? 0, row[i + 1 + k] ?? 0]);
      return cohenKappa(pairs, categories, 'quadratic').kappa?.estimate ?? [];
    }),
  );
  const correlation = intraclassCorrelation(table);
  return {
    ...none,
    fleiss: fleissKappa(table.map((row) => [row.filter((rating) => rating >= positiveFrom).length, row.filter((rating) => rating < positiveFrom).length])),
    weighted: kappas.length === 0 ? undefined : mean(kappas),
    agreement: correlation?.agreement,
    consistency: correlation?.consistency,
  };
}
