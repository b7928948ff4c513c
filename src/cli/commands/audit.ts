import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { auditRelease, checkNames, createPictureCache, defectCodes, makeThumbnails, renderAudit, toAuditDocument, type Audit, type DefectCode } from '../../audit/index.ts';
import { formatDuration, writeFileAtomic } from '../../base/index.ts';
import { citationsOf, dataSetPapers, formatPlainCitations } from '../../release/index.ts';
import { defineCommand, type CommandContext } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { formatTable } from '../table.ts';
import { packageVersion } from '../version.ts';

function printAudit(audit: Audit, context: CommandContext): void {
  const { release, defects } = audit;
  context.print(`Audit of ${release.name}${release.synthetic ? ' (synthetic)' : ''}: ${release.images} images, ${formatDuration(audit.seconds)}.`);
  context.print();
  const count = (check: string, severity: string) => defects.filter((defect) => defect.check === check && defect.severity === severity).length;
  context.print(
    formatTable(
      ['check', 'errors', 'warnings', 'notes', 'seconds'],
      audit.checks.map((report) => [report.check, count(report.check, 'error'), count(report.check, 'warning'), count(report.check, 'note'), Number(report.seconds.toFixed(1))]),
      { width: 80 },
    ),
  );
  context.print();
  const codes = (Object.keys(defectCodes) as DefectCode[]).filter((code) => defects.some((defect) => defect.code === code));
  if (codes.length === 0) context.print('No defects were found.');
  else {
    context.print(
      formatTable(
        ['severity', 'code', 'defects', 'images'],
        codes.map((code) => {
          const own = defects.filter((defect) => defect.code === code);
          return [defectCodes[code].severity, code, own.length, new Set(own.flatMap((defect) => defect.images)).size];
        }),
        { width: 80 },
      ),
    );
  }
  context.print();
}

/** `covid-ct audit`. */
export const auditCommand = defineCommand({
  command: 'audit',
  describe: 'Find what is wrong with a release: duplicates, leaks, labels, shortcuts …',
  examples: [
    ['covid-ct audit --release COVID-CT --out audit', 'write audit/audit.html and audit/audit.json'],
    ['covid-ct audit --release sample', 'audit the embedded synthetic sample'],
    ['covid-ct audit --check leakage --check labels', 'run some checks only'],
    ['covid-ct audit --json > audit.json', 'the same as audit.json, on stdout'],
  ],
  options: (yargs) =>
    releaseOption(yargs)
      .option('out', { type: 'string', requiresArg: true, describe: 'folder for audit.html and audit.json' })
      .option('check', { type: 'string', array: true, requiresArg: true, nargs: 1, choices: checkNames, describe: 'run only this check; may be given again' })
      .option('seed', { type: 'number', requiresArg: true, default: 1, describe: 'seed of whatever draws by chance' }),
  run: async (args, context) => {
    const release = await openReleaseFor(args, context);
    try {
      const pictures = createPictureCache(release);
      const { progress, signal } = context;
      const audit = await auditRelease(release, { seed: args.seed, pictures, progress, signal, ...(args.check === undefined ? {} : { checks: args.check }) });
      const version = packageVersion();
      const document = toAuditDocument(audit, version);
      if (args.out !== undefined) {
        const papers = release.layout === 'upstream' && !release.synthetic ? dataSetPapers : [];
        const sources = citationsOf(release);
        const plain = formatPlainCitations({ ...sources, dataSet: papers, sources: [] }).trim();
        const thumbnails = await makeThumbnails(release, audit.defects, pictures);
        const html = renderAudit(audit, { version, citations: plain === '' ? [] : plain.split('\n'), thumbnails });
        await mkdir(args.out, { recursive: true });
        await writeFileAtomic(join(args.out, 'audit.html'), html);
        await writeFileAtomic(join(args.out, 'audit.json'), `${JSON.stringify(document, null, 2)}\n`);
      }
      printAudit(audit, context);
      if (args.out === undefined) context.print('--out DIR writes the report with evidence and pictures.');
      else context.print(`Report: ${join(args.out, 'audit.html')}`);
      context.printJson(document);
      return audit.defects.length > 0 ? 1 : 0;
    } finally {
      await release.close();
    }
  },
});
