import { describe, expect, it } from 'vitest';
import { madeRelease } from '../../tests/support/made-release.ts';
import { auditRelease, createPictureCache, makeThumbnails, renderAudit } from './index.ts';

const attack = '<script>alert(1)</script><img src=x onerror=alert(2)>';

describe('a report of hostile captions and names', () => {
  it('shows them as text', async () => {
    const name = `"><script>a.png`;
    const release = madeRelease([{ name, split: ['train', 'test'], patient: attack, paper: `p ${attack}`, caption: `CT images of the control. ${attack}` }]);
    const pictures = createPictureCache(release);
    const audit = await auditRelease(release, { checks: ['files', 'labels'], pictures });
    expect(audit.defects.map((defect) => defect.code)).toContain('CAPTION_CONTROL');
    const page = renderAudit(audit, { version: attack, citations: [attack], thumbnails: await makeThumbnails(release, audit.defects, pictures) });
    expect(page).not.toMatch(/<script|<img src=x|onerror="/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('&quot;&gt;&lt;script&gt;a.png');
  });

  it('says when nothing was found', async () => {
    const audit = await auditRelease(madeRelease([{ name: 'a.png', split: 'train' }]), { checks: ['leakage'] });
    expect(renderAudit(audit, { version: '1', citations: [], thumbnails: new Map() })).toContain('Nothing was found.');
  });
});
