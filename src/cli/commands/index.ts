import type { CommandRegistration } from '../command.ts';
import { card } from './card.ts';
import { cite } from './cite.ts';
import { exportCommand } from './export.ts';
import { fetchCommand } from './fetch.ts';
import { split } from './split.ts';

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly CommandRegistration[] = [
  card,
  cite,
  exportCommand,
  fetchCommand,
  split,
];
