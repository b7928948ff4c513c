#!/usr/bin/env node
// In a checkout the sources run as they are (Node 26 strips their types); an installed package holds the built files.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const source = new URL('../src/cli/main.ts', import.meta.url);
const built = new URL('../dist/cli/main.js', import.meta.url);
const inCheckout = existsSync(fileURLToPath(source));
const major = Number(process.versions.node.split('.')[0]);
if (inCheckout && major < 24) {
  process.stderr.write(
    `covid-ct's sources need Node 24 or newer, and this is ${process.version}. Run "npm install", then "npx covid-ct …":\nnpx finds the Node that the checkout brings along.\n`,
  );
  process.exit(4);
}
// Whoever reads what is printed may stop early, as `head` does; that is no failure of ours.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
// Keeps stripped and compiled modules between runs: starting takes half the time. Node 20 has none.
module.enableCompileCache?.();
const { main } = await import((inCheckout ? source : built).href);
process.exitCode = await main(process.argv.slice(2));
