/** Builds `dist/`: JavaScript and declarations, since Node strips no types under node_modules. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
rmSync(`${root}/dist`, { recursive: true, force: true });
execFileSync(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '-p', `${root}/tsconfig.build.json`], { stdio: 'inherit' });
// Data that the code reads beside itself.
for (const file of ['release/manifest.json', 'release/caption-rules/covid-19.json']) copyFileSync(`${root}/src/${file}`, `${root}/dist/${file}`);
// The workbench's page.
execFileSync(process.execPath, [`${root}/scripts/build-web.ts`], { stdio: 'inherit' });
