import { encodeJpeg, encodePng } from '../../src/imaging/node.ts';
import { createRandom } from '../../src/base/index.ts';
import type { ExportRequest, MetadataRow, Release, ReleaseImage } from '../../src/release/index.ts';
import { exportRequestOf, legacyTrack } from '../../src/splits/index.ts';
import { bareImage, bareRelease } from './bare-release.ts';

const cell = <T>(raw: string, value: T | undefined = undefined) => ({ raw, value });

/** Cells that a spreadsheet would run, and others that break careless writers. */
const hostileCells = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', "'quoted", 'a "b", c', 'two\nlines', ' 中文 '] as const;

function rowFor(name: string, i: number): MetadataRow {
  const text = hostileCells[i % hostileCells.length] ?? '';
  return {
    file: 'COVID-CT-MetaInfo.xlsx',
    row: i + 2,
    imageName: cell(name, name),
    patient: cell(`Patient ${i}`, `Patient ${i}`),
    age: cell('40+', { years: undefined, low: 40, high: undefined }),
    sex: cell<'F' | 'M'>('F', 'F'),
    location: cell(text, text),
    history: cell<string>(''),
    time: cell<string>(''),
    severity: cell<string>(''),
    otherDiseases: cell<string>(''),
    doi: cell<string>(''),
    captions: cell(`['${text}']`, [text]),
    overflow: [],
  };
}

/**
 * A small release with real picture files in memory: synthetic noise, names with percent signs, spaces and letters of
 * other scripts, JPEG bytes under `.png`, formula cells, an image in two lists and one in none.
 */
export async function pictureRelease(): Promise<Release> {
  const random = createRandom(11);
  const names = ['71%0.png', '71%20b.png', 'a b%.png', '2020.02.11.20021493-p16-109%0%1.png', '=cmd.png', "'x.png", 'é中.png', 'plain.png', '#1.png', 'in two.png', 'in none.png', 'deep+.png'];
  const bytes = new Map<string, Uint8Array>();
  const images: ReleaseImage[] = [];
  for (const label of ['COVID', 'NonCOVID']) {
    for (const [i, name] of names.entries()) {
      const channels = i % 3 === 0 ? 1 : 3;
      const data = Uint8Array.from({ length: 12 * 9 * channels }, () => random.integer(0, 255));
      const picture = { width: 12, height: 9, channels, data } as const;
      const id = `${label}/${name}`;
      bytes.set(id, i === 7 ? await encodeJpeg(picture, 90) : await encodePng(picture));
      const splits = name === 'in none.png' ? [] : name === 'in two.png' ? (['train', 'test'] as const) : [(['train', 'val', 'test'] as const)[i % 3] ?? 'train'];
      images.push(
        bareImage({
          id,
          splits,
          size: bytes.get(id)?.length ?? 0,
          patient: `Patient ${label} ${i >> 1}`,
          ...(i % 2 === 0 ? { paper: '10.1101/2020.02.11.20021493', doi: '10.1101/2020.02.11.20021493' } : {}),
          ...(label === 'COVID' ? { metadata: rowFor(name, i) } : {}),
        }),
      );
    }
  }
  return bareRelease(images, {}, bytes);
}

/** What exporters are given for a release's legacy track. */
export function legacyRequest(release: Release): ExportRequest {
  return exportRequestOf(release, legacyTrack(release), '0.0.0-test');
}
