import type { CommandRegistration } from '../command.ts';
import { auditCommand } from './audit.ts';
import { card } from './card.ts';
import { cite } from './cite.ts';
import { correct } from './correct.ts';
import { exportCommand } from './export.ts';
import { fetchCommand } from './fetch.ts';
import { listCommand } from './list.ts';
import { split } from './split.ts';
import { startCommand } from './start.ts';
import { statsCommand } from './stats.ts';
import { verifyCommand } from './verify.ts';

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly CommandRegistration[] = [
  auditCommand,
  card,
  cite,
  correct,
  exportCommand,
  fetchCommand,
  listCommand,
  split,
  startCommand,
  statsCommand,
  verifyCommand,
];
