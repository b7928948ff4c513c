import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { citationsOf, formatBibtex } from './cite.ts';
import { countByLabel } from './counts.ts';
import { narrativeOf } from './narrative.ts';
import { writeParquetFiles } from './parquet.ts';
import { copyrightNotice, recordColumns, recordNames } from './records.ts';
import type { Exporter, ExportRequest } from './types.ts';

/** The `@context` of Croissant 1.1, as its specification and mlcroissant 1.1 give it. */
const context = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  arrayShape: 'cr:arrayShape',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  containedIn: 'cr:containedIn',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  description: { '@container': '@language' },
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileProperty: 'cr:fileProperty',
  fileObject: 'cr:fileObject',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isArray: 'cr:isArray',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  name: { '@container': '@language' },
  parentField: 'cr:parentField',
  path: 'cr:path',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
};

interface DataFile {
  readonly split: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** A record set a split: Croissant has no record set over several files of one table that mlcroissant reads. */
function recordSet(file: DataFile): object {
  const field = (name: string, dataType: string, description: string, source: object): object => ({
    '@type': 'cr:Field',
    '@id': `${file.split}/${name}`,
    name: `${file.split}/${name}`,
    description,
    dataType,
    source: { fileObject: { '@id': file.path }, ...source },
  });
  return {
    '@type': 'cr:RecordSet',
    '@id': file.split,
    name: file.split,
    description: `The images of ${file.split}, one record each.`,
    key: { '@id': `${file.split}/id` },
    field: [
      field('image', 'sc:ImageObject', 'the picture, byte for byte the published file', { extract: { column: 'image' }, transform: { jsonPath: 'bytes' } }),
      ...recordNames.map((name) => field(name, 'sc:Text', recordColumns[name], { extract: { column: name === 'label' ? 'label_name' : name } })),
    ],
  };
}

/** The Croissant 1.1 document with RAI 1.0 fields; it has no property whose value is not known. */
export function croissantDocument(request: ExportRequest, files: readonly DataFile[]): object {
  const words = narrativeOf(request.release);
  const counts = countByLabel(request.release);
  const missing = counts.map(
    (entry) =>
      `${entry.label}: of ${entry.images} images ${entry.images - entry.withAge} have no age, ${entry.images - entry.withSex} no sex, ${entry.withoutPatient} no patient, ${entry.withoutPaper} no paper, ${entry.images - entry.withDoi} no DOI.`,
  );
  const leftOut = request.leftOut.length === 0 ? [] : [`This track leaves out ${request.leftOut.length} images; left-out.csv says which and why.`];
  return {
    '@context': context,
    '@type': 'sc:Dataset',
    conformsTo: ['http://mlcommons.org/croissant/1.1', 'http://mlcommons.org/croissant/RAI/1.0'],
    name: words.title.replaceAll(/[^A-Za-z0-9 _-]/g, '-'),
    description: `${words.description} Track: ${request.track}${request.seed === undefined ? '' : `, seed ${request.seed}`}. For research, never for diagnosis.`,
    license: `Unknown unless a record shows one. ${copyrightNotice}`,
    ...(words.url === undefined ? {} : { url: words.url }),
    ...(words.datePublished === undefined ? {} : { datePublished: words.datePublished }),
    ...(words.creators.length === 0 ? {} : { creator: words.creators.map((name) => ({ '@type': 'sc:Person', name })) }),
    citeAs: formatBibtex({ ...citationsOf(request.release), sources: [], unknown: [] }).trim(),
    keywords: ['chest CT', 'COVID-19', ...(request.release.synthetic ? ['synthetic'] : [])],
    inLanguage: 'en',
    isLiveDataset: false,
    'rai:dataCollection': words.collection.join(' '),
    'rai:dataCollectionType': [request.release.synthetic ? 'Synthetic' : 'Secondary data analysis'],
    'rai:dataCollectionMissingData': missing.join(' '),
    'rai:dataPreprocessingProtocol': words.labelling,
    'rai:dataAnnotationProtocol': words.labelling.slice(0, 1),
    'rai:dataUseCases': [...words.useCases, ...words.misuses],
    'rai:dataBiases': words.biases,
    'rai:dataLimitations': [...words.limitations, ...leftOut],
    'rai:dataSocialImpact': words.misuses.join(' '),
    'rai:personalSensitiveInformation': words.sensitive,
    'rai:dataReleaseMaintenancePlan': words.maintenance.join(' '),
    distribution: files.map((file) => ({
      '@type': 'cr:FileObject',
      '@id': file.path,
      name: file.path,
      description: `The images of ${file.split} with their records.`,
      contentUrl: file.path,
      contentSize: `${file.bytes} B`,
      encodingFormat: 'application/x-parquet',
      sha256: file.sha256,
    })),
    recordSet: files.map(recordSet),
  };
}

/** Croissant 1.1 metadata with RAI fields over Parquet files, read by mlcroissant. */
export const croissantExporter: Exporter = {
  name: 'croissant',
  describe: 'Croissant 1.1 with RAI fields (croissant.json) over Parquet with image bytes',
  usage: ['mlcroissant: `Dataset(jsonld="croissant.json").records(record_set="train")`; there is one record set a split.'],
  async write(request, context) {
    const files: DataFile[] = [];
    for (const { split, path } of await writeParquetFiles(request, context)) {
      const full = join(context.folder, path);
      files.push({ split, path, bytes: (await stat(full)).size, sha256: await hashFile(full) });
    }
    await writeFile(join(context.folder, 'croissant.json'), `${JSON.stringify(croissantDocument(request, files), null, 2)}\n`);
  },
};
