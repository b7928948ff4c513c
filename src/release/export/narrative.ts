import type { Release } from '../types.ts';

/** What is said of a set in words, for its card and its Croissant record. Every statement of the authors is called theirs. */
export interface Narrative {
  readonly title: string;
  readonly description: string;
  readonly url: string | undefined;
  readonly datePublished: string | undefined;
  readonly creators: readonly string[];
  readonly motivation: readonly string[];
  readonly collection: readonly string[];
  readonly labelling: readonly string[];
  readonly useCases: readonly string[];
  readonly misuses: readonly string[];
  readonly biases: readonly string[];
  readonly limitations: readonly string[];
  readonly sensitive: readonly string[];
  readonly distribution: readonly string[];
  readonly maintenance: readonly string[];
}

const notDiagnosis = 'Not for diagnosis, triage or any decision about a patient.';
const licenceText = 'The licence of the images is unknown unless a record shows one; copyright stays with the authors and publishers of the papers.';
const maintenance = [
  'Corrections are kept as an overlay with author and reason (`covid-ct correct`) and become errata of a next release; published files are never edited.',
  'A new audit, split or export is made by a command, so that every figure here can be made again.',
];

const covidCt: Narrative = {
  title: 'COVID-CT-Dataset',
  description: 'Chest-CT pictures cut out of papers, labelled COVID or NonCOVID, with the papers, patients and captions they came with.',
  url: 'https://github.com/UCSD-AI4H/COVID-CT',
  datePublished: '2020-03-30',
  creators: ['Jinyu Zhao', 'Yichen Zhang', 'Xuehai He', 'Pengtao Xie'],
  motivation: [
    'Its authors made it because no public CT data of COVID-19 were there in March 2020, to foster research on diagnosis from CT (arXiv:2003.13865).',
    'Who paid for it, the release does not tell.',
    'On its utility the authors write, without naming or quoting anyone: "The utility of this dataset has been confirmed by a senior radiologist in Tongji Hospital, Wuhan, China, who has performed diagnosis and treatment of a large number of COVID-19 patients during the outbreak of this disease between January and April." This is their unsigned statement; no protocol, figures or signature come with it.',
  ],
  collection: [
    'By its authors’ account (arXiv:2003.13865), COVID pictures were cut out of figures of papers on COVID-19, most of them preprints of early 2020, and NonCOVID pictures come from MedPix and other public collections.',
    'File names carry the paper’s stem, the page and the number of the figure’s object in the PDF; panels of composite figures were cut apart.',
    'The release tells of no consent of patients to this collection: it reuses pictures that were published.',
  ],
  labelling: [
    'COVID was told from the figure’s caption and the paper’s text by the authors, not from the pixels or a laboratory result in the release; the release holds no second reading and no measure of agreement.',
    'Pixels are as published in the papers: windowed, scaled, compressed, at times with arrows and letters; Hounsfield units are lost.',
  ],
  useCases: ['Research on how small, confounded picture sets mislead classifiers; methods for auditing, splitting and documenting such sets; teaching.'],
  misuses: [notDiagnosis, 'A score on this set does not tell how well a model detects COVID-19: the label goes with the source of the picture.'],
  biases: [
    'Source and label are confounded: COVID pictures come from papers on COVID-19, NonCOVID pictures from other collections. A model can tell the source instead of the disease, in every split.',
    'Figures are chosen by the authors of papers: they are no random sample of patients.',
    'Age, sex and severity are missing for many images; the card counts them.',
  ],
  limitations: [
    'Single 8-bit slices as printed, not volumes; no acquisition data.',
    'Patients are numbered by reading captions; one patient may carry several numbers and one number several patients.',
    'The published split lets patients, papers or figures cross; the clean track removes leakage, not the confound of source and label.',
  ],
  sensitive: ['Age, sex, location, history and outcome of patients as their papers printed them; no names. Pictures may hold burned-in text.'],
  distribution: [
    'Published by its authors at https://github.com/UCSD-AI4H/COVID-CT.',
    licenceText,
    'covid-ct ships no picture and no caption of it: it reads, checks and converts the copy that you have.',
  ],
  maintenance: ['The release comes with no plan of maintenance and no errata.', ...maintenance],
};

const synthetic: Narrative = {
  ...covidCt,
  title: 'covid-ct synthetic sample',
  description: 'Synthetic phantoms drawn by covid-ct in the layout of COVID-CT-Dataset, with planted defects. No patient, paper or disease in it is real.',
  url: undefined,
  datePublished: undefined,
  creators: ['covid-ct contributors'],
  motivation: ['Drawn by covid-ct to try and test its commands without the real release.'],
  collection: ['Drawn by a seeded generator. Names of papers and patients are made up in the form of the real ones.'],
  labelling: ['Labels were drawn too; some are wrong on purpose.'],
  useCases: ['Trying and testing software.'],
  misuses: [notDiagnosis, 'No figure made with it says anything about any disease.'],
  biases: ['As drawn.'],
  limitations: ['It is synthetic: it has the layout and defects of a real release, not its content.'],
  sensitive: ['None: nobody in it is real.'],
  distribution: ['Comes with covid-ct.'],
  maintenance,
};

/** The words for a release: COVID-CT-Dataset, the synthetic sample, or a foreign set, of which nothing is known. */
export function narrativeOf(release: Release): Narrative {
  if (release.synthetic) return synthetic;
  if (release.layout === 'upstream') return covidCt;
  const unknown = ['The release does not tell.'];
  return {
    title: release.name,
    description: `Chest-CT pictures read from ${release.layout === 'csv' ? 'a table' : 'folders'} by covid-ct, labelled ${release.labels.join(' or ')}.`,
    url: undefined,
    datePublished: undefined,
    creators: [],
    motivation: unknown,
    collection: unknown,
    labelling: unknown,
    useCases: ['Research.'],
    misuses: [notDiagnosis],
    biases: ['Unknown. Look whether source and label go together before any figure is believed: covid-ct audit --release … checks it.'],
    limitations: unknown,
    sensitive: unknown,
    distribution: [licenceText],
    maintenance,
  };
}
