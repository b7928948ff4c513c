import type { ReaderView, Receipt } from '../../src/study/index.ts';

/** An answer of the server, as it came. */
export interface Heard {
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A reader's browser, so far as a server can tell: it keeps all that it was sent. */
export function readingClient(address: string, study: string, token: string) {
  const heard: Heard[] = [];
  const base = `/api/reading/${study}/${token}`;
  const ask = async (path: string, body?: unknown): Promise<Heard> => {
    const response = await fetch(`${address}${path}`, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const answer = { path, status: response.status, headers: Object.fromEntries(response.headers), body: new Uint8Array(await response.arrayBuffer()) };
    heard.push(answer);
    return answer;
  };
  const json = <T>({ status, body }: Heard): T => {
    const text = new TextDecoder().decode(body);
    if (status !== 200) throw new Error(`${status}: ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    heard,
    ask,
    view: async () => json<ReaderView>(await ask(base)),
    declare: async () => json(await ask(`${base}/screen`, { width: 1920, height: 1080, wedge: true, room: true })),
    frame: (id: string, slice: number) => ask(`${base}/readings/${id}/frames/${slice}`),
    confirm: async (id: string, answer: unknown) => json<Receipt>(await ask(`${base}/readings/${id}`, answer)),
  };
}
