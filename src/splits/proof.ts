import type { LeftOut, Proof, ProofLine, Ties, TrackImage } from './types.ts';

/**
 * Checks, key by key, that no patient, paper, figure, duplicate or corrected group is in two parts, and that every image
 * of the release is in exactly one part or left out. It looks at the ties themselves, not at how the groups were made.
 */
export function prove(allIds: readonly string[], images: readonly TrackImage[], leftOut: readonly LeftOut[], ties: Ties): Proof {
  const partsOf = new Map<string, Set<string>>();
  for (const { image, part } of images) partsOf.set(image.id, (partsOf.get(image.id) ?? new Set()).add(part));
  const lines = [...ties].map(([kind, keys]): ProofLine => {
    const present = [...keys].map(([key, ids]) => ({ key, images: ids.filter((id) => partsOf.has(id)) })).filter((entry) => entry.images.length > 0);
    return {
      kind,
      keys: present.length,
      shared: present.filter((entry) => entry.images.length > 1).length,
      straddling: present.flatMap((entry) => {
        const parts = [...new Set(entry.images.flatMap((id) => [...(partsOf.get(id) ?? [])]))];
        return parts.length > 1 ? [{ ...entry, parts }] : [];
      }),
    };
  });
  const places = [...images.map(({ image }) => image.id), ...leftOut.map(({ id }) => id)];
  const once = new Set(places);
  const complete = places.length === once.size && allIds.length === once.size && allIds.every((id) => once.has(id));
  return { holds: complete && lines.every((line) => line.straddling.length === 0), lines, complete };
}
