import type { CommandRegistration } from '../command.ts';
import { fetchCommand } from './fetch.ts';

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly CommandRegistration[] = [
  fetchCommand,
];
