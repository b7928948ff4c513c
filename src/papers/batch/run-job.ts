import { readFile } from 'node:fs/promises';
import { openWorkspace, type Progress } from '../../base/index.ts';
import { encodePng } from '../../imaging/node.ts';
import { parseCaptionRules, type CaptionRules } from '../../release/index.ts';
import type { Candidate, PageView } from '../candidates/index.ts';
import type { Picture } from '../../imaging/index.ts';
import { drawPages, extractPaper } from '../extract/index.ts';
import { extractPackage, isPackage } from '../packages/index.ts';
import { failedResult, type Job, type JobResult } from './job.ts';

let known: { readonly text: string; readonly rules: CaptionRules } | undefined;

function rulesOf({ rules }: Job): CaptionRules | undefined {
  if (rules === undefined) return undefined;
  if (known?.text !== rules.text) known = { text: rules.text, rules: parseCaptionRules(rules.text, rules.source) };
  return known.rules;
}

/** Reads one paper and keeps its candidates' pictures as objects. A file that cannot be read is a result, not an error. */
export async function runJob(job: Job, progress: Progress): Promise<JobResult> {
  const rules = rulesOf(job);
  const { objects } = openWorkspace(job.workspace);
  const bytes = await readFile(job.path);
  const read = await (isPackage(bytes) ? extractPackage : extractPaper)(bytes, { fileName: job.fileName, doi: job.doi, licence: job.licence, context: { title: job.title, abstract: job.abstract }, rules, progress });
  if ('status' in read) return failedResult(read.status, read.message);
  const candidates: Candidate[] = [];
  const keep = async (picture: Picture): Promise<string> => objects.put(await encodePng(picture));
  const wholes = new Map<Picture, string>();
  for (const { picture, from, ...rest } of read.candidates) {
    const sha256 = await keep(picture);
    const whole = picture === from ? sha256 : (wholes.get(from) ?? (await keep(from)));
    wholes.set(from, whole);
    candidates.push({ ...rest, sha256, whole: { sha256: whole, width: from.width, height: from.height } });
  }
  const pageViews: PageView[] = [];
  if (job.pageViews === true && !isPackage(bytes)) {
    for await (const { page, width, height, picture } of drawPages(bytes)) {
      pageViews.push({ page, width, height, sha256: await keep(picture) });
      progress({ label: 'Drawing pages', done: page + 1, total: read.pages });
    }
  }
  const { unreadPages, facts } = read;
  const status = unreadPages.length === 0 ? 'read' : unreadPages.length < Math.max(1, read.pages) ? 'partly read' : 'broken';
  const notes = unreadPages.length === 0 ? read.notes : [...read.notes, `pages that could not be read: ${unreadPages.slice(0, 20).join(', ')}${unreadPages.length > 20 ? ` and ${unreadPages.length - 20} more` : ''}`];
  return { status, pages: read.pages, paper: read.paper, doi: facts.doi ?? null, title: facts.title ?? null, licence: facts.licence ?? null, notes: [...notes], candidates, figures: [...read.figures], ...(job.pageViews === true ? { pageViews } : {}) };
}
