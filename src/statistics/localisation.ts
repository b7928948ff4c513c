import { rocAuc } from './roc.ts';

/** A place on a picture, in shares of its sides: 0 left or top, 1 right or bottom. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where a finding is in truth: a disc, its radius in shares of the picture's width. */
export interface TruePlace extends Place {
  readonly radius: number;
}

/** A case with what a reader said of it and where. */
export interface LocatedReading {
  readonly positive: boolean;
  readonly score: number;
  readonly marks: readonly Place[];
  /** Empty in negative cases. */
  readonly places: readonly TruePlace[];
}

/** What the marks hit. */
export interface LocalisationFigures {
  /** Places that a mark lies in. */
  readonly hits: number;
  readonly places: number;
  /** Marks that lie in no place, a case. */
  readonly falseMarksPerCase: number;
  /**
   * Area under the localisation ROC curve: the chance that a positive case is both marked rightly and rated above a negative
   * one, ties counting half (Swensson, Medical Physics 23:1709–1725, 1996). `undefined` where a class is empty.
   */
  readonly lrocAuc: number | undefined;
}

const lies = (mark: Place, { x, y, radius }: TruePlace): boolean => Math.hypot(mark.x - x, mark.y - y) <= radius;

/**
 * Scores marks against the places of findings: a place is hit where a mark lies in it; a positive case is marked rightly where any
 * of its places is hit.
 */
export function scoreLocalisation(readings: readonly LocatedReading[]): LocalisationFigures {
  let [hits, places, falseMarks] = [0, 0, 0];
  const scored = readings.map((reading) => {
    const found = reading.places.filter((place) => reading.marks.some((mark) => lies(mark, place))).length;
    hits += found;
    places += reading.places.length;
    falseMarks += reading.marks.filter((mark) => !reading.places.some((place) => lies(mark, place))).length;
    return { positive: reading.positive, score: reading.score, right: found > 0 };
  });
  const lowest = Math.min(...scored.map(({ score }) => score));
  // A positive case that is marked wrongly counts as rated below every negative one.
  const cases = scored.map(({ positive, score, right }) => ({ positive, score: positive && !right ? lowest - 1 : score }));
  const both = scored.some(({ positive }) => positive) && scored.some(({ positive }) => !positive);
  return { hits, places, falseMarksPerCase: readings.length === 0 ? 0 : falseMarks / readings.length, lrocAuc: both ? rocAuc(cases) : undefined };
}
