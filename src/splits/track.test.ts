import { describe, expect, it } from 'vitest';
import { bareImage, bareRelease } from '../../tests/support/bare-release.ts';
import { createRandom } from '../base/index.ts';
import type { Release, ReleaseImage, Venue } from '../release/index.ts';
import { cleanFolds, cleanTrack, groupImages, leftOutOf, legacyTrack, noEvidence, prove, tiesOf, type Evidence, type Track } from './index.ts';

const venues: readonly Venue[] = ['medRxiv', 'bioRxiv', 'NEJM', 'unknown'];

/** A release with random ties: patients across papers, papers across patients, some images with neither. */
function randomRelease(seed: number, count = 150): { release: Release; evidence: Evidence } {
  const random = createRandom(seed);
  const images = Array.from({ length: count }, (_, i): ReleaseImage => {
    const label = random.pick(['COVID', 'NonCOVID']);
    const stem = random.uniform() < 0.4 ? `paper-${random.integer(0, 40)}` : undefined;
    const name = `i${String(i).padStart(4, '0')}.png`;
    const figure = stem === undefined ? undefined : `${stem}-p${random.integer(0, 3)}-1`;
    return bareImage({
      id: `${label}/${name}`,
      splits: [random.pick(['train', 'val', 'test'] as const)],
      patient: random.uniform() < 0.6 ? `Patient ${random.integer(1, 120)}` : undefined,
      paper: stem,
      parts: { name, stem, page: undefined, xref: undefined, panels: [], figure, doi: undefined, extension: '.png' },
      doi: stem !== undefined && random.uniform() < 0.1 ? `10.1/${random.integer(0, 20)}` : undefined,
      venue: random.pick(venues),
    });
  });
  const ids = images.map((image) => image.id);
  const duplicates = Array.from({ length: 6 }, () => [random.pick(ids), random.pick(ids)]);
  const overlay = { quarantined: new Set([random.pick(ids)]), labels: new Map([[random.pick(ids), 'COVID']]), groups: [[random.pick(ids), random.pick(ids)]] };
  return { release: bareRelease(images), evidence: { duplicates, unreadable: [random.pick(ids)], overlay } };
}

/** Whether two images of different parts share a key: looked at pair by pair, without the room's own code. */
function straddles(track: Track, evidence: Evidence): boolean {
  const tied = [...evidence.duplicates, ...evidence.overlay.groups];
  return track.images.some((a) =>
    track.images.some((b) => {
      if (a.part === b.part) return false;
      const [x, y] = [a.image, b.image];
      const same = (left: string | undefined, right: string | undefined) => left !== undefined && left === right;
      return (
        same(x.patient, y.patient) ||
        same(x.parts.stem, y.parts.stem) ||
        same(x.doi, y.doi) ||
        same(x.parts.figure, y.parts.figure) ||
        tied.some((group) => group.includes(x.id) && group.includes(y.id))
      );
    }),
  );
}

const lists = (track: Track) => track.images.map((entry) => [entry.image.id, entry.part]);

describe('cleanTrack on random releases', () => {
  it.each(Array.from({ length: 25 }, (_, seed) => seed))('seed %i: nothing straddles, every image is once there or left out', (seed) => {
    const { release, evidence } = randomRelease(seed);
    for (const track of [cleanTrack(release, evidence, seed), cleanFolds(release, evidence, 5, seed)]) {
      expect(straddles(track, evidence)).toBe(false);
      expect(track.proof.holds).toBe(true);
      const places = [...track.images.map((entry) => entry.image.id), ...track.leftOut.map((entry) => entry.id)].toSorted();
      expect(places).toEqual(release.images.map((image) => image.id));
      expect(new Set(track.images.map((entry) => entry.part)).size).toBe(track.parts.length);
    }
  });

  it('gives the same lists for the same seed, whatever the order of the images, and others for another', () => {
    const { release, evidence } = randomRelease(3, 300);
    const track = cleanTrack(release, evidence, 7);
    expect(lists(cleanTrack(release, evidence, 7))).toEqual(lists(track));
    expect(lists(cleanTrack({ ...release, images: release.images.toReversed() }, evidence, 7)).toSorted()).toEqual(lists(track).toSorted());
    expect(lists(cleanTrack(release, evidence, 8))).not.toEqual(lists(track));
  });

  it('comes within one image of the proportions, by label and in all, where the groups are small', () => {
    const images = Array.from({ length: 400 }, (_, i) =>
      bareImage({ id: `${i % 2 === 0 ? 'COVID' : 'NonCOVID'}/${i}.png`, patient: `Patient ${Math.floor(i / 2)}-${i % 2}`, venue: venues[i % 4] ?? 'other' }),
    );
    const track = cleanTrack(bareRelease(images), noEvidence, 1);
    for (const { images: found, wanted } of track.achieved) expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1);
    for (const label of ['COVID', 'NonCOVID']) {
      const found = track.parts.map((part) => track.images.filter((entry) => entry.label === label && entry.part === part).length);
      [114, 32, 54].forEach((wanted, i) => expect(Math.abs((found[i] ?? 0) - wanted)).toBeLessThanOrEqual(1));
    }
  });
});

