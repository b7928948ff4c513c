import { readFileSync } from 'node:fs';
import { z } from 'zod';

const outlinesSchema = z.object({
  pictures: z.array(
    z.object({
      name: z.string(),
      half: z.enum(['tuning', 'held-out']),
      /** Polygons, in per cent of the picture's width and height. */
      lungs: z.array(z.array(z.tuple([z.number().min(0).max(100), z.number().min(0).max(100)])).min(3)),
      note: z.string().optional(),
    }),
  ),
});

/** The lungs of a picture, as outlined by hand in tests/truth/lungs. */
export type LungOutline = z.infer<typeof outlinesSchema>['pictures'][number];

/** The outlines of tests/truth/lungs, in the order of the draw; the release's names are `COVID/x.png`, LUNA16's are file names. */
export function readLungOutlines(): readonly LungOutline[] {
  const text = readFileSync(new URL('../truth/lungs/outlines.json', import.meta.url), 'utf8');
  return outlinesSchema.parse(JSON.parse(text)).pictures;
}

/** The outlines as a mask, `[height * width]`, 1 where a pixel's centre lies in a lung. */
export function outlineMask({ lungs }: LungOutline, width: number, height: number): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const lung of lungs) {
    for (let y = 0; y < height; y++) {
      const centre = ((y + 0.5) / height) * 100;
      const crossings = lung
        .flatMap(([x0, y0], i) => {
          const [x1, y1] = lung[(i + 1) % lung.length] ?? [x0, y0];
          return y0 <= centre === y1 <= centre ? [] : [((x0 + ((centre - y0) / (y1 - y0)) * (x1 - x0)) / 100) * width];
        })
        .toSorted((a, b) => a - b);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const from = Math.max(0, Math.ceil((crossings[i] ?? 0) - 0.5));
        const to = Math.min(width, Math.ceil((crossings[i + 1] ?? 0) - 0.5));
        mask.fill(1, y * width + from, y * width + Math.max(from, to));
      }
    }
  }
  return mask;
}
