import { hc, type ClientResponse } from 'hono/client';
import type { Api, Problem } from '../../server/client-types.ts';

/** The server's API, typed by the server. */
export const client = hc<Api>('/');

/** What the server refused, and why. */
export class ServerProblem extends Error {
  override readonly name = 'ServerProblem';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const unreachable: Problem = { type: 'about:blank', title: 'No answer', status: 0, detail: 'The workbench’s server does not answer.', code: 'NETWORK', hint: 'Is `npm start` still running in its terminal?' };

/** The problem that an answer holds, whatever stands between. */
export async function problemOf(response: Pick<Response, 'status' | 'json'>): Promise<ServerProblem> {
  try {
    const problem = (await response.json()) as Problem;
    if (typeof problem.detail === 'string') return new ServerProblem(problem);
  } catch {
    // No problem document: told by its status below.
  }
  return new ServerProblem({ ...unreachable, status: response.status, title: 'Server error', detail: `The server answered ${response.status}.` });
}

/** The JSON of an answer. @throws ServerProblem for whatever else was answered, or where nothing was */
export async function read<T>(request: Promise<ClientResponse<T, number, 'json'>>): Promise<T> {
  const response = await request.catch(() => {
    throw new ServerProblem(unreachable);
  });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}
