import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import MailComposer from 'nodemailer/lib/mail-composer';
import PostalMime from 'postal-mime';
import { CovidCtError } from '../../base/index.ts';
import { readBundle, type Bundle } from './bundle.ts';
import { longestFile, type Submission } from './schema.ts';

/** Where contributions to COVID-CT-Dataset go, by its README. */
export const defaultRecipient = 'jiz077@eng.ucsd.edu';

/** A message longer than this is not opened: bundles are sent as files then. */
export const longestMessage = 2 * longestFile;

/**
 * A message with a bundle attached (RFC 5322, MIME), ready to be opened in a mail program and sent by hand. Nothing is sent.
 * @param bundle the zip's bytes
 */
export async function composeMessage(submission: Submission, id: string, bundle: Uint8Array, recipient: string, when: Date): Promise<Uint8Array> {
  const { contributor, cases } = submission;
  const covid = cases.filter(({ label }) => label === 'COVID').length;
  const papers = [...new Set(cases.flatMap(({ doi }) => doi ?? []))];
  const text = [
    'Dear maintainers of COVID-CT-Dataset,',
    '',
    `attached are ${cases.length} CT images (${covid} COVID, ${cases.length - covid} NonCOVID) with patient IDs, DOIs and captions.`,
    ...(papers.length === 0 ? [] : ['', 'Papers:', ...papers.map((doi) => `  https://doi.org/${doi}`)]),
    '',
    `Consent or ethics: ${submission.attestations.consent}`,
    `Rights: ${submission.attestations.rights}`,
    '',
    `The attachment is a bundle of covid-ct (submission ${id}): covid-ct receive FILE.eml checks and imports it.`,
    '',
    contributor.name,
    '',
  ].join('\n');
  const from = contributor.email === null ? undefined : { name: contributor.name, address: contributor.email };
  const message = new MailComposer({
    ...(from === undefined ? {} : { from }),
    to: recipient,
    subject: `Contribution to COVID-CT-Dataset: ${cases.length} images (${id})`,
    date: when,
    messageId: `<${id}@covid-ct.invalid>`,
    // A mail program then opens it as a draft.
    headers: { 'X-Unsent': '1' },
    text,
    attachments: [{ filename: `${id}.zip`, content: Buffer.from(bundle), contentType: 'application/zip' }],
  });
  return message.compile().build();
}

/** Forwarded again and again, a message holds some. */
const mostMessagesWithin = 50;

/**
 * The bundle that a message carries.
 * @throws CovidCtError NOT_FOUND, BAD_INPUT where none or several are attached, LIMIT_EXCEEDED
 */
export async function bundleInMessage(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path);
  if (bytes.length > longestMessage) throw new CovidCtError('LIMIT_EXCEEDED', `${path} is larger than ${longestMessage / 1024 / 1024} MB.`, { hint: 'Save the attached zip, and receive that.' });
  // Each message within a message is parsed anew: twenty thousand of them, of half a megabyte, take a quarter of a minute, and ten times as many a hundred times that.
  const within = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').match(/message\/rfc822/gi)?.length ?? 0;
  if (within > mostMessagesWithin) throw new CovidCtError('LIMIT_EXCEEDED', `${path} holds ${within} messages within one another.`, { hint: 'Save the attached zip, and receive that.' });
  let attachments: readonly { readonly filename: string | null; readonly mimeType: string; readonly content: ArrayBuffer | Uint8Array | string }[];
  try {
    ({ attachments } = await PostalMime.parse(bytes, { attachmentEncoding: 'arraybuffer', maxNestingDepth: 16, maxHeadersSize: 256 * 1024 }));
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${path} is no message that can be read.`, { hint: 'Save the attached zip, and receive that.', cause: error });
  }
  const zips = attachments.filter(({ filename, mimeType }) => /\.zip$/i.test(filename ?? '') || /zip/i.test(mimeType));
  const [zip] = zips;
  if (zip === undefined || typeof zip.content === 'string') throw new CovidCtError('BAD_INPUT', `No bundle is attached to ${path}.`, { hint: 'Ask for one made by covid-ct submit --bundle or --eml.' });
  if (zips.length > 1) throw new CovidCtError('BAD_INPUT', `${zips.length} zips are attached to ${path}.`, { hint: 'Save the right one, and receive that.' });
  return new Uint8Array(zip.content);
}

/**
 * Reads a bundle, or the one that a message carries.
 * @param path a `.zip`, or an `.eml`
 * @throws CovidCtError NOT_FOUND, BAD_ARCHIVE, BAD_INPUT, LIMIT_EXCEEDED
 */
export async function openBundle(path: string): Promise<Bundle> {
  if (!/\.eml$/i.test(path)) return readBundle(path);
  const bytes = await bundleInMessage(path);
  const folder = await mkdtemp(join(tmpdir(), 'covid-ct-receive-'));
  try {
    const zip = join(folder, 'attached.zip');
    await writeFile(zip, bytes);
    return await readBundle(zip);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
