import type { Random } from '../base/index.ts';
import { CovidCtError } from '../base/index.ts';
import type { TruePlace } from '../statistics/index.ts';
import type { StudyPlan } from './plan/schema.ts';

/** A case of a study, with all that no reader may know. */
export interface StudyCase {
  readonly label: string;
  readonly positive: boolean;
  /** A file name of the release, a volume's path, or the seed of a phantom. */
  readonly source: string;
  /** The slice of a volume that stands for it. */
  readonly slice: number | undefined;
  readonly places: readonly TruePlace[];
  readonly practice: boolean;
}

/** A picture that may become a case: where it is from, and what it belongs to. */
export interface Candidate {
  readonly name: string;
  readonly label: string;
  readonly patient: string | undefined;
  readonly paper: string | undefined;
}

type ReleasePlan = Extract<StudyPlan['cases'], { source: 'release' }>;

/** One picture a patient or paper, drawn at random; a picture that names none stands for itself. */
function onePerKey(candidates: readonly Candidate[], onePer: ReleasePlan['onePer'], random: Random): readonly Candidate[] {
  const shuffled = random.shuffle(candidates.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  if (onePer === 'image') return shuffled;
  const seen = new Set<string>();
  return shuffled.filter((candidate) => {
    const key = onePer === 'paper' ? candidate.paper : candidate.patient === undefined ? undefined : `${candidate.paper ?? ''} ${candidate.patient}`;
    if (key === undefined) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function chooseOfRelease(plan: StudyPlan, wanted: ReleasePlan, candidates: readonly Candidate[], random: Random): StudyCase[] {
  const fits = candidates.filter(({ name }) => (wanted.only === undefined || wanted.only.includes(name)) && wanted.without?.includes(name) !== true);
  const pool = onePerKey(fits, wanted.onePer, random);
  const chosen: StudyCase[] = [];
  const labels = Object.keys(wanted.perLabel).toSorted();
  for (const [at, label] of labels.entries()) {
    const count = wanted.perLabel[label] ?? 0;
    const practice = Math.floor((plan.practice + labels.length - 1 - at) / labels.length);
    const ofLabel = pool.filter((candidate) => candidate.label === label);
    if (ofLabel.length < count + practice) {
      throw new CovidCtError('BAD_INPUT', `The plan wants ${count + practice} cases of ${label}${practice > 0 ? `, ${practice} of them to practise on` : ''}, and ${ofLabel.length} fit it (one per ${wanted.onePer}).`, { hint: 'Ask for fewer, choose another part of the track, or set onePer: image.' });
    }
    ofLabel.slice(0, count + practice).forEach(({ name }, i) =>
      chosen.push({ label, positive: label === plan.positive, source: name, slice: undefined, places: wanted.places?.[name] ?? [], practice: i >= count }),
    );
  }
  return chosen;
}

/**
 * Chooses a plan's cases: balanced by label, by the plan's seed; those to practise on last. The same plan and candidates give the same cases.
 * @param candidates pictures of the track's part, for plans on a release
 * @throws CovidCtError BAD_INPUT where there are too few
 */
export function chooseCases(plan: StudyPlan, candidates: readonly Candidate[], random: Random): readonly StudyCase[] {
  const { cases } = plan;
  const chosen = ((): StudyCase[] => {
    if (cases.source === 'release') return chooseOfRelease(plan, cases, candidates, random);
    if (cases.source === 'volumes') {
      return cases.volumes.map(({ path, positive, slice, places }) => ({ label: positive ? 'positive' : 'negative', positive, source: path, slice, places: places ?? [], practice: false }));
    }
    const total = cases.positives + cases.negatives;
    return Array.from({ length: total + plan.practice }, (_, i): StudyCase => {
      const positive = i < total ? i < cases.positives : (i - total) % 2 === 0;
      return { label: positive ? 'positive' : 'negative', positive, source: `phantom ${random.integer(1, 2 ** 30)}`, slice: undefined, places: [], practice: i >= total };
    });
  })();
  // In an order of its own, so that a case's number does not tell its label.
  const mixed = random.shuffle(chosen);
  return [...mixed.filter(({ practice }) => !practice), ...mixed.filter(({ practice }) => practice)];
}
