import type { StatisticPort } from '../compile/program.ts';

/**
 * Moves running statistics by those of a batch, in place: running ← (1 − momentum) · running + momentum · factor · batch.
 * @param state by name; has every buffer
 * @param batch by buffer
 */
export function moveStatistics(ports: readonly StatisticPort[], state: ReadonlyMap<string, Float32Array<ArrayBuffer>>, batch: ReadonlyMap<string, Float32Array<ArrayBuffer>>): void {
  for (const { buffer, momentum, factor } of ports) {
    const running = state.get(buffer);
    const statistic = batch.get(buffer);
    if (running === undefined || statistic === undefined) continue;
    for (let i = 0; i < running.length; i++) running[i] = (1 - momentum) * (running[i] as number) + momentum * factor * (statistic[i] as number);
  }
}
