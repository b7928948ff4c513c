import type { CommandRegistration } from '../command.ts';
import { fetchCommand } from './fetch.ts';
import { listCommand } from './list.ts';
import { startCommand } from './start.ts';
import { statsCommand } from './stats.ts';
import { verifyCommand } from './verify.ts';

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly CommandRegistration[] = [
  fetchCommand,
  listCommand,
  startCommand,
  statsCommand,
  verifyCommand,
];
