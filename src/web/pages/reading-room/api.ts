import type { InferResponseType } from 'hono/client';
import { client, read } from '../../app/client.ts';

const room = client.api.reading[':study'][':token'];

/** What the server says of a reader. */
export type View = InferResponseType<typeof room.$get, 200>;
/** One case. */
export type Reading = NonNullable<View['reading']>;
/** The link that a reader came in by. */
export interface ReaderLink {
  readonly study: string;
  readonly token: string;
}
/** A place that a reader marked. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly slice: number;
}
/** What a reader says of a case. */
export interface Answer {
  readonly rating: number;
  readonly answers: Record<string, string>;
  readonly marks: Mark[];
  readonly milliseconds: number;
}

export const fetchView = (param: ReaderLink): Promise<View> => read(room.$get({ param: { ...param } }));
export const sendScreen = (param: ReaderLink, json: { readonly width: number; readonly height: number; readonly wedge: boolean; readonly room: boolean }) => read(room.screen.$post({ param: { ...param }, json }));
export const sendPause = (param: ReaderLink) => read(room.pause.$post({ param: { ...param } }));
export const sendAnswer = (param: ReaderLink, id: string, json: Answer) => read(room.readings[':id'].$post({ param: { ...param, id }, json }));

/** The samples of one frame. */
export async function fetchFrame({ study, token }: ReaderLink, id: string, slice: number, bytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(`/api/reading/${encodeURIComponent(study)}/${encodeURIComponent(token)}/readings/${id}/frames/${slice}`, { signal, cache: 'no-store' });
  if (!response.ok) throw new Error(`The picture could not be loaded (${response.status}).`);
  const frame = new Uint8Array(await response.arrayBuffer());
  if (frame.byteLength !== bytes) throw new Error('The picture came incomplete.');
  return frame;
}
