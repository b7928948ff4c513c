import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const box = z.tuple([z.number().min(0), z.number().min(0), z.number().positive(), z.number().positive()]);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const figuresSchema = z.object({
  papers: z.record(
    z.string(),
    z.array(
      z.object({
        label: z.string(),
        kind: z.enum(['chest CT', 'radiograph', 'plot', 'diagram', 'photo', 'other']),
        composite: z.boolean(),
        parts: z.array(z.object({ page: z.int().positive(), box })).nonempty(),
        caption: z.object({ page: z.int().positive(), box, sha256, text: z.enum(['text', 'picture']) }),
        note: z.string().optional(),
      }),
    ),
  ),
});

const panelsSchema = z.object({
  composites: z.array(
    z.object({
      paper: z.string(),
      page: z.int().positive(),
      figure: z.string(),
      object: z.int().positive(),
      width: z.int().positive(),
      height: z.int().positive(),
      panels: z.array(z.object({ box, kind: z.string() })).nonempty(),
    }),
  ),
});

const captionsSchema = z.object({
  captions: z.array(
    z.object({
      sha256,
      source: z.enum(['workbook', 'figure', 'table']),
      paper: z.string(),
      paperOnCovid: z.boolean(),
      heldOut: z.boolean(),
      chestCt: z.boolean(),
      covidAbnormality: z.boolean(),
      figure: z.string().optional(),
      table: z.string().optional(),
      implied: z.boolean().optional(),
      note: z.string().optional(),
      doubt: z.string().optional(),
    }),
  ),
});

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../truth/papers/${name}`, import.meta.url), 'utf8'));

/** A figure of a paper, as seen on its rendered pages. */
export type TrueFigure = z.infer<typeof figuresSchema>['papers'][string][number];

/** A picture of CT panels with their boxes. */
export type TrueComposite = z.infer<typeof panelsSchema>['composites'][number];

/** A caption as labelled by hand. */
export type TrueCaption = z.infer<typeof captionsSchema>['captions'][number];

/** Figures by file name; tests/truth/papers/README.md says how they were made. */
export function readTrueFigures(): ReadonlyMap<string, readonly TrueFigure[]> {
  return new Map(Object.entries(figuresSchema.parse(read('figures.json')).papers));
}

/** Boxes of panels, in pixels of their embedded pictures. */
export function readTruePanels(): readonly TrueComposite[] {
  return panelsSchema.parse(read('panels.json')).composites;
}

/** Labels of captions, by the hash of their letters and digits. */
export function readTrueCaptions(): readonly TrueCaption[] {
  return captionsSchema.parse(read('captions.json')).captions;
}

/** The hash by which the truth knows a caption: SHA-256 of its letters and digits (NFKC, lower case). */
export function captionHash(caption: string): string {
  const letters = caption.normalize('NFKC').toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
  return createHash('sha256').update(letters).digest('hex');
}

/** Whether a paper's captions are kept for the measurement. */
export function isHeldOut(paper: string): boolean {
  return ((createHash('sha256').update(`papers/captions/1:${paper}`).digest()[0] ?? 0) & 1) === 1;
}
