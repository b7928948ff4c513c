import { createHash } from 'node:crypto';

/** Standard security handler, revision 3: RC4 with 128 bits (ISO 32000-1, 7.6.3). OpenSSL 3 has no RC4 any more. */
function rc4(key: Uint8Array, data: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  const at = (i: number): number => state[i] as number;
  const swap = (i: number, j: number): void => {
    const kept = at(i);
    state[i] = at(j);
    state[j] = kept;
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + at(i) + (key[i % key.length] as number)) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return data.map((byte) => {
    i = (i + 1) & 255;
    j = (j + at(i)) & 255;
    swap(i, j);
    return byte ^ at((at(i) + at(j)) & 255);
  });
}

const md5 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
};
const md5Often = (bytes: Uint8Array, times: number): Uint8Array => (times === 0 ? bytes : md5Often(md5(bytes), times - 1));
/** RC4 twenty times, the key's bytes changed by the count. */
const rc4Often = (key: Uint8Array, data: Uint8Array): Uint8Array => Array.from({ length: 20 }, (_, i) => i).reduce((result, i) => rc4(key.map((byte) => byte ^ i), result), data);

const filling = Uint8Array.from('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A'.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const padded = (password: string): Uint8Array => Uint8Array.from([...new TextEncoder().encode(password), ...filling]).slice(0, 32);
const hex = (bytes: Uint8Array): string => `<${Buffer.from(bytes).toString('hex')}>`;
const id = new TextEncoder().encode('covid-ct synthetic');
const permissions = -44;

/**
 * Encrypts a file of `PdfWriter`.
 * @param user asked for at opening; empty where only an owner's password is set, so that everybody may read
 */
export function encryptPdf(file: Uint8Array, user: string, owner: string): Uint8Array {
  const ownerEntry = rc4Often(md5Often(md5(padded(owner)), 50), padded(user));
  const allowed = new Uint8Array(new Int32Array([permissions]).buffer);
  const key = md5Often(md5(padded(user), ownerEntry, allowed, id), 50);
  const userEntry = Uint8Array.from([...rc4Often(key, md5(filling, id)), ...new Uint8Array(16)]);

  const text = Buffer.from(file).toString('latin1');
  const table = text.lastIndexOf('xref\n', text.lastIndexOf('trailer'));
  const offsets = [...text.slice(table).matchAll(/^(\d{10}) 00000 n /gm)].map((match) => Number(match[1]));
  const bodies = offsets.map((offset, i) => {
    const object = Buffer.from(file.subarray(offset, offsets[i + 1] ?? table));
    const stream = /\/Length (\d+) >>\nstream\n/.exec(object.toString('latin1'));
    // Strings would need it too: the file has none but in its information, which is dropped.
    if (stream === null) return object;
    const from = stream.index + stream[0].length;
    const number = i + 1;
    const own = md5(key, Uint8Array.from([number & 255, (number >> 8) & 255, number >> 16, 0, 0]));
    object.set(rc4(own, object.subarray(from, from + Number(stream[1]))), from);
    return object;
  });
  const root = /\/Root (\d+) 0 R/.exec(text)?.[1] ?? '1';
  const encrypt = `<< /Filter /Standard /V 2 /R 3 /Length 128 /P ${permissions} /O ${hex(ownerEntry)} /U ${hex(userEntry)} >>`;
  const trailer = `trailer\n<< /Size ${offsets.length + 1} /Root ${root} 0 R /Encrypt ${encrypt} /ID [${hex(id)} ${hex(id)}] >>\nstartxref\n${table}\n%%EOF\n`;
  const entries = text.slice(table, text.lastIndexOf('trailer'));
  return Uint8Array.from(Buffer.concat([file.subarray(0, offsets[0] ?? 0), ...bodies, Buffer.from(entries + trailer, 'latin1')]));
}
