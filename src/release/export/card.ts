import { formatBytes } from '../../base/index.ts';
import { splitNames, type Release } from '../types.ts';
import { citationsOf, formatPlainCitations } from './cite.ts';
import { countByLabel } from './counts.ts';
import { narrativeOf } from './narrative.ts';

/** A table for a card; the audit's and the splits' tables fit. */
export interface CardTable {
  readonly title: string;
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** What a card may say beyond the release itself. */
export interface CardOptions {
  /** The version of covid-ct. */
  readonly version: string;
  /** What an audit found, by code; `undefined` where none was given. */
  readonly defects?: readonly { readonly code: string; readonly severity: string; readonly count: number }[];
  /** Tables of splits. */
  readonly tables?: readonly CardTable[];
  /** Further YAML lines of the front matter. */
  readonly frontMatter?: readonly string[];
  /** Markdown that stands before the datasheet: how to open an export. */
  readonly introduction?: readonly string[];
}

/** One Markdown table; pipes in cells are escaped. */
function markdownTable(columns: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string[] {
  const line = (cells: readonly (string | number | null)[]): string => `| ${cells.map((cell) => String(cell ?? '').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)];
}

function sizeCategory(images: number): string {
  if (images < 1000) return 'n<1K';
  if (images < 10_000) return '1K<n<10K';
  return images < 100_000 ? '10K<n<100K' : 'n>100K';
}

/** A YAML string in double quotes: JSON strings are YAML. */
function yamlText(text: string): string {
  return JSON.stringify(text);
}

function composition(release: Release, options: CardOptions): string[] {
  const counts = countByLabel(release);
  const total = counts.reduce((sum, entry) => sum + entry.bytes, 0);
  const inSplit = (label: string, split: string): number => release.images.filter((image) => image.label === label && image.split === split).length;
  const problems = new Map<string, number>();
  for (const problem of release.problems) problems.set(problem.code, (problems.get(problem.code) ?? 0) + 1);
  const venues = [...new Set(release.images.map((image) => image.venue))].toSorted();
  const share = (have: number, of: number): string => `${have} of ${of}`;
  const claims = release.claims;
  const found = counts.reduce((sum, entry) => sum + entry.patients, 0);
  const positive = counts[0];
  return [
    `${release.images.length} images (${formatBytes(total)}), each one CT picture; labels ${release.labels.join(', ')}, the first being the positive one. ${found} patient IDs.`,
    '',
    ...markdownTable(
      ['label', 'images', ...splitNames, 'in no list', 'patients', 'without patient', 'papers', 'without paper'],
      counts.map((entry) => [
        entry.label, entry.images, ...splitNames.map((split) => inSplit(entry.label, split)),
        release.images.filter((image) => image.label === entry.label && image.split === undefined).length,
        entry.patients, entry.withoutPatient, entry.papers, entry.withoutPaper,
      ]),
    ),
    '',
    'What is known of the images:',
    '',
    ...markdownTable(
      ['label', 'DOI', 'age', 'sex', 'caption'],
      counts.map((entry) => [entry.label, ...[entry.withDoi, entry.withAge, entry.withSex, entry.withCaption].map((have) => share(have, entry.images))]),
    ),
    '',
    'Where they were published, as far as names and metadata tell:',
    '',
    ...markdownTable(
      ['venue', ...release.labels],
      venues.map((venue) => [venue, ...release.labels.map((label) => release.images.filter((image) => image.venue === venue && image.label === label).length)]),
    ),
    ...(claims === undefined || positive === undefined
      ? []
      : ['', `The release claims ${claims.patients} ${positive.label} patients; ${positive.patients} patient IDs were found there.`]),
    ...(problems.size === 0
      ? []
      : ['', 'Met while reading (each is kept as it is, and reported by `covid-ct audit`):', '', ...markdownTable(['problem', 'times'], [...problems].toSorted(([a], [b]) => (a < b ? -1 : 1)))]),
    '',
    ...(options.defects === undefined
      ? ['No audit was given to this card: `covid-ct card --audit audit.json` adds what it found.']
      : options.defects.length === 0
        ? ['The audit found no defect.']
        : ['The audit found:', '', ...markdownTable(['defect', 'severity', 'times'], options.defects.map((entry) => [entry.code, entry.severity, entry.count]))]),
    ...(options.tables ?? []).flatMap((table) => ['', `### ${table.title}`, '', table.note, '', ...markdownTable(table.columns, table.rows)]),
  ];
}

const list = (items: readonly string[]): string[] => items.map((item) => `- ${item}`);

/**
 * A dataset card (Hugging Face front matter) and datasheet in Markdown. Every number is counted from the release, and
 * from the audit where one is given. Source of the seven sections: Gebru et al., "Datasheets for Datasets" (2021).
 */
export function formatCard(release: Release, options: CardOptions): string {
  const words = narrativeOf(release);
  const lines = [
    '---',
    `pretty_name: ${yamlText(words.title)}`,
    'license: unknown',
    'language:',
    '- en',
    'task_categories:',
    '- image-classification',
    'size_categories:',
    `- ${sizeCategory(release.images.length)}`,
    'tags:',
    '- medical',
    '- chest-ct',
    '- covid-19',
    ...(release.synthetic ? ['- synthetic'] : []),
    ...(options.frontMatter ?? []),
    '---',
    '',
    `# ${words.title}`,
    '',
    `${words.description} For research, never for diagnosis.`,
    ...(release.synthetic ? ['', '**This is the synthetic sample: drawn by covid-ct, nothing in it is real.**'] : []),
    '',
    `Made by covid-ct ${options.version} from \`${release.name}\`; every number is counted from its files.`,
    ...(options.introduction === undefined ? [] : ['', ...options.introduction]),
    '',
    '## Motivation', '', ...list(words.motivation),
    '',
    '## Composition', '', ...composition(release, options),
    '',
    ...list([...words.biases, ...words.limitations, ...words.sensitive]),
    '',
    '## Collection process', '', ...list(words.collection),
    '',
    '## Preprocessing, cleaning, labeling', '', ...list(words.labelling),
    '',
    '## Uses', '', ...list(words.useCases), ...list(words.misuses),
    '',
    '## Distribution', '', ...list(words.distribution),
    '',
    'Cite:', '',
    ...formatPlainCitations({ ...citationsOf(release), sources: [], unknown: [] }).trim().split('\n').filter((line) => line !== '').map((line) => `- ${line}`),
    `- the papers of the images you use: \`covid-ct cite\` lists them (${new Set(release.images.flatMap((image) => image.paper ?? [])).size} papers here).`,
    '',
    '## Maintenance', '', ...list(words.maintenance),
    '',
  ];
  return lines.join('\n');
}
