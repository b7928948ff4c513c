import { describe, expect, it } from 'vitest';
import { bareImage } from '../../../tests/support/bare-release.ts';
import type { TrackImage } from '../../splits/index.ts';
import { formatPredictions, joinPredictions, matchPredictions, readPredictions } from './index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const entry = (id: string, part = 'test'): TrackImage => ({ image: bareImage({ id }), label: id.slice(0, id.indexOf('/')), part, group: 0 });
const images = [entry('COVID/a%0.png'), entry('COVID/b, c.png'), entry('NonCOVID/d.jpg')];
const train = [entry('COVID/t.png', 'train')];
const match = (text: string) => matchPredictions(readPredictions(bytes(text), 'p.csv'), images, train);

describe('a table of predictions', () => {
  it('gives each image its score, whatever its order, encoding and further columns', () => {
    const { predictions, faults } = match('\ufeffscore,Image,fold\r\n1,NonCOVID/d.jpg,1\r\n5e-2,a%0.png,1\r\n\r\n.25," b, c.png",\r\n');
    expect(faults).toEqual([]);
    expect(predictions.map(({ entry: { image }, score }) => [image.name, score])).toEqual([['a%0.png', 0.05], ['b, c.png', 0.25], ['d.jpg', 1]]);
  });

  it('is read back as it was written', () => {
    const rows = [{ image: 'a%0.png', score: 0.1 + 0.2 }, { image: 'b, c.png', score: 1e-20 }, { image: 'say "x".png', score: 0 }];
    expect(readPredictions(bytes(formatPredictions(rows)), 'p.csv').map(({ image, score }) => ({ image, score }))).toEqual(rows);
  });

  it('names every row that is wrong, and every image that is missing', () => {
    const { faults } = match('image,score\na%0.png,nan\na%0.png,0.5\nt.png,0.5\nx.png,0.5\n"b, c.png",1.5\n');
    expect(faults).toEqual([
      { fault: 'not a number', what: 'row 2: a%0.png has nan' },
      { fault: 'repeated', what: 'row 3: a%0.png (first in row 2)' },
      { fault: 'extra', what: 'row 4: t.png (it is in train)' },
      { fault: 'extra', what: 'row 5: x.png' },
      { fault: 'out of range', what: 'row 6: b, c.png has 1.5' },
      { fault: 'missing', what: 'd.jpg' },
    ]);
  });

  it.each(['', ' ', 'inf', '-Infinity', '1e999', '0x1', 'true', '0,5', '1_0', '--1', 'null'])('takes %j for no finite number', (score) => {
    expect(match(`image,score\na%0.png,"${score}"\n`).faults[0]?.fault).toBe('not a number');
  });
  it.each(['-0.0001', '1.0000001', '100'])('takes %s for out of range', (score) => {
    expect(match(`image,score\na%0.png,${score}\n`).faults[0]?.fault).toBe('out of range');
  });

  it('wants the label where two labels have an image of one name', () => {
    const twins = [entry('COVID/x.png'), entry('NonCOVID/x.png')];
    const rows = (text: string) => matchPredictions(readPredictions(bytes(text), 'p.csv'), twins).faults;
    expect(rows('image,score\nCOVID/x.png,1\nNonCOVID/x.png,0\n')).toEqual([]);
    expect(rows('image,score\nx.png,1\n')).toEqual([{ fault: 'ambiguous', what: 'row 2: x.png is COVID/x.png or NonCOVID/x.png' }]);
  });

  it('is refused with all faults in one message, ten of each at most', () => {
    const many = Array.from({ length: 14 }, (_, i) => entry(`COVID/${i}.png`));
    const refused = () => joinPredictions(readPredictions(bytes('image,score\n0.png,2\nq.png,1\n'), 'p.csv'), many, 'the 14 test images', 'p.csv');
    expect(refused).toThrow(expect.objectContaining({ code: 'BAD_TABLE', exitCode: 3 }));
    expect(refused).toThrow(/p\.csv does not give the 14 test images one score each:\n {2}1 score is outside of 0 to 1:\n {4}row 2: 0\.png has 2\n {2}1 row is of no image of it:\n {4}row 3: q\.png\n {2}13 images are missing:\n(?: {4}\d+\.png\n){10} {4}… and 3 more$/);
  });

  it('is refused without its columns, and where it is no table', () => {
    expect(() => readPredictions(bytes('name,score\na,1\n'), 'p.csv')).toThrow('p.csv has no column image; its columns are "name", "score".');
    expect(() => readPredictions(bytes('image,score,score\na,1,1\n'), 'p.csv')).toThrow('more than one column score');
    expect(() => readPredictions(bytes(''), 'p.csv')).toThrow(expect.objectContaining({ code: 'BAD_TABLE' }));
  });
});
