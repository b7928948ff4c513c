import type { AuditDocument } from '../../audit/index.ts';

/** A defect of an audit, with its place in it. */
export type AuditDefect = AuditDocument['defects'][number];

/** Which images an audit found something about. Notes of balance name whole labels; only defects that name images count. */
export interface DefectIndex {
  /** Codes of an image, by its name; each once. */
  codesOf(name: string): readonly string[];
  /** Indices of its defects in the audit. */
  indicesOf(name: string): readonly number[];
}

const nothing: readonly never[] = [];

/** Indexes an audit by image. */
export function indexDefects(audit: Pick<AuditDocument, 'defects'>): DefectIndex {
  const indices = new Map<string, number[]>();
  for (const [i, { images }] of audit.defects.entries()) {
    for (const name of images) {
      const known = indices.get(name);
      if (known === undefined) indices.set(name, [i]);
      else known.push(i);
    }
  }
  const codes = new Map([...indices].map(([name, own]): [string, readonly string[]] => [name, [...new Set(own.flatMap((i) => audit.defects[i]?.code ?? []))]]));
  return { codesOf: (name) => codes.get(name) ?? nothing, indicesOf: (name) => indices.get(name) ?? nothing };
}
