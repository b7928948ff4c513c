/** A connected patch of marked pixels. */
export interface Patch {
  readonly area: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Patches of a mask, 8-connected, by flood fill.
 * @param mask `[height * width]`, 1 where marked; it is used up
 */
export function patchesOf(mask: Uint8Array, width: number, height: number): Patch[] {
  const patches: Patch[] = [];
  const stack: number[] = [];
  for (let seed = 0; seed < mask.length; seed++) {
    if (mask[seed] !== 1) continue;
    mask[seed] = 0;
    stack.push(seed);
    let area = 0;
    let left = width;
    let right = -1;
    let top = height;
    let bottom = -1;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      const y = (at - x) / width;
      area += 1;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (mask[next] === 1) {
            mask[next] = 0;
            stack.push(next);
          }
        }
      }
    }
    patches.push({ area, left, top, right: right + 1, bottom: bottom + 1 });
  }
  return patches;
}
