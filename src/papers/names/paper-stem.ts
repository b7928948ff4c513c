import { doiOfStem, parseFileName, stemOfDoi } from '../../release/index.ts';

/**
 * The stem with which the names of a paper's pictures begin: the file's name where that spells a DOI or has a form that
 * the release knows (`2020.02.17.20024018`, `PIIS…`), else what the release makes of the paper's DOI, else the file's name,
 * cleaned of what file systems and the grammar take amiss.
 * @param fileName without a folder; its extension may stay
 * @param doi `10.…/…`, where it is known
 */
export function paperStem(fileName: string, doi: string | undefined): string {
  const bare = fileName.replace(/\.(?:pdf|xml|nxml|tar\.gz|tgz)$/i, '');
  if (doiOfStem(bare) !== undefined || parseFileName(bare).form === 'paper') return bare;
  const spelled = doi === undefined ? undefined : stemOfDoi(doi);
  return spelled ?? cleanStem(bare);
}

/** Longer stems are cut, in bytes: file systems take 255, of which page, number, panels and the mark of an unfinished file need some. */
const longestStem = 180;

/** As many whole characters as fit into so many bytes of UTF-8. */
function cutToBytes(text: string, most: number): string {
  let kept = '';
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept += character;
  }
  return kept;
}

function cleanStem(text: string): string {
  // `%` and a trailing `-p1-2` would be read as panels and pages.
  const clean = text.normalize('NFC').replaceAll(/[^\p{L}\p{N}._ ()-]+/gu, '-').replaceAll(/-p(\d+)-(\d+)/g, '.p$1.$2').replace(/^[-. ]+/, '');
  const short = cutToBytes(clean, longestStem).replace(/[-. ]+$/, '');
  return short === '' ? 'paper' : short;
}
