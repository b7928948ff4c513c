import type { CommandRegistration } from '../command.ts';
import { auditCommand } from './audit.ts';
import { fetchCommand } from './fetch.ts';

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly CommandRegistration[] = [
  auditCommand,
  fetchCommand,
];
