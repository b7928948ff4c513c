import { parse } from 'yaml';
import { z } from 'zod';
import { CovidCtError, canonicalJson, sha256 } from '../../base/index.ts';
import { planSchema, type StudyPlan } from './schema.ts';

const longestPlan = 4_000_000;

/** What the schema cannot say. */
function faultsOf(plan: StudyPlan): string[] {
  const faults: string[] = [];
  const twice = (what: string, ids: readonly string[]): void => {
    const double = ids.find((id, i) => ids.indexOf(id) !== i);
    if (double !== undefined) faults.push(`${what}: ${double} is there twice`);
  };
  twice('arms', plan.arms.map(({ id }) => id));
  twice('readers', plan.readers.map(({ id }) => id));
  twice('questions', plan.questions.map(({ id }) => id));
  if (plan.reference !== undefined && !plan.arms.some(({ id }) => id === plan.reference)) faults.push(`reference: there is no arm ${plan.reference}`);
  for (const arm of plan.arms) {
    const pictures = plan.cases.source === 'release';
    if (pictures !== (arm.view === 'picture')) faults.push(`arms: ${arm.id} shows a ${arm.view}, and the cases are ${pictures ? 'pictures of a release' : 'volumes: use slice or series'}`);
    if (pictures && (arm.window !== undefined || arm.hounsfield || arm.paper !== undefined)) faults.push(`arms: ${arm.id}: pictures of a release hold no Hounsfield units, so that window, hounsfield and paper are for volumes`);
    if (arm.hounsfield && (arm.steps.length > 0 || arm.paper !== undefined)) faults.push(`arms: ${arm.id} keeps Hounsfield units, and steps are taken on 8 bits: give up one of them`);
  }
  if (plan.rating.kind === 'scale' && plan.rating.highest <= plan.rating.lowest) faults.push('rating: highest must be above lowest');
  if (plan.design.kind === 'split-plot' && plan.readers.length < plan.design.groups) faults.push(`design: ${plan.design.groups} groups need as many readers`);
  if (plan.cases.source === 'release') {
    if (!Object.hasOwn(plan.cases.perLabel, plan.positive)) faults.push(`cases: perLabel lacks ${plan.positive}, which is the positive label`);
    if (Object.keys(plan.cases.perLabel).length < 2) faults.push('cases: perLabel needs a second label');
  }
  if (plan.cases.source === 'volumes') {
    for (const positive of [true, false]) if (plan.cases.volumes.filter((volume) => volume.positive === positive).length < 2) faults.push(`cases: two ${positive ? 'positive' : 'negative'} volumes are wanted at least`);
    if (plan.practice > 0) faults.push('practice: cases to practise on are drawn from a release or from phantoms only');
  }
  return faults;
}

/** A plan, or why it is none: every fault that was found. */
export type CheckedPlan = { readonly plan: StudyPlan } | { readonly faults: readonly string[] };

/** Looks at a plan, JSON or YAML, as it is being written. */
export function checkPlan(text: string): CheckedPlan {
  if (text.length > longestPlan) return { faults: ['it is longer than any plan'] };
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    return { faults: [`neither JSON nor YAML: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`] };
  }
  const parsed = planSchema.safeParse(document);
  if (!parsed.success) return { faults: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the plan'}: ${issue.message.endsWith('received undefined') ? 'is missing' : issue.message}`) };
  const faults = faultsOf(parsed.data);
  return faults.length === 0 ? { plan: parsed.data } : { faults };
}

/**
 * Reads a plan, JSON or YAML.
 * @param name how it is called in messages
 * @throws CovidCtError BAD_INPUT with every fault that was found
 */
export function readPlan(text: string, name: string): StudyPlan {
  const checked = checkPlan(text);
  if ('plan' in checked) return checked.plan;
  throw new CovidCtError('BAD_INPUT', `${name} is no plan:\n  ${checked.faults.join('\n  ')}`, { hint: 'covid-ct study template prints a plan to start from; docs/STUDY.md explains each field.' });
}

/** The hash that a plan is known by: of its values, whatever their order and layout in the file. */
export function planHash(plan: StudyPlan): string {
  return sha256(canonicalJson(plan));
}

/** The plan's JSON schema, for editors. */
export function planJsonSchema(): unknown {
  return z.toJSONSchema(planSchema, { io: 'input' });
}

/** The arm that others are compared with. */
export function referenceArm(plan: StudyPlan): string {
  return plan.reference ?? plan.arms[0]?.id ?? '';
}

/** The range of ratings, and from which one on they count as positive. */
export function ratingRange(plan: StudyPlan): { readonly lowest: number; readonly highest: number; readonly positiveFrom: number } {
  const { rating } = plan;
  const [lowest, highest] = rating.kind === 'scale' ? [rating.lowest, rating.highest] : rating.kind === 'percent' ? [0, 100] : [-rating.levels, rating.levels];
  // On a yes-no scale every yes is above 0; of an odd scale the middle itself counts as positive.
  return { lowest, highest, positiveFrom: plan.positiveFrom ?? (rating.kind === 'yes-no' ? 1 : (lowest + highest) / 2) };
}

/** Whether a number is a rating of the plan's scale. */
export function isRating(plan: StudyPlan, rating: number): boolean {
  const { lowest, highest } = ratingRange(plan);
  return Number.isInteger(rating) && rating >= lowest && rating <= highest && !(plan.rating.kind === 'yes-no' && rating === 0);
}
