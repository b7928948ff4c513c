import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { client, read, ServerProblem } from '../../app/client.ts';
import { emptyDraft, newCase, newDraftId, uploadPicture, type Draft, type DraftCase, type DraftCheck } from './draft.ts';

const drafts = client.api.releases[':release'].drafts[':draft'];

/** A file that was refused: it was not kept, and nothing of it but its name is shown. */
export interface RefusedFile {
  readonly name: string;
  readonly problem: unknown;
}

/** A contribution that is being typed: kept by the server as one types, and checked. */
export interface OpenDraft {
  readonly draft: Draft;
  readonly check: DraftCheck | undefined;
  /** Whether what is seen is not yet what was checked. */
  readonly checking: boolean;
  readonly fault: unknown;
  readonly refused: readonly RefusedFile[];
  /** Names of the files that are being sent. */
  readonly sending: readonly string[];
  /** What the files are called on this machine; the server is not told. */
  readonly names: ReadonlyMap<string, string>;
  change(part: Partial<Draft>): void;
  changeCase(index: number, part: Partial<DraftCase>): void;
  add(files: readonly File[]): void;
  removeCase(index: number): void;
  forgetRefused(): void;
  discard(): Promise<void>;
}

/** A moment after the last key. */
const pause = 350;
/** Until pictures that are still being looked at are asked for again. */
const again = 1500;

/** Opens the draft of the address, or a new one with the first picture. @param setDraft puts its id into the address */
export function useDraft(release: string, id: string, setDraft: (id: string) => void): OpenDraft {
  const queries = useQueryClient();
  const [draft, setValue] = useState<Draft>(emptyDraft);
  const [check, setCheck] = useState<DraftCheck>();
  const [checking, setChecking] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const [refused, setRefused] = useState<readonly RefusedFile[]>([]);
  const [sending, setSending] = useState<readonly string[]>([]);
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const current = useRef(draft);
  const place = useRef(id);
  const loaded = useRef('');
  const edits = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const save = useCallback(async function saveAndCheck(): Promise<void> {
    if (place.current === '') return;
    const edit = edits.current;
    try {
      const found = await read(drafts.$put({ param: { release, draft: place.current }, json: current.current }));
      // What was typed meanwhile is on its way.
      if (edit !== edits.current) return;
      setCheck(found);
      setFault(undefined);
      setChecking(!found.complete);
      if (!found.complete) timer.current = setTimeout(() => void saveAndCheck(), again);
    } catch (error) {
      setFault(error);
      setChecking(false);
    }
  }, [release]);
  const put = useCallback((next: Draft): void => {
    current.current = next;
    setValue(next);
    edits.current += 1;
    if (place.current === '') {
      // The first word, or the first picture: from here on there is something to keep.
      place.current = newDraftId();
      loaded.current = place.current;
      setDraft(place.current);
    }
    setChecking(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void save(), pause);
  }, [save, setDraft]);

  useEffect(() => {
    if (id === loaded.current) return;
    place.current = id;
    loaded.current = id;
    current.current = emptyDraft;
    setValue(emptyDraft);
    setCheck(undefined);
    setFault(undefined);
    if (id === '') return;
    read(drafts.$get({ param: { release, draft: id } })).then((found) => put(found), (error: unknown) => {
      // One that is gone was submitted or discarded: its address begins a new one.
      if (error instanceof ServerProblem && error.problem.status === 404) return;
      setFault(error);
    });
  }, [id, release, put]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const add = useCallback((files: readonly File[]): void => {
    const send = async (): Promise<void> => {
      if (place.current === '') put(current.current);
      setSending((before) => [...before, ...files.map(({ name }) => name)]);
      for (const file of files) {
        try {
          const { file: kept } = await uploadPicture(release, place.current, file);
          setNames((before) => new Map(before).set(kept, file.name));
          put({ ...current.current, cases: [...current.current.cases, newCase(kept, current.current.cases.at(-1))] });
        } catch (problem) {
          setRefused((before) => [...before, { name: file.name, problem }]);
        }
        setSending((before) => before.slice(1));
      }
    };
    void send();
  }, [put, release]);
  return {
    draft, check, checking, fault, refused, sending, names, add,
    change: (part) => put({ ...current.current, ...part }),
    changeCase: (index, part) => put({ ...current.current, cases: current.current.cases.map((one, i) => (i === index ? { ...one, ...part } : one)) }),
    removeCase: (index) => {
      const gone = current.current.cases[index];
      put({ ...current.current, cases: current.current.cases.filter((_, i) => i !== index) });
      if (gone !== undefined) void read(drafts.picture.$delete({ param: { release, draft: place.current }, query: { file: gone.file } })).catch(setFault);
    },
    forgetRefused: () => setRefused([]),
    discard: async () => {
      clearTimeout(timer.current);
      if (place.current !== '') await read(drafts.$delete({ param: { release, draft: place.current } }));
      await queries.invalidateQueries({ queryKey: ['contributions'] });
      setDraft('');
    },
  };
}
