import type { CommandRegistration } from '../command.ts';

/**
 * Every command by its name, in the order in which `--help` lists them. Each is loaded when it is asked for: loading
 * them all takes longer than most of them run.
 */
export const commands: Readonly<Record<string, () => Promise<CommandRegistration>>> = {
  audit: async () => (await import('./audit.ts')).auditCommand,
  board: async () => (await import('./board.ts')).boardCommand,
  card: async () => (await import('./card.ts')).card,
  cite: async () => (await import('./cite.ts')).cite,
  compare: async () => (await import('./compare.ts')).compareCommand,
  contribute: async () => (await import('./contribute.ts')).contributeCommand,
  controls: async () => (await import('./controls.ts')).controlsCommand,
  correct: async () => (await import('./correct.ts')).correct,
  discover: async () => (await import('./discover.ts')).discoverCommand,
  evaluate: async () => (await import('./evaluate.ts')).evaluateCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  extract: async () => (await import('./extract.ts')).extractCommand,
  fetch: async () => (await import('./fetch.ts')).fetchCommand,
  list: async () => (await import('./list.ts')).listCommand,
  models: async () => (await import('./models.ts')).modelsCommand,
  predict: async () => (await import('./predict.ts')).predictCommand,
  pretrain: async () => (await import('./pretrain.ts')).pretrainCommand,
  receive: async () => (await import('./receive.ts')).receiveCommand,
  release: async () => (await import('./release.ts')).releaseCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  review: async () => (await import('./review.ts')).reviewCommand,
  reviewer: async () => (await import('./reviewer.ts')).reviewerCommand,
  robustness: async () => (await import('./robustness.ts')).robustnessCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  similar: async () => (await import('./similar.ts')).similarCommand,
  slices: async () => (await import('./slices.ts')).slicesCommand,
  split: async () => (await import('./split.ts')).split,
  start: async () => (await import('./start.ts')).startCommand,
  stats: async () => (await import('./stats.ts')).statsCommand,
  study: async () => (await import('./study.ts')).studyCommand,
  submit: async () => (await import('./submit.ts')).submitCommand,
  train: async () => (await import('./train.ts')).trainCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
};
