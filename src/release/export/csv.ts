import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { joinInside } from '../../base/index.ts';
import { formatCsv, readRecords, recordNames } from './records.ts';
import type { Exporter } from './types.ts';

/** One table beside the pictures: `images.csv`, whose column `image` is the path from the table to the file. */
export const csvExporter: Exporter = {
  name: 'csv',
  describe: 'images.csv (image, label, patient, paper, split, …) beside the pictures',
  usage: [
    '`images.csv` names every image by its path in the column `image`; the pictures lie in `images/<label>/`.',
    'A cell that a spreadsheet might run as a formula has one apostrophe in front; take one leading apostrophe off to get the cell as it was.',
  ],
  async write(request, context) {
    const rows: string[][] = [];
    for await (const { entry, bytes, record } of readRecords(request.images, request, context, 'export')) {
      const path = `images/${entry.image.id}`;
      const target = joinInside(context.folder, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, bytes);
      rows.push([path, ...recordNames.map((name) => record[name])]);
    }
    await writeFile(join(context.folder, 'images.csv'), formatCsv(['image', ...recordNames], rows));
  },
};
