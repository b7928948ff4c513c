import { beforeAll, expect, it } from 'vitest';
import { intersectionOverUnion, type Rectangle } from '../../src/imaging/index.ts';
import { findFigures, selectCaption, type FoundFigures } from '../../src/papers/index.ts';
import { openRelease } from '../../src/release/index.ts';
import { captionHash, readTrueCaptions, readTrueFigures, type TrueFigure } from '../support/paper-truth.ts';
import { readPaper } from '../support/read-paper.ts';
import { describeReal, realPath } from '../support/real-release.ts';

const boxOf = ([x, y, width, height]: readonly [number, number, number, number]): Rectangle => ({ x, y, width, height });

describeReal('figures and captions of the seven papers, beside the truth made by hand', ['papers'], () => {
  const truth = readTrueFigures();
  const found = new Map<string, FoundFigures>();
  beforeAll(async () => {
    for (const name of truth.keys()) found.set(name, findFigures(await readPaper(name)));
  });

  /** A figure is right where its caption is, word for word, and each of its parts stands where a person saw it. */
  const isRight = (paper: string, wanted: TrueFigure): boolean => {
    const figure = found.get(paper)?.figures.find(({ caption }) => caption !== undefined && captionHash(caption.text) === wanted.caption.sha256);
    if (figure === undefined || figure.parts.length !== wanted.parts.length) return false;
    return wanted.parts.every(({ page, box }) => figure.parts.some((part) => part.page === page && intersectionOverUnion(part.box, boxOf(box)) >= 0.8));
  };

  it('are paired where captions are text', () => {
    const wanted = [...truth].flatMap(([paper, figures]) => figures.filter(({ caption }) => caption.text === 'text').map((figure) => ({ paper, figure })));
    const wrong = wanted.filter(({ paper, figure }) => !isRight(paper, figure));
    expect(wrong.map(({ paper, figure }) => `${paper} ${figure.label}`)).toEqual([]);
    expect(wanted).toHaveLength(24);
  });

  it('are paired where captions are pixels too: by places, since letters that are read from pixels may be wrong', () => {
    const wanted = [...truth].flatMap(([paper, figures]) => figures.map((figure) => ({ paper, figure })));
    const isPlaced = (paper: string, { label, caption, parts }: TrueFigure): boolean => {
      const figure = found.get(paper)?.figures.find((each) => each.caption?.page === caption.page && intersectionOverUnion(each.caption.box, boxOf(caption.box)) >= 0.5);
      return figure?.number === label && figure.parts.length === parts.length && parts.every(({ page, box }) => figure.parts.some((part) => part.page === page && intersectionOverUnion(part.box, boxOf(box)) >= 0.8));
    };
    expect(wanted.filter(({ paper, figure }) => !isPlaced(paper, figure)).map(({ paper, figure }) => `${paper} ${figure.label}`)).toEqual([]);
    expect(wanted).toHaveLength(28);
  });

  it('name no figure that is none', () => {
    const extra = [...found].flatMap(([paper, { figures }]) => figures.filter(({ caption }) => caption !== undefined && !truth.get(paper)?.some((figure) => figure.caption.sha256 === captionHash(caption.text) || (figure.caption.text === 'picture' && figure.caption.page === caption.page && intersectionOverUnion(caption.box, boxOf(figure.caption.box)) >= 0.5))).map(({ number }) => `${paper} ${number}`));
    expect(extra).toEqual([]);
  });

  it('find the figures of a scan, whose captions are pixels', () => {
    const scan = found.get('scanned-pages.pdf')?.figures ?? [];
    expect(scan.map(({ number, kind }) => [number, kind])).toEqual(['1', '2', '3', '4'].map((number) => [number, 'pictures']));
    const seen = (truth.get('scanned-pages.pdf') ?? []).flatMap(({ parts }) => parts.map(({ box }) => boxOf(box)));
    expect(seen.map((box) => scan.some(({ parts }) => parts.some((part) => intersectionOverUnion(part.box, box) > 0.9)))).toEqual([true, true, true, true]);
  });

  it('find the captions of tables too, which keep their frames from being figures', () => {
    const tables = readTrueCaptions().filter(({ source }) => source === 'table');
    const hashes = new Set([...found.values()].flatMap(({ captions }) => captions.filter(({ kind }) => kind === 'table').map(({ text }) => captionHash(text))));
    expect(tables.filter(({ sha256 }) => !hashes.has(sha256)).map(({ paper, table }) => `${paper} ${table}`)).toEqual([]);
    expect(tables).toHaveLength(20);
  });

  it('drawn figures and stitched ones are told apart', () => {
    const kinds = [...found].flatMap(([paper, { figures }]) => figures.filter(({ kind, pictures }) => kind !== 'pictures' || pictures.some(({ source }) => source === 'stitched')).map(({ number, kind, pictures }) => `${paper} ${number} ${kind} ${pictures.map(({ objects }) => objects.join('+')).join(' ')}`.trim()));
    expect(kinds).toEqual([
      'ijdl-figure-extraction.pdf 1 drawn',
      'ijdl-figure-extraction.pdf 3 drawn',
      'ijdl-figure-extraction.pdf 5 drawn',
      'ijdl-figure-extraction.pdf 6 drawn',
      'medrxiv-2020.02.10.20021758.pdf 1 pictures 35+34',
      'medrxiv-2020.02.10.20021758.pdf 3 pictures 91+90+89',
      'medrxiv-2020.02.10.20021758.pdf 4 pictures 95+94',
    ]);
  });
});

describeReal('figures chosen by their captions, beside the labels made by hand', ['papers', 'release'], () => {
  it('are right on the papers that were held out', async () => {
    const labels = new Map(readTrueCaptions().map((caption) => [caption.sha256, caption]));
    const texts = new Map<string, string>();
    const release = await openRelease(realPath('release'));
    for (const { file, captions } of release.metadata) if (file.endsWith('.xlsx')) for (const text of captions.value ?? []) texts.set(captionHash(text), text);
    await release.close();
    for (const paper of readTrueFigures().keys()) for (const { text } of findFigures(await readPaper(paper)).captions) texts.set(captionHash(text), text);
    const countOf = (heldOut: boolean): Record<string, number> => {
      const count = { right: 0, wrong: 0, missed: 0, left: 0 };
      for (const [hash, label] of labels) {
        // The scan's captions are pixels.
        const text = texts.get(hash);
        if (text === undefined || label.heldOut !== heldOut) continue;
        const { selected } = selectCaption(text, { title: label.paperOnCovid ? 'COVID-19' : '' });
        const wanted = label.chestCt && label.covidAbnormality;
        if (selected) count[wanted ? 'right' : 'wrong'] += 1;
        else count[wanted ? 'missed' : 'left'] += 1;
      }
      return { ...count, precision: count.right / (count.right + count.wrong), recall: count.right / (count.right + count.missed) };
    };
    const held = countOf(true);
    expect(held['precision']).toBeGreaterThanOrEqual(0.95);
    expect(held['recall']).toBeGreaterThanOrEqual(0.9);
    expect([countOf(false), held].map(({ right, wrong, missed }) => [right, wrong, missed])).toEqual([
      [65, 0, 1],
      [51, 0, 2],
    ]);
  });
});
