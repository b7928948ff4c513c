import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('oracles:check without PyTorch says what is missing, that nothing was checked, and what to do', () => {
  const script = fileURLToPath(new URL('../../scripts/oracles-check.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', env: { ...process.env, PYTHON: '/no/such/python' } });
  expect(status).toBe(4);
  expect(stdout).toBe('');
  expect(stderr).toContain('/no/such/python does not have');
  expect(stderr).toContain('Nothing was checked');
  expect(stderr).toContain('PYTHON=');
});
