import { CovidCtError } from '../base/index.ts';
import { stateOf } from './reading/state.ts';
import type { Study } from './study.ts';

/**
 * Records that somebody looks at a study's figures: of a locked study as its analysis, before that as a peek, which has to be asked for and is told in
 * every report.
 * @param peek who peeks, where the study is not locked
 * @throws CovidCtError CONFLICT for a study that is not locked, unless `peek` is given
 */
export async function recordLook(study: Study, what: 'analysed' | 'exported', now: Date, peek?: string): Promise<void> {
  await study.log.append((records) => {
    const locked = stateOf(records).locked !== undefined;
    if (!locked && peek === undefined) {
      throw new CovidCtError('CONFLICT', 'The study is not locked: looking at figures while readers read can bias it.', { hint: 'Lock it first (covid-ct study lock), or peek (--peek NAME), which is recorded and told in every report.' });
    }
    return { result: undefined, add: [locked ? { kind: what, body: {}, at: now } : { kind: 'peeked', body: { by: peek ?? '', what }, at: now }] };
  });
}
