import { defineCommand } from '../command.ts';
import { runServer, serveOptions } from './serve.ts';

/** `covid-ct start`, which `npm start` runs: builds the page where the sources are newer, then serves. */
export const startCommand = defineCommand({
  command: 'start',
  describe: 'As serve; in a checkout the page is built first where it is not',
  examples: [
    ['npm start', 'the synthetic sample, on http://127.0.0.1:4180'],
    ['npm start -- --release ~/COVID-CT', 'the real release'],
  ],
  options: serveOptions,
  run: async (args, context) => {
    const { buildWebIfNeeded } = await import('../build-web.ts');
    await buildWebIfNeeded((text) => context.note(text));
    return runServer(args, context);
  },
});
