/**
 * A licence under which a paper may be reused, as an SPDX identifier where its version is stated (`CC-BY-NC-4.0`), else
 * without one (`CC-BY-NC`); `undefined` for anything but Creative Commons, since "open access" alone allows reading only.
 * @param text as servers write it: `cc_by_nc`, `cc by`, `CC BY-NC`, `cc-by`, an address, a sentence
 */
export function readLicence(text: string | null | undefined): string | undefined {
  if (text === null || text === undefined) return undefined;
  const plain = text.replaceAll('_', '-').trim();
  if (/^(?:pd|public[- ]domain|cc[- ]?0|cc[- ]?zero)$/i.test(plain)) return 'CC0-1.0';
  const short = /\bCC[- ]?(BY(?:[- ](?:NC|ND|SA))*|0)\b(?:[ -]v?(\d\.\d))?/i.exec(plain);
  if (short !== null) return identifier(short[1] ?? '', short[2]);
  const address = /creativecommons\.org\/(?:licenses|publicdomain)\/(by(?:-nc|-nd|-sa)*|zero)\/(\d\.\d)/i.exec(plain);
  if (address !== null) return identifier(address[1] === 'zero' ? '0' : (address[1] ?? ''), address[2]);
  const long = /creative commons attribution((?:[-\s]*(?:non-?commercial|no-?deriv(?:ative)?s?|share-?alike))*)\s*(?:(?:licen[cs]e|international)?\s*\(?(\d\.\d))?/i.exec(plain);
  if (long === null) return undefined;
  const terms = (long[1] ?? '').toLowerCase();
  return identifier(`BY${terms.includes('commercial') ? '-NC' : ''}${terms.includes('deriv') ? '-ND' : ''}${terms.includes('alike') ? '-SA' : ''}`, long[2]);
}

function identifier(terms: string, version: string | undefined): string {
  if (terms === '0') return `CC0-${version ?? '1.0'}`;
  const name = `CC-${terms.toUpperCase().replaceAll(' ', '-')}`;
  return version === undefined ? name : `${name}-${version}`;
}

/** Whether a licence lets nobody share what was cut out of the paper. */
export const forbidsDerivatives = (licence: string): boolean => /-ND(?:-|$)/.test(licence);
