import { stringify } from 'csv-stringify/sync';
import writeWorkbook from 'write-excel-file/node';
import type { ReadingsDocument } from '../analysis/document.ts';

/** A cell that a spreadsheet would run as a formula begins with an apostrophe. */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** All readings as CSV, one line each, with the truth and the source of each case: for a locked study, not for readers. */
export function readingsCsv(document: ReadingsDocument): string {
  const truth = new Map(document.cases.map((one) => [one.case, one]));
  const questions = document.plan.questions.map(({ id }) => id);
  const header = ['reader', 'simulated', 'arm', 'case', 'label', 'positive', 'source', 'session', 'position', 'rating', ...questions, 'marks', 'milliseconds', 'at', 'revisions'];
  const simulated = new Map(document.readers.map((one) => [one.reader, one.simulated]));
  const rows = document.readings.map((reading) => {
    const one = truth.get(reading.case);
    const marks = reading.marks.map(({ x, y, slice }) => `${x.toFixed(4)} ${y.toFixed(4)} ${slice}`).join('; ');
    return [
      reading.reader, simulated.get(reading.reader) === true ? 1 : 0, reading.arm, reading.case, harmless(one?.label ?? ''), one?.positive === true ? 1 : 0, harmless(one?.source ?? ''),
      reading.session, reading.position, reading.rating, ...questions.map((id) => harmless(reading.answers[id] ?? '')), marks, reading.milliseconds, reading.at, reading.revisions,
    ];
  });
  return stringify([header, ...rows]);
}

/** Whole numbers for readers, arms and cases, which both layouts below ask for; the table that gives them back their names is written beside. */
function numbering(document: ReadingsDocument) {
  const index = (names: readonly string[]) => new Map(names.map((name, i) => [name, i]));
  return { readers: index(document.plan.readers.map(({ id }) => id)), arms: index(document.plan.arms.map(({ id }) => id)), cases: index(document.cases.map((one) => one.case)) };
}

/** The names behind the numbers of the two exports. */
export function numbersCsv(document: ReadingsDocument): string {
  const { readers, arms, cases } = numbering(document);
  const rows = [
    ...[...readers].map(([name, number]) => ['reader', number, name]),
    ...[...arms].map(([name, number]) => ['modality', number, name]),
    ...[...cases].map(([name, number]) => ['case', number + 1, name]),
  ];
  return stringify([['kind', 'number', 'name'], ...rows]);
}

/**
 * The layout of iMRMC's input file: a header of counts, `BEGIN DATA:`, then reader, case, modality, score; the truth of each case as
 * reader −1 and modality `truth` (as in the .imrmc file that the R package RJafroc carries).
 */
export function imrmcText(document: ReadingsDocument): string {
  const { readers, arms, cases } = numbering(document);
  const positives = document.cases.filter(({ positive }) => positive).length;
  const truth = document.cases.map((one) => `-1,${(cases.get(one.case) ?? 0) + 1},truth,${Number(one.positive)}`);
  const scores = document.readings.map(({ reader, arm, case: name, rating }) => `${readers.get(reader)},${(cases.get(name) ?? 0) + 1},${arms.get(arm)},${rating.toFixed(6)}`);
  const title = document.plan.title.replaceAll(/[\r\n]+/g, ' ');
  return [title, `N0:${document.cases.length - positives}`, `N1:${positives}`, `NR:${readers.size}`, `NM:${arms.size}`, 'BEGIN DATA:', ...truth, ...scores, ''].join('\n');
}

/**
 * The layout that RJafroc reads with `newExcelFileFormat = TRUE`: sheets TRUTH, TP and FP (the chapter “ROC data format” of its Quick Start).
 * Readers who did not read a case are left out of its list, and a study whose readers read different cases is called split-plot.
 */
export async function rjafrocWorkbook(document: ReadingsDocument): Promise<Uint8Array> {
  const { readers, arms, cases } = numbering(document);
  const cell = (value: string | number) => ({ value });
  const readersOf = (name: string): string => [...new Set(document.readings.filter((reading) => reading.case === name).map(({ reader }) => readers.get(reader) ?? 0))].toSorted((a, b) => a - b).join(', ');
  const modalities = [...arms.values()].join(', ');
  const design = document.plan.design.kind === 'split-plot' ? 'SPLIT-PLOT-C' : 'FCTRL';
  const truth = document.cases.map((one, i) => [
    cell((cases.get(one.case) ?? 0) + 1), cell(Number(one.positive)), cell(Number(one.positive)), cell(readersOf(one.case)), cell(modalities), i === 0 ? cell('ROC') : i === 1 ? cell(design) : null,
  ]);
  const positive = new Map(document.cases.map((one) => [one.case, one.positive]));
  const of = (wanted: boolean) => document.readings.filter((reading) => positive.get(reading.case) === wanted);
  const start = (reading: ReadingsDocument['readings'][number]) => [cell(readers.get(reading.reader) ?? 0), cell(arms.get(reading.arm) ?? 0), cell((cases.get(reading.case) ?? 0) + 1)];
  const head = (...names: readonly string[]) => names.map(cell);
  return writeWorkbook([
    { sheet: 'TRUTH', data: [head('CaseID', 'LesionID', 'Weight', 'ReaderID', 'ModalityID', 'Paradigm'), ...truth] },
    { sheet: 'TP', data: [head('ReaderID', 'ModalityID', 'CaseID', 'LesionID', 'TP_Rating'), ...of(true).map((reading) => [...start(reading), cell(1), cell(reading.rating)])] },
    { sheet: 'FP', data: [head('ReaderID', 'ModalityID', 'CaseID', 'FP_Rating'), ...of(false).map((reading) => [...start(reading), cell(reading.rating)])] },
  ]).toBuffer();
}
