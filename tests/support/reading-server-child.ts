/** A process that serves a study's reading room on a port, for tests that kill it: node reading-server-child.ts FOLDER PORT */
import { startReadingServer } from '../../src/server/reading-server.ts';
import { openStudy } from '../../src/study/index.ts';

const [folder = '', port = '0'] = process.argv.slice(2);
const server = await startReadingServer({ study: await openStudy(folder), host: '127.0.0.1', port: Number(port), web: null, log: () => undefined });
process.stdout.write(`${server.port}\n`);
