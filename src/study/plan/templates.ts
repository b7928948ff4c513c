/** Plans to start from, as they are written: YAML with comments. */
export const planTemplates = {
  paper: `# Does what is lost between scanner and paper matter? Pictures of the release, as they are and degraded.
covidCtStudy: 1
id: paper-losses
title: What is lost between the published picture and the reader
question: Are readers of JPEG-compressed and photographed pictures non-inferior to readers of the pictures as published?
seed: 1
positive: COVID
cases:
  source: release
  track: legacy          # legacy: the published lists; clean: grouped, without quarantined pictures
  part: test
  perLabel: { COVID: 20, NonCOVID: 20 }
  onePer: patient        # at most one picture a patient, so that cases are independent
practice: 2
canvas: 768
arms:
  - { id: original, title: As published }
  - { id: jpeg, title: JPEG quality 55, steps: [{ degradation: jpeg, strength: 0.5 }] }
  - { id: photo, title: A simulated phone photo of a screen, steps: [{ degradation: phone-photo, strength: 0.6 }] }
reference: original
design: { kind: fully-crossed, washOutDays: 28 }
rating: { kind: scale, lowest: 1, highest: 5, labels: [surely not, probably not, undecided, probably, surely] }
positiveFrom: 4
questions:
  - { id: finding, text: Which finding weighs most?, options: [ground-glass opacity, consolidation, nodule, other, none] }
marks: 1                 # where it is
readers:
  - { id: reader-1, experience: senior radiologist }
  - { id: reader-2, experience: radiologist }
  - { id: reader-3, experience: radiologist }
  - { id: reader-4, experience: resident }
  - { id: reader-5, experience: resident }
analysis: { inference: random, nonInferiorityMargin: 0.05 }
`,
  slices: `# One slice against its series, and each loss of the way to paper as an arm of its own. Synthetic volumes: replace them by your own.
covidCtStudy: 1
id: slice-against-series
title: One slice against its series, and each loss of the way to paper
question: How much accuracy is lost by each step from the CT series to a picture in a paper?
seed: 1
cases:
  source: phantoms       # synthetic; or source - volumes, volumes - a list of { path, positive }
  positives: 20
  negatives: 20
  slices: 24
  size: 256
arms:
  - { id: series, title: The series in Hounsfield units, view: series, hounsfield: true }
  - { id: slice, title: One slice in Hounsfield units, view: slice, hounsfield: true }
  - { id: window, title: One slice under the lung window in 8 bits, view: slice, window: lung }
  - { id: small, title: Scaled down as for a paper, view: slice, window: lung, paper: { side: 200 } }
  - { id: jpeg, title: Scaled down and saved as JPEG, view: slice, window: lung, paper: { side: 200, quality: 50 } }
  - { id: photo, title: Photographed from a screen, view: slice, window: lung, paper: { side: 200, quality: 50, photo: 0.6 } }
reference: series
design: { kind: crossover, washOutDays: 28 }
rating: { kind: percent }
positiveFrom: 50
readers:
  - { id: reader-1 }
  - { id: reader-2 }
  - { id: reader-3 }
  - { id: reader-4 }
  - { id: reader-5 }
  - { id: reader-6 }
analysis: { inference: random, equivalenceMargin: 0.05 }
`,
} as const;

/** The name of a plan to start from. */
export type PlanTemplate = keyof typeof planTemplates;
