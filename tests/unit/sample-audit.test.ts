import { describe, expect, it } from 'vitest';
import { auditRelease, defectCodes } from '../../src/audit/index.ts';
import { drawSample, openSample } from '../../src/release/index.ts';

/** One line a defect: its code and pictures. Which of two equal lines is which does not matter. */
function lines(defects: readonly { readonly code: string; readonly images: readonly string[] }[]): string[] {
  return defects.map(({ code, images }) => `${code} ${images.toSorted().join(' ')}`).toSorted();
}

describe('the audit of the embedded sample', () => {
  it('reports exactly the planted defects, nothing else', async () => {
    const { planted } = await drawSample();
    const release = await openSample();
    const audit = await auditRelease(release);
    await release.close();
    // What rests on pairs of alike pictures is due from the day on which the duplicates check is in the list of checks.
    const pairs = audit.checks.some(({ check }) => check === 'duplicates');
    const due = planted.filter(({ code }) => pairs || !/^(?:DUPLICATE|ADJACENT)/.test(code));
    expect(lines(audit.defects)).toEqual(lines(due));
  });

  it('has one of every kind planted that the audit knows', async () => {
    const { planted } = await drawSample();
    expect([...new Set(planted.map(({ code }) => code))].toSorted()).toEqual(Object.keys(defectCodes).toSorted());
  });
});
