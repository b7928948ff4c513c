import type { Control } from './types.ts';

/** Format, mode, bit depth and size, as a file says of itself before its pixels are decoded. */
export const headerControl: Control = {
  name: 'header',
  title: 'File header alone: format, mode, bit depth, width and height',
  code: 'SHORTCUT_HEADER',
  features: ['PNG', 'JPEG', 'gray', 'RGB', 'RGBA', 'palette', 'bits', 'width', 'height', 'aspect'],
  extract: ({ header }) => [
    Number(header.format === 'png'),
    Number(header.format === 'jpeg'),
    Number(header.mode === 'L' || header.mode === 'LA' || header.mode === '1' || header.mode.startsWith('I')),
    Number(header.mode === 'RGB'),
    Number(header.mode === 'RGBA'),
    Number(header.mode === 'P'),
    header.bitDepth,
    header.width,
    header.height,
    header.height === 0 ? 0 : header.width / header.height,
  ],
};
