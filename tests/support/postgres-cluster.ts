import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Where Debian's PostgreSQL keeps its programs, the newest version first; `undefined` where there is none. */
export function postgresPrograms(): string | undefined {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return undefined;
  const versions = readdirSync(root).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(root, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')));
}

/** A PostgreSQL server of its own, on loopback, gone when it is closed. */
export interface PostgresCluster {
  readonly url: string;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Makes a cluster in a temporary folder and starts it. PostgreSQL refuses to run as root: then it runs as Debian's user `postgres`. */
export async function startPostgres(programs: string): Promise<PostgresCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'covid-ct-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const who = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (who.uid !== undefined) await chown(folder, who.uid, who.gid);
  const data = join(folder, 'data');
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'covid_ct', '-A', 'trust', '-N', '--no-locale', '-E', 'UTF8'], { ...who, cwd: folder, stdio: 'ignore' });
  const port = await freePort();
  const server = spawn(join(programs, 'postgres'), ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-F'], { ...who, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const deadline = Date.now() + 60_000;
  while (!said.includes('ready to accept connections')) {
    if (server.exitCode !== null || Date.now() > deadline) throw new Error(`PostgreSQL does not start: ${said}`);
    await delay(50);
  }
  return {
    url: `postgresql://covid_ct@127.0.0.1:${port}/postgres`,
    async close() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
