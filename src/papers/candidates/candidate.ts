import { z } from 'zod';

/** `[x, y, width, height]`. */
const boxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** A whole picture of a figure: the SHA-256 of its PNG, and its size in pixels. */
export const wholeSchema = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), width: z.int().positive(), height: z.int().positive() });

/** A page, drawn to be looked at: an object of the workspace. Sizes are the page's, in points. */
export const pageViewSchema = z.strictObject({ page: z.int().min(0), width: z.number(), height: z.number(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** See {@link pageViewSchema}. */
export type PageView = z.infer<typeof pageViewSchema>;

/** How sure each judge is, 0 to 1, by its name: `chestCt` and `finding` of the caption, `panels` of the cuts, `ctLike` of the pixels. */
const scoresSchema = z.record(z.string(), z.number().min(0).max(1));

/** Where pixels come from: kept in the PDF, put together from strips, drawn anew (vector figures), or a file beside the text. */
export const pictureSources = ['embedded', 'stitched', 'rendered', 'file'] as const;

/** A picture of a paper, or one panel of it, before anybody looked at it. A field that is not known is `null`. */
export const candidateSchema = z.strictObject({
  /** The paper's stem, with which its files' names begin: `2020.02.17.20024018`. */
  paper: z.string().min(1),
  doi: z.string().nullable(),
  /** 0-based, as in the name. */
  page: z.int().min(0),
  /** Number of the PDF object that holds the picture; of a stitched one, the first strip's. */
  xref: z.int().positive().nullable(),
  /** As its caption has it: `2`, `S3`. */
  figure: z.string().nullable(),
  /** The figure's whole caption, its label included. */
  caption: z.string().nullable(),
  /** Where the panel lies in the picture, in its native pixels; the whole picture where it is no composite. */
  panel: boxSchema.refine(([x, y, width, height]) => [x, y, width, height].every(Number.isInteger) && x >= 0 && y >= 0 && width > 0 && height > 0),
  /** The picture that `panel` lies in, as an object of the workspace: the panel itself where that is the whole. */
  whole: wholeSchema.optional(),
  /** The PNG's name in the release's grammar. */
  file: z.string().regex(/\.png$/),
  selected: z.boolean(),
  /** Sentences for a person. */
  reasons: z.array(z.string()),
  scores: scoresSchema,
  /** Letters of the panel, where the caption names them, and what it says of them, its lead included. */
  letters: z.array(z.string()),
  panelCaption: z.string().nullable(),
  source: z.enum(pictureSources),
  /** All objects of a stitched picture, in their order. */
  objects: z.array(z.int().positive()),
  /** SPDX identifier or address, as the paper's server states it. */
  licence: z.string().nullable(),
  /** SHA-256 of the PNG: its name in the workspace's object store. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  width: z.int().positive(),
  height: z.int().positive(),
});

/** See {@link candidateSchema}. */
export type Candidate = z.infer<typeof candidateSchema>;

/** A figure, with or without a caption, of which candidates may be cut. */
export const extractedFigureSchema = z.strictObject({
  paper: z.string(),
  figure: z.string().nullable(),
  caption: z.string().nullable(),
  /** Where the caption stands: 0-based page, box in points from the page's top left corner. */
  captionPage: z.int().min(0).nullable(),
  captionBox: boxSchema.nullable(),
  kind: z.enum(['pictures', 'drawn', 'scan', 'missing']),
  /** Where the figure stands: in points from the page's top left corner. */
  parts: z.array(z.strictObject({ page: z.int().min(0), box: boxSchema })),
  /** Numbers of its pictures' objects, by picture. */
  objects: z.array(z.array(z.int())),
  selected: z.boolean(),
  reasons: z.array(z.string()),
  scores: scoresSchema,
});

/** See {@link extractedFigureSchema}. */
export type ExtractedFigure = z.infer<typeof extractedFigureSchema>;

/** How the reading of one paper ended. */
export const paperStatuses = [
  'read',
  /** Some pages could not be read. */
  'partly read',
  'empty',
  'not a PDF',
  'encrypted',
  'broken',
  'too slow',
  'too much memory',
  'crashed',
  /** The release has this paper already. */
  'in the release',
  /** The very bytes, or the DOI, came before in the same batch. */
  'twice',
  'no open full text',
  'not fetched',
] as const;

/** See {@link paperStatuses}. */
export type PaperStatus = (typeof paperStatuses)[number];

/** A paper of a batch. */
export const extractedPaperSchema = z.strictObject({
  /** The file, or the DOI, as it was given. */
  file: z.string(),
  status: z.enum(paperStatuses),
  /** 0 where it could not be opened. */
  pages: z.int().min(0),
  /** Its stem; `null` where it was not read. */
  paper: z.string().nullable(),
  doi: z.string().nullable(),
  title: z.string().nullable(),
  licence: z.string().nullable(),
  /** What else there is to say: why it failed, that it was retracted, which pages are missing. */
  notes: z.array(z.string()),
  candidates: z.int().min(0),
  /** Its pages, where they were asked for. */
  pageViews: z.array(pageViewSchema).optional(),
});

/** See {@link extractedPaperSchema}. */
export type ExtractedPaper = z.infer<typeof extractedPaperSchema>;

/** The document `candidates.json`. */
export const extractionSchema = z.strictObject({
  candidates: z.array(candidateSchema),
  figures: z.array(extractedFigureSchema),
  papers: z.array(extractedPaperSchema),
});

/** See {@link extractionSchema}. */
export type Extraction = z.infer<typeof extractionSchema>;
