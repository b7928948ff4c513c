import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CovidCtError } from '../base/index.ts';

const manifestSchema = z.strictObject({
  format: z.literal('covid-ct manifest'),
  version: z.literal(1),
  images: z.array(
    z.strictObject({
      /** `<label>/<name>`. */
      id: z.string(),
      /** Every copy that is accepted as this image: public copies differ in two of them. */
      accepted: z.array(z.strictObject({ size: z.int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })).min(1),
    }),
  ),
});

/** The published images as they are known: names, sizes and hashes, no pictures. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Reads a manifest. @throws CovidCtError BAD_RELEASE */
export function parseManifest(text: string, source: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new CovidCtError('BAD_RELEASE', `${source} is no manifest of a release.`, { hint: 'Make one with scripts/make-manifest.ts.', cause: error });
  }
}

/** The manifest that this project ships, of COVID-CT-Dataset's 746 images. */
export function readManifest(): Manifest {
  const path = fileURLToPath(new URL('manifest.json', import.meta.url));
  return parseManifest(readFileSync(path, 'utf8'), path);
}

/** Every accepted hash of every image of a manifest, by `<label>/<name>`. */
export function acceptedHashes(manifest: Manifest): ReadonlyMap<string, readonly string[]> {
  return new Map(manifest.images.map(({ id, accepted }) => [id, accepted.map((copy) => copy.sha256)]));
}
