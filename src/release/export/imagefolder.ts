import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CovidCtError, joinInside } from '../../base/index.ts';
import { readRecords } from './records.ts';
import type { Exporter } from './types.ts';

/** `<split>/<label>/<name>`, as torchvision's ImageFolder reads a split, with a `metadata.jsonl` a split for `datasets`. */
export const imageFolderExporter: Exporter = {
  name: 'imagefolder',
  describe: 'split/label/name with metadata.jsonl, as torchvision and datasets read it',
  usage: [
    'torchvision: `ImageFolder("train")`. datasets: `load_dataset("imagefolder", data_dir=…)`, which calls `val` `validation`.',
    '`metadata.jsonl` in each split holds everything known of its images, one JSON object a line; `file_name` is the path from there.',
  ],
  async write(request, context) {
    for (const split of request.splits) {
      const images = request.images.filter((entry) => entry.split === split);
      // JSON, not CSV: from a CSV, datasets takes a column that is empty in one split for numbers, and then refuses the others.
      const lines: string[] = [];
      const taken = new Set<string>();
      for await (const { entry, bytes, record } of readRecords(images, request, context, `export ${split}`)) {
        const path = `${entry.label}/${entry.image.name}`;
        if (taken.has(path)) {
          throw new CovidCtError('BAD_RELEASE', `Two images would be ${split}/${path}: a correction gave one the label of another with its name.`, {
            hint: 'Export as csv or parquet, which keep the published label in the path, or reject that correction.',
          });
        }
        taken.add(path);
        const target = joinInside(join(context.folder, split), path);
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, bytes);
        lines.push(`${JSON.stringify({ file_name: path, ...record })}\n`);
      }
      if (lines.length > 0) await writeFile(join(context.folder, split, 'metadata.jsonl'), lines.join(''));
    }
  },
};
