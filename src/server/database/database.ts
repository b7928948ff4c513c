import type { Workspace } from '../../base/index.ts';
import { openStore, type Store } from '../../store/index.ts';

/**
 * The workspace's database, of which one process at a time is the owner: opened when a request needs it, and given free when none has for
 * a while, so that commands in a terminal get it too.
 */
export interface Database {
  /** @throws CovidCtError ENVIRONMENT where another process has it for longer than one waits */
  use<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Runs a command that opens the database itself: until it ends, requests give it free at once. */
  share<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How long it is kept and waited for, in milliseconds. */
export interface DatabaseOptions {
  /** After the last request; opening costs about a second. */
  readonly idle?: number;
  /** For another process that has it. */
  readonly patience?: number;
  /** Where this server is: told to processes that are refused. Empty: not yet known. */
  readonly address?: () => string;
}

/** Gives the workspace's database to whoever asks; nothing of it is loaded before. */
export function openSharedDatabase(workspace: Workspace, { idle = 60_000, patience = 20_000, address = () => '' }: DatabaseOptions = {}): Database {
  let opened: Promise<Store> | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  let users = 0;
  let sharers = 0;
  let timer: NodeJS.Timeout | undefined;
  const open = async (): Promise<Store> => {
    await ended;
    const store = await openStore(workspace, { waitMilliseconds: patience });
    if (address() !== '') await store.announce(address());
    return store;
  };
  const giveFree = (): Promise<unknown> => {
    clearTimeout(timer);
    const store = opened;
    if (users > 0 || store === undefined) return ended;
    opened = undefined;
    ended = store.then((one) => one.close()).catch(() => undefined);
    return ended;
  };
  return {
    async use(work) {
      clearTimeout(timer);
      users += 1;
      const mine = (opened ??= open());
      try {
        return await work(await mine);
      } catch (error) {
        // One that did not open is opened anew by the next request.
        await mine.catch(() => {
          if (opened === mine) opened = undefined;
        });
        throw error;
      } finally {
        users -= 1;
        if (users === 0 && sharers > 0) void giveFree();
        else if (users === 0) timer = setTimeout(() => void giveFree(), idle).unref();
      }
    },
    async share(work) {
      sharers += 1;
      try {
        await giveFree();
        return await work();
      } finally {
        sharers -= 1;
      }
    },
    async close() {
      await giveFree();
    },
  };
}
