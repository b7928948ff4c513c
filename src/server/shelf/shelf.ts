import { access, readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { CovidCtError, ifThere, type Workspace } from '../../base/index.ts';
import { openRelease, openSample, openWorkspaceTree, readReleaseIndex, type Release } from '../../release/index.ts';
import { indexRelease, type IndexedRelease } from './indexed-release.ts';

/** A release that the workbench can show. */
export interface ShelfPlace {
  /** Stands in addresses: `sample`, or the release's name in small letters. */
  readonly id: string;
  readonly name: string;
  readonly synthetic: boolean;
  /** What a command is given to open the same. */
  readonly commandArguments: readonly string[];
}

interface Place extends ShelfPlace {
  readonly open: () => Promise<Release>;
}

/** The releases that the workbench can show, each opened when it is first asked for. */
export interface Shelf {
  list(): Promise<readonly ShelfPlace[]>;
  /** @throws CovidCtError NOT_FOUND for an id that is none, and whatever opening throws */
  open(id: string): Promise<IndexedRelease>;
  /** Looks again at what the workspace has fetched and made. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** A name as it can stand in an address. */
export function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'release';
}

const samplePlace: Place = { id: 'sample', name: 'synthetic sample', synthetic: true, commandArguments: ['--release', 'sample'], open: () => openSample() };

function givenPlace(path: string): Place {
  const name = basename(resolve(path)).replace(/\.(zip|csv)$/i, '');
  const id = slug(name);
  return { id: id === 'sample' ? 'sample-given' : id, name, synthetic: false, commandArguments: ['--release', resolve(path)], open: () => openRelease(path) };
}

async function fetchedPlace(workspace: Workspace): Promise<Place | undefined> {
  if ((await readReleaseIndex(workspace)) === undefined) return undefined;
  return {
    id: 'workspace',
    name: 'COVID-CT-Dataset',
    synthetic: false,
    commandArguments: [],
    open: async () => {
      const tree = await openWorkspaceTree(workspace);
      if (tree === undefined) throw new CovidCtError('NOT_FOUND', 'The workspace holds no release.', { hint: 'Bring one: covid-ct fetch, or the button on the release page.' });
      return openRelease(tree, { name: 'COVID-CT-Dataset' });
    },
  };
}

/** The releases that were made here (`covid-ct release new`), the newest version first. */
async function madePlaces(workspace: Workspace): Promise<Place[]> {
  const folder = workspace.path('releases');
  const names = (await ifThere(readdir(folder))) ?? [];
  const versions = names.filter((name) => /^\d+\.\d+\.\d+$/.test(name)).toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  const places = versions.map(async (version): Promise<Place[]> => {
    const path = join(folder, version);
    const document = z.object({ name: z.string() }).safeParse(await readFile(join(path, 'release.json'), 'utf8').then((text): unknown => JSON.parse(text), () => undefined));
    // A folder that something else left there is no release.
    return document.success ? [{ id: `release-${slug(version)}`, name: `${document.data.name} ${version}`, synthetic: false, commandArguments: ['--release', path], open: () => openRelease(path) }] : [];
  });
  return (await Promise.all(places)).flat();
}

/**
 * Opens the shelf: the releases given, the one that was fetched into the workspace, those that were made in it, and the synthetic sample.
 * @throws CovidCtError NOT_FOUND where a given release is not there
 */
export async function openShelf(workspace: Workspace, given: readonly string[]): Promise<Shelf> {
  for (const path of given) await access(path).catch((error: unknown) => { throw new CovidCtError('NOT_FOUND', `There is no release at ${path}.`, { hint: 'Name a folder, a .zip or a .csv.', cause: error }); });
  const places = given.map(givenPlace);
  let fetched = await fetchedPlace(workspace);
  let made = await madePlaces(workspace);
  const opened = new Map<string, Promise<IndexedRelease>>();
  const all = (): Place[] => {
    const list = [...places, ...(fetched === undefined ? [] : [fetched]), ...made, samplePlace];
    return list.filter((place, i) => list.findIndex(({ id }) => id === place.id) === i);
  };
  const close = async (id: string): Promise<void> => {
    const release = opened.get(id);
    opened.delete(id);
    await release?.then((one) => one.release.close()).catch(() => undefined);
  };
  return {
    list: async () => all().map(({ id, name, synthetic, commandArguments }) => ({ id, name, synthetic, commandArguments })),
    open: async (id) => {
      const known = opened.get(id);
      if (known !== undefined) return known;
      const place = all().find((one) => one.id === id);
      if (place === undefined) throw new CovidCtError('NOT_FOUND', `There is no release ${JSON.stringify(id)} on the shelf.`, { hint: `There are: ${all().map((one) => one.id).join(', ')}.` });
      const opening = place.open().then((release) => indexRelease(place, release));
      opened.set(id, opening);
      // A release that could not be opened is tried again the next time.
      opening.catch(() => opened.delete(id));
      return opening;
    },
    refresh: async () => {
      await close('workspace');
      fetched = await fetchedPlace(workspace);
      made = await madePlaces(workspace);
    },
    close: async () => void (await Promise.all([...opened.keys()].map(close))),
  };
}
