/**
 * Where long work says how far it is. `done` and `total` count the same thing (images, bytes, pairs); `detail` is what else
 * is to be seen beside the bar, such as a loss.
 */
export interface Progress {
  (step: { readonly label: string; readonly done: number; readonly total: number; readonly detail?: string }): void;
}

/** Says nothing. */
export const noProgress: Progress = () => {};

/** Seconds as a person reads them: `8 s`, `2 min 05 s`, `1 h 12 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** Bytes as a person reads them, in powers of 1,000: `62.3 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[unit]}`;
}

/**
 * A progress bar with time left, on a terminal only: where the stream is no terminal (a pipe, CI) it says nothing.
 * The line is redrawn at most ten times a second and wiped at the end of each label.
 */
export function terminalProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return noProgress;
  let label = '';
  let started = 0;
  let drawn = 0;
  return (step) => {
    const now = performance.now();
    if (step.label !== label) {
      label = step.label;
      started = now;
      drawn = 0;
    }
    const finished = step.done >= step.total;
    if (!finished && now - drawn < 100) return;
    drawn = now;
    if (finished) {
      stream.write('\r\x1b[K');
      label = '';
      return;
    }
    const share = step.total > 0 ? step.done / step.total : 0;
    const left = share > 0.02 ? `, ${formatDuration(((now - started) / 1000) * (1 / share - 1))} left` : '';
    const width = Math.max(10, Math.min(30, (stream.columns ?? 80) - step.label.length - (step.detail?.length ?? 0) - 34));
    const filled = Math.round(share * width);
    const detail = step.detail === undefined ? '' : `, ${step.detail}`;
    const line = `${step.label} [${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${Math.floor(share * 100)} %${left}${detail}`;
    stream.write(`\r${line.slice(0, (stream.columns ?? 80) - 1)}\x1b[K`);
  };
}
