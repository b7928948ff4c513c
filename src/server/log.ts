/** Something that whoever runs the server may want to read later. */
export interface LogEntry {
  readonly level: 'note' | 'warning' | 'error';
  readonly what: string;
  readonly error?: unknown;
}

/** Writes entries down. */
export type Log = (entry: LogEntry) => void;

/** Control characters of names and addresses that came from outside would forge lines. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ').slice(0, 500);

/** A log of one line an entry on a stream; a stack only of errors of the server's own. */
export function streamLog(stream: { write(text: string): unknown }): Log {
  return ({ level, what, error }) => {
    const cause = error instanceof Error ? `: ${printable(error.message)}` : '';
    stream.write(`${new Date().toISOString()} ${level} ${printable(what)}${cause}\n`);
    if (level === 'error' && error instanceof Error && error.stack !== undefined) stream.write(`${error.stack.split('\n').slice(1, 6).map((line) => `    ${printable(line.trim())}`).join('\n')}\n`);
  };
}
