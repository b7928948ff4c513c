import { choice, list, number, text, type UrlValues } from '../../app/url-state.ts';

/** What the page's address holds. */
export const parts = {
  q: text(),
  label: list(),
  split: list(),
  venue: list(),
  paper: list(),
  patient: list(),
  defect: list(),
  submission: text(),
  outcome: choice(['any', 'hit', 'miss', 'true-positive', 'true-negative', 'false-positive', 'false-negative']),
  low: number(0),
  high: number(1),
  sort: choice(['name', 'patient', 'paper', 'split', 'size', 'defects', 'score']),
  order: choice(['up', 'down']),
  size: number(168),
};

/** The page's state. */
export type ImagesState = UrlValues<typeof parts>;

/** The state as the server is asked. */
export function searchOf(state: ImagesState) {
  const some = (values: readonly string[]): string[] | undefined => (values.length === 0 ? undefined : [...values]);
  const scored = state.submission !== '';
  const query = {
    q: state.q === '' ? undefined : state.q,
    label: some(state.label), split: some(state.split), venue: some(state.venue), paper: some(state.paper), patient: some(state.patient), defect: some(state.defect),
    submission: scored ? state.submission : undefined,
    outcome: scored && state.outcome !== 'any' ? state.outcome : undefined,
    low: scored && state.low > 0 ? String(state.low) : undefined,
    high: scored && state.high < 1 ? String(state.high) : undefined,
    sort: state.sort, order: state.order,
  };
  return query;
}

/** What the server is asked. */
export type ImagesSearch = ReturnType<typeof searchOf>;
