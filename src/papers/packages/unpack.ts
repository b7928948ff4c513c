import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/** What a package may hold: more is not unpacked. */
const most = { files: 2000, bytesOfFile: 100e6, bytes: 400e6 };
const wanted = /\.(?:nxml|xml|pdf|jpe?g|png|gif|tiff?)$/i;

/** Why a package was not unpacked. */
export class PackageRefusal extends Error {
  override readonly name = 'PackageRefusal';
}

/**
 * The files of a `.tar.gz` that papers are made of, by name without folders. Nothing is written: names lead nowhere.
 * @throws PackageRefusal for what is no such archive, damaged, or too much
 */
export async function unpackPackage(bytes: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const archive = extract();
  const source = Readable.from([Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]);
  const plain = createGunzip();
  // Whichever breaks first ends the reading.
  plain.on('error', (error) => archive.destroy(error));
  source.pipe(plain).pipe(archive);
  let [total, count] = [0, 0];
  try {
    for await (const entry of archive) {
      count += 1;
      const name = entry.header.name.split('/').at(-1) ?? '';
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of entry as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        total += chunk.length;
        if (size > most.bytesOfFile || total > most.bytes || count > most.files) throw new PackageRefusal('The package holds more than a paper would.');
        if (wanted.test(name)) chunks.push(chunk);
      }
      if (entry.header.type === 'file' && wanted.test(name)) files.set(name, Uint8Array.from(Buffer.concat(chunks)));
    }
  } catch (error) {
    if (error instanceof PackageRefusal) throw error;
    throw new PackageRefusal(`The package is damaged: ${error instanceof Error ? error.message : String(error)}.`);
  } finally {
    plain.destroy();
    archive.destroy();
  }
  return files;
}
