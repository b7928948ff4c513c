import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { alterPixels, drawPhantom, resize } from '../../imaging/index.ts';
import { madeRelease, type MadeImage } from '../../../tests/support/made-release.ts';
import { auditRelease } from '../audit.ts';

const phantom = (patient: number, slice = 0) => drawPhantom({ patient, slice, lesions: 'none', width: 320, height: 256 });
const others: MadeImage[] = [20, 21, 22].map((patient) => ({ name: `other${patient}.png`, picture: phantom(patient), split: 'train' }));

async function audit(made: readonly MadeImage[]) {
  return auditRelease(madeRelease([...made, ...others]), { checks: ['duplicates'] });
}

describe('the duplicates check', () => {
  it('finds nothing among different pictures, and leaves out what cannot be decoded', async () => {
    const { defects, duplicateGroups } = await audit([{ name: 'broken.png', picture: undefined }]);
    expect(defects).toEqual([]);
    expect(duplicateGroups).toEqual([]);
  });

  it('reports a smaller copy with its figures, and suggests to take the smaller one out', async () => {
    const { defects, duplicateGroups } = await audit([
      { name: 'large.png', picture: phantom(1), split: 'train', patient: 'Patient 4' },
      { name: 'small.png', picture: resize(phantom(1), 200, 160, 'bicubic'), split: 'train', patient: 'Patient 9' },
    ]);
    expect(defects).toHaveLength(1);
    expect(defects[0]).toMatchObject({
      code: 'DUPLICATE',
      severity: 'warning',
      images: ['large.png', 'small.png'],
      patients: ['Patient 4', 'Patient 9'],
      suggestion: { action: 'quarantine', images: ['small.png'] },
    });
    expect(defects[0]?.evidence).toMatch(/NCC.*overlap covers (?:9\d|100) % of large\.png.*scaled by 0\.6[23]/);
    expect(duplicateGroups).toEqual([['large.png', 'small.png']]);
  });

  it('suggests both where the labels are opposite', async () => {
    const copy = alterPixels(phantom(2), 'flip', createRandom(1)).picture;
    const { defects } = await audit([{ name: 'a.png', picture: phantom(2) }, { name: 'b.png', picture: copy, label: 'NonCOVID' }]);
    expect(defects.map((found) => [found.code, found.suggestion])).toEqual([['DUPLICATE', { action: 'quarantine', images: ['a.png', 'b.png'] }]]);
    expect(defects[0]?.evidence).toContain('mirrored left-right');
  });

  it('suggests the copy outside the test list, though it is the larger one', async () => {
    const { defects } = await audit([
      { name: 'a.png', picture: phantom(3), split: 'train' },
      { name: 'b.png', picture: resize(phantom(3), 200, 160, 'bicubic'), split: 'test' },
    ]);
    expect(defects[0]?.suggestion).toEqual({ action: 'quarantine', images: ['a.png'] });
  });
});
