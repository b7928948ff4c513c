import { submissionSchema, type Submission } from '../../curation/index.ts';
import type { Draft } from './drafts.ts';

/** A field that does not hold what its schema asks. */
export interface FieldFault {
  /** As in `cases.0.doi`. */
  readonly path: string;
  readonly message: string;
}

type Json = { [name: string]: unknown };

const orNull = (text: string): string | null => (text.trim() === '' ? null : text);

function documentOf({ contributor, attestations, cases }: Draft): Json {
  return {
    format: 'covid-ct submission 1',
    contributor: { name: contributor.name, email: orNull(contributor.email) },
    attestations,
    cases: cases.map(({ file, label, unpublished, samePaper, ...words }) => ({
      ...Object.fromEntries(Object.entries(words).map(([name, text]) => [name, orNull(text)])),
      file, label, unpublished,
      samePaper: samePaper.split(/[\s,;]+/).filter((doi) => doi !== ''),
    })),
  };
}

/** Fields in the words of a person, where the schema's own would puzzle. */
const said: Readonly<Record<string, string>> = { label: 'Say what it shows.', name: 'Say who gives it.', email: 'is no e-mail address', cases: 'Add a picture.' };

/** What stands in for a field that is wrong, so that the others can be checked. */
const neutral: Readonly<Record<string, unknown>> = { label: 'COVID', name: 'nobody yet', samePaper: [] };

/**
 * A draft as a submission, and the fields that are wrong in it. They are replaced by something harmless, so that all else can be checked;
 * with any fault the submission is for checking alone.
 */
export function toSubmission(draft: Draft): { readonly submission: Submission | undefined; readonly faults: readonly FieldFault[] } {
  const document = documentOf(draft);
  const first = submissionSchema.safeParse(document);
  if (first.success) return { submission: first.data, faults: [] };
  const faults: FieldFault[] = [];
  for (const { path, message } of first.error.issues) {
    // Of a list's element the list: `cases.0.samePaper.1`.
    const place = path[0] === 'cases' ? path.slice(0, 3) : path.slice(0, 2);
    const field = String(place.at(-1) ?? '');
    faults.push({ path: place.join('.'), message: said[field] ?? message });
    let at: unknown = document;
    for (const step of place.slice(0, -1)) at = (at as Json | undefined)?.[String(step)];
    if (typeof at === 'object' && at !== null) (at as Json)[field] = neutral[field] ?? null;
  }
  const second = submissionSchema.safeParse(document);
  return { submission: second.success ? second.data : undefined, faults };
}
