/** From one look to the next, no more than this counts, in milliseconds: whoever looks late stood still (stopped, or the machine asleep). */
const mostBetween = 2000;

/**
 * Measures time during which this process ran: what it slept or was stopped is no fault of the one that it waits for, which mostly slept with it.
 * @returns call it every so often with a clock's milliseconds; gives the milliseconds awake since the first call
 */
export function awakeTime(): (now: number) => number {
  let before: number | undefined;
  let sum = 0;
  return (now) => {
    sum += Math.min(mostBetween, now - (before ?? now));
    before = now;
    return sum;
  };
}
