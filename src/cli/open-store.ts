import { parentProgress } from '../base/index.ts';
import { actorNamed, type Actor } from '../curation/index.ts';
import { openStore, type Store } from '../store/index.ts';
import type { CommandContext } from './command.ts';

/** Opens the workspace's store for as long as `work` takes. */
export async function withStore<T>(context: CommandContext, work: (store: Store) => Promise<T>): Promise<T> {
  // The workbench gives it free for its own commands, once it has answered what it was asked.
  const store = await openStore(context.workspace, parentProgress() === undefined ? {} : { waitMilliseconds: 120_000 });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Who decides: `--reviewer`, else `COVID_CT_AUTHOR`. @throws CovidCtError USAGE where nobody is named */
export function actorOf(store: Store, name: string | undefined, why: string | undefined): Promise<Actor> {
  return actorNamed(store.db, name ?? process.env['COVID_CT_AUTHOR'] ?? '', why ?? '', new Date());
}
