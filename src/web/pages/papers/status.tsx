import { Chip, type Tone } from '../../components/chip.tsx';
import type { JobRecord } from '../../../server/client-types.ts';
import type { PaperEntry } from './use-papers.ts';

type Status = NonNullable<PaperEntry['paper']>['status'];

/** What a status means, and what to do. */
const statuses: Readonly<Record<Status, { readonly tone: Tone; readonly hint: string }>> = {
  read: { tone: 'good', hint: '' },
  'partly read': { tone: 'warning', hint: '' },
  empty: { tone: 'error', hint: 'Give it again.' },
  'not a PDF': { tone: 'error', hint: 'Download the PDF itself, and give that.' },
  encrypted: { tone: 'error', hint: 'Save it without its password (print to PDF, or qpdf --decrypt), then give that.' },
  broken: { tone: 'error', hint: 'Two readers gave it up. Download it again, or repair it (qpdf, mutool clean).' },
  'too slow': { tone: 'error', hint: 'covid-ct extract --timeout 600 reads it in a terminal.' },
  'too much memory': { tone: 'error', hint: 'covid-ct extract --memory 3000 reads it in a terminal.' },
  crashed: { tone: 'error', hint: 'Its reader ended; the workbench goes on. Read it again, or download it again.' },
  'in the release': { tone: 'note', hint: 'The release has this paper already.' },
  twice: { tone: 'note', hint: 'The same bytes came before.' },
  'no open full text': { tone: 'error', hint: 'No open full text is known.' },
  'not fetched': { tone: 'error', hint: 'It could not be fetched.' },
};

/** How a paper stands: what came of it, else how far its job is. */
export function statusOf({ paper, job }: PaperEntry, current: JobRecord | null): { readonly word: string; readonly tone: Tone; readonly hint: string; readonly why: string } {
  if (current?.state === 'queued') return { word: 'waiting', tone: 'note', hint: '', why: '' };
  if (current?.state === 'running') return { word: 'being read', tone: 'accent', hint: '', why: '' };
  if (paper !== null) return { word: paper.status, ...statuses[paper.status], why: paper.notes.join(' ') };
  if (job?.state === 'cancelled') return { word: 'cancelled', tone: 'warning', hint: 'Read it again when you like.', why: '' };
  return { word: 'not read', tone: 'error', hint: 'Its job failed: the page Jobs has the log.', why: current?.note ?? '' };
}

/** The status as a word in its colour. */
export function StatusChip({ word, tone }: { readonly word: string; readonly tone: Tone }) {
  return <Chip tone={tone}>{word}</Chip>;
}