describe('what the clean track leaves out', () => {
  const images = ['COVID/a.png', 'COVID/b.png', 'COVID/c.png', 'COVID/d.png', 'NonCOVID/x.png', 'NonCOVID/y.png'].map((id) => bareImage({ id }));
  const release = bareRelease(images);

  it('both copies of a picture with opposite labels, and what was quarantined', () => {
    const overlay = { ...noEvidence.overlay, quarantined: new Set(['COVID/c.png']) };
    const out = leftOutOf(release, { duplicates: [['a.png', 'x.png'], ['b.png', 'd.png']], unreadable: ['y.png'], overlay });
    expect(out.map(({ id, reason }) => [id, reason])).toEqual([
      ['COVID/a.png', 'opposite-labels'],
      ['COVID/c.png', 'quarantined'],
      ['NonCOVID/x.png', 'opposite-labels'],
      ['NonCOVID/y.png', 'unreadable'],
    ]);
  });

  it('neither, once a relabel makes them agree or one copy is quarantined', () => {
    const evidence = { ...noEvidence, duplicates: [['a.png', 'x.png']] };
    const relabelled = cleanTrack(release, { ...evidence, overlay: { ...noEvidence.overlay, labels: new Map([['NonCOVID/x.png', 'COVID']]) } });
    expect(relabelled.leftOut).toEqual([]);
    expect(relabelled.images.find((entry) => entry.image.id === 'NonCOVID/x.png')?.label).toBe('COVID');
    const quarantined = cleanTrack(release, { ...evidence, overlay: { ...noEvidence.overlay, quarantined: new Set(['NonCOVID/x.png']) } });
    expect(quarantined.leftOut.map(({ id }) => id)).toEqual(['NonCOVID/x.png']);
  });

  it('refuses more parts than groups, and silly folds', () => {
    expect(() => cleanFolds(release, noEvidence, 7)).toThrow(expect.objectContaining({ code: 'BAD_RELEASE' }));
    expect(() => cleanFolds(release, noEvidence, 2)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('groups and proof', () => {
  it('joins a paper by its DOI and by its stem, and through images that are left out', () => {
    const parts = (name: string, stem: string | undefined) => ({ ...bareImage({ id: `COVID/${name}` }).parts, stem });
    const release = bareRelease([
      bareImage({ id: 'COVID/a.png', parts: parts('a.png', 's'), patient: 'Patient 1' }),
      bareImage({ id: 'COVID/b.png', parts: parts('b.png', 's'), doi: '10.1/X' }),
      bareImage({ id: 'COVID/c.png', doi: '10.1/x' }),
      bareImage({ id: 'COVID/d.png', patient: 'Patient 1' }),
      bareImage({ id: 'COVID/e.png' }),
    ]);
    const ties = tiesOf(release);
    expect(groupImages(release.images.map((image) => image.id), ties)).toEqual([['COVID/a.png', 'COVID/b.png', 'COVID/c.png', 'COVID/d.png'], ['COVID/e.png']]);
    expect(groupImages(['COVID/c.png', 'COVID/d.png'], ties)).toEqual([['COVID/c.png', 'COVID/d.png']]);
  });

  it('finds what straddles, and an image that is there twice or not at all', () => {
    const [a, b] = [bareImage({ id: 'COVID/a.png', patient: 'Patient 1' }), bareImage({ id: 'COVID/b.png', patient: 'Patient 1' })];
    const ties = tiesOf(bareRelease([a, b]));
    const entry = (image: ReleaseImage, part: string) => ({ image, part, label: 'COVID', group: 0 });
    const broken = prove([a.id, b.id], [entry(a, 'train'), entry(b, 'test')], [], ties);
    expect(broken.holds).toBe(false);
    expect(broken.lines.find((line) => line.kind === 'patient')?.straddling).toEqual([{ key: 'Patient 1', parts: ['train', 'test'], images: [a.id, b.id] }]);
    expect(prove([a.id, b.id], [entry(a, 'train')], [], ties)).toMatchObject({ holds: false, complete: false });
    expect(prove([a.id, b.id], [entry(a, 'train'), entry(a, 'train'), entry(b, 'train')], [], ties)).toMatchObject({ holds: false, complete: false });
  });

  it('shows what straddles in the published lists, and leaves unlisted images out', () => {
    const release = bareRelease([
      bareImage({ id: 'COVID/a.png', patient: 'Patient 1', splits: ['train'] }),
      bareImage({ id: 'COVID/b.png', patient: 'Patient 1', splits: ['val', 'test'] }),
      bareImage({ id: 'COVID/c.png' }),
    ]);
    const track = legacyTrack(release);
    expect(lists(track)).toEqual([['COVID/a.png', 'train'], ['COVID/b.png', 'val']]);
    expect(track.leftOut).toEqual([{ id: 'COVID/c.png', reason: 'unlisted', detail: 'no published list names it' }]);
    expect(track.proof.complete).toBe(true);
    expect(track.proof.holds).toBe(false);
  });
});
