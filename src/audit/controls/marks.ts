import { patchesOf, type Patch, type Picture } from '../../imaging/index.ts';
import type { Control, ControlInput } from './types.ts';

/** Whether a patch has the size of a letter or an arrow: 2 to 15 % of the height, not a hair, not a block of tissue. */
function isMark(patch: Patch, width: number, height: number): boolean {
  const wide = patch.right - patch.left;
  const high = patch.bottom - patch.top;
  const shorter = Math.min(width, height);
  const size = Math.max(wide, high);
  const filled = patch.area / (wide * high);
  return size >= Math.max(5, 0.02 * shorter) && size <= 0.15 * shorter && Math.min(wide, high) >= 2 && filled > 0.2;
}

/** White patches: printed letters and arrows are flat white; bone and contrast seldom reach the last levels over a patch. */
function whitePatches(gray: Picture): Patch[] {
  const mask = new Uint8Array(gray.width * gray.height);
  for (let i = 0; i < mask.length; i++) mask[i] = (gray.data[i] as number) >= 245 ? 1 : 0;
  return patchesOf(mask, gray.width, gray.height).filter((patch) => isMark(patch, gray.width, gray.height));
}

function colouredPatches(picture: Picture): Patch[] {
  const { width, height, channels, data } = picture;
  if (channels === 1) return [];
  const mask = new Uint8Array(width * height);
  let any = false;
  for (let pixel = 0, at = 0; pixel < mask.length; pixel++, at += channels) {
    const r = data[at] as number;
    const g = data[at + 1] as number;
    const b = data[at + 2] as number;
    if (Math.max(r, g, b) - Math.min(r, g, b) > 80) {
      mask[pixel] = 1;
      any = true;
    }
  }
  return any ? patchesOf(mask, width, height).filter((patch) => isMark(patch, width, height)) : [];
}

/** Letters and arrows of a picture, as far as they are flat white or coloured patches of their size. */
export function findMarks({ picture, gray }: Pick<ControlInput, 'picture' | 'gray'>): { readonly white: readonly Patch[]; readonly coloured: readonly Patch[] } {
  return { white: whitePatches(gray), coloured: colouredPatches(picture) };
}

/** What is written and drawn on a picture: counts and areas of letter-sized patches, by place. */
function measureMarks(input: ControlInput): number[] {
  const { width, height } = input.gray;
  const { white, coloured } = findMarks(input);
  const place = (patch: Patch) => ({ x: (patch.left + patch.right) / 2 / width, y: (patch.top + patch.bottom) / 2 / height });
  const corner = (right: boolean, bottom: boolean) =>
    white.filter((patch) => {
      const { x, y } = place(patch);
      return (right ? x > 0.75 : x < 0.25) && (bottom ? y > 0.75 : y < 0.25);
    }).length;
  const centre = white.filter((patch) => Math.abs(place(patch).x - 0.5) < 0.3 && Math.abs(place(patch).y - 0.5) < 0.3).length;
  const area = (patches: readonly Patch[]) => patches.reduce((sum, patch) => sum + patch.area, 0) / (width * height);
  return [white.length, area(white), corner(false, false), corner(true, false), corner(false, true), corner(true, true), centre, coloured.length, area(coloured)];
}

/** Letters and arrows alone, found as flat white or coloured patches of their size. */
export const marksControl: Control = {
  name: 'marks',
  title: 'Burned-in letters and arrows alone: white or coloured patches of their size',
  code: 'SHORTCUT_MARKS',
  features: ['white patches', 'white area', 'top left', 'top right', 'bottom left', 'bottom right', 'centre', 'coloured patches', 'coloured area'],
  extract: measureMarks,
};
