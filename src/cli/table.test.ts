import { describe, expect, it } from 'vitest';
import { formatTable, textWidth } from './table.ts';

describe('formatTable', () => {
  it('aligns text left and numbers right', () => {
    expect(formatTable(['label', 'images'], [['COVID', 349], ['NonCOVID', 1397], ['none', undefined]])).toBe(
      ['label     images', '--------  ------', 'COVID        349', 'NonCOVID   1,397', 'none'].join('\n'),
    );
  });
  it('shortens the widest text until it fits, never a number', () => {
    const lines = formatTable(['name', 'note', 'n'], [['x'.repeat(60), 'y'.repeat(60), 1234567]], { width: 40 }).split('\n');
    expect(lines.every((line) => textWidth(line) <= 40)).toBe(true);
    expect(lines[2]).toContain('1,234,567');
    expect(lines[2]).toContain('…');
  });
  it('keeps one row on one line, and counts wide characters as two', () => {
    expect(formatTable(['a'], [['line\nbreak']]).split('\n')).toHaveLength(3);
    expect(textWidth('北京')).toBe(4);
    expect(textWidth('\u001b[1mbold\u001b[22m')).toBe(4);
  });
});
