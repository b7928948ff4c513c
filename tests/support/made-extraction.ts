import { join } from 'node:path';
import { sha256, writeFileAtomic } from '../../src/base/index.ts';
import { drawPhantom } from '../../src/imaging/index.ts';
import { encodePng } from '../../src/imaging/node.ts';
import type { Candidate, Extraction } from '../../src/papers/index.ts';

/** Writes a folder as `covid-ct extract` does, of synthetic phantoms: so many panels of one figure, side by side. */
export async function writeMadeExtraction(folder: string, panels: number, stem = '2020.01.02.20000002', firstPatient = 1): Promise<Extraction> {
  const candidates: Candidate[] = [];
  for (let panel = 0; panel < panels; panel++) {
    const png = await encodePng(drawPhantom({ patient: firstPatient + panel, lesions: 'opacities', width: 160, height: 140 }));
    const file = `${stem}-p4-31${panels === 1 ? '' : `%${panel}`}.png`;
    await writeFileAtomic(join(folder, file), png);
    candidates.push({
      paper: stem, doi: `10.1101/${stem}`, page: 4, xref: 31, figure: '2', caption: 'Figure 2: Chest CT of a synthetic patient.', panel: [panel * 160, 0, 160, 140], file,
      selected: true, reasons: ['the caption names a chest CT'], scores: { chestCt: 1 }, letters: [], panelCaption: null, source: 'embedded', objects: [31], licence: 'CC-BY-4.0',
      sha256: sha256(png), width: 160, height: 140,
    });
  }
  const papers: Extraction['papers'] = [{ file: `${stem}.pdf`, status: 'read', pages: 9, paper: stem, doi: `10.1101/${stem}`, title: null, licence: null, notes: [], candidates: panels }];
  const extraction: Extraction = { candidates, figures: [], papers };
  await writeFileAtomic(join(folder, 'candidates.json'), JSON.stringify(extraction));
  return extraction;
}
