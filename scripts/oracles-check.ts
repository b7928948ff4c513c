/**
 * Makes every recording of PyTorch's numbers again, and compares it with what tests/oracles/nn holds:
 *   PYTHON=/path/to/venv/bin/python npm run oracles:check [name…]
 * PyTorch is 5 GB, so the virtual environment is made by hand: pip install torch torchvision timm.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../tests/oracles/nn/', import.meta.url));
const python = process.env['PYTHON'] ?? 'python3';
const asked = process.argv.slice(2);

const torch = spawnSync(python, ['-c', 'import torch, torchvision, timm; print(torch.__version__)'], { encoding: 'utf8' });
if (torch.status !== 0) {
  const why = torch.error?.message ?? torch.stderr.trim().split('\n').at(-1) ?? '';
  console.error(`The oracles come from PyTorch, torchvision and timm, which ${python} does not have: ${why}`);
  console.error('Nothing was checked. Make a virtual environment with them and name it: PYTHON=/path/to/venv/bin/python npm run oracles:check');
  process.exit(4);
}

// A recording script is one that says so; the rest of the folder is what they share.
const scripts = readdirSync(folder)
  .filter((name) => name.endsWith('.py') && /\brecord\(\s*__file__/.test(readFileSync(join(folder, name), 'utf8')))
  .map((name) => basename(name, '.py'));
const unknown = asked.filter((name) => !scripts.includes(name));
if (unknown.length > 0 || scripts.length === 0) {
  console.error(`There is no oracle ${unknown.join(', ')}; there are ${scripts.join(', ')}.`);
  process.exit(2);
}
const chosen = scripts.filter((name) => asked.length === 0 || asked.includes(name));
console.log(`torch ${torch.stdout.trim()}, ${chosen.length} of ${scripts.length} oracles`);
const failed = chosen.filter((name) => spawnSync(python, [join(folder, `${name}.py`), '--check'], { stdio: 'inherit' }).status !== 0);
if (failed.length > 0) {
  console.error(`${failed.length} of ${chosen.length} oracles differ: ${failed.join(', ')}`);
  process.exit(1);
}
console.log(`All ${chosen.length} agree.`);
