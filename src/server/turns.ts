/**
 * Lets work begin in the order in which it came, one piece a round of the event loop.
 *
 * In one round Node answers every connection that has sent something, but accepts only one that is new (libuv, `uv__server_io`). Where
 * many ask at once, those who already talk would be answered again and again before the last of the new ones is heard at all: with 50
 * at once the slowest answers took ten times the median. One answer a round lets a new connection in with every answer.
 */
export function inTurns(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const next = (): void => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(next);
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(next);
    });
}
