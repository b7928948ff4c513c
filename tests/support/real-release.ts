import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

/** Where the real inputs stand, beside the checkout; `COVID_CT_SHARED` names another place. */
export const sharedFolder = process.env['COVID_CT_SHARED'] ?? fileURLToPath(new URL('../../../shared/', import.meta.url));

const parts = {
  release: 'data/covid-ct',
  luna: 'data/luna16/LUNA_256.zip',
  papers: 'data/papers',
  weights: 'models/efficientnet_lite0-imagenet1k.safetensors',
} as const;

/** The path of a real input. */
export function realPath(part: keyof typeof parts): string {
  return `${sharedFolder.replace(/\/$/, '')}/${parts[part]}`;
}

/** A suite that needs real inputs: it runs where they are, and is skipped, under a name that says so, where not. */
export function describeReal(name: string, needs: readonly (keyof typeof parts)[], suite: () => void): void {
  const missing = needs.filter((part) => !existsSync(realPath(part)));
  const title = missing.length === 0 ? name : `${name} (needs ../shared/${missing.map((part) => parts[part]).join(', ../shared/')})`;
  describe.skipIf(missing.length > 0)(title, suite);
}
