import { listStudies, openStudy, studyFolder, type Study } from '../../study/index.ts';
import type { Workspace } from '../../base/index.ts';

/** The workspace's studies, opened when they are first asked for: plan and key never change, and records are read anew. */
export interface OpenStudies {
  /** @throws CovidCtError NOT_FOUND or BAD_INPUT */
  get(id: string): Promise<Study>;
  list(): ReturnType<typeof listStudies>;
}

/** Opens the studies of a workspace. @param only the one study that is served, where it is not the whole workspace */
export function openStudies(workspace: Workspace, only?: Study): OpenStudies {
  const opened = new Map<string, Promise<Study>>();
  return {
    get(id) {
      if (only !== undefined && id === only.plan.id) return Promise.resolve(only);
      const known = opened.get(id);
      if (known !== undefined) return known;
      const opening = openStudy(studyFolder(workspace, id));
      opened.set(id, opening);
      // One that could not be opened may be there later.
      opening.catch(() => opened.delete(id));
      return opening;
    },
    list: () => listStudies(workspace),
  };
}
