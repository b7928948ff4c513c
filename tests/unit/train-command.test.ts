import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src/base/index.ts';
import { runProgram } from '../support/run-program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-train-command-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const program = (...args: readonly string[]) => runProgram(args, { env: { COVID_CT_WORKSPACE: join(folder, 'workspace') }, timeout: 400_000 });
const run = (...args: readonly string[]) => program('train', ...args);
/** Where others hold the processors, the clock tells of them. */
const isBusy = () => (loadavg()[0] ?? 0) > 2 * availableParallelism();

describe('covid-ct train', () => {
  it('trains, judges and reports on the sample within a minute', { timeout: 420_000 }, async () => {
    const out = join(folder, 'run');
    const { code, stdout, stderr, seconds, cpuSeconds } = await run('scratch', '--sample', '--out', out, '--json');
    expect(stderr).toContain('Research only, never diagnosis.');
    expect(code).toBe(0);
    expect(cpuSeconds).toBeLessThan(60);
    expect(isBusy() || seconds < 60).toBe(true);
    const { run: document, evaluation } = JSON.parse(stdout);
    expect(document).toMatchObject({ state: 'finished', configuration: { recipe: { preset: 'sample' }, track: { name: 'clean' }, data: { synthetic: true } } });
    expect(evaluation).toMatchObject({ positive: 'COVID', split: 'test', n: document.configuration.data.test });
    expect((await readdir(out)).toSorted()).toEqual(['checkpoint.safetensors', 'epochs.jsonl', 'evaluation.json', 'model.onnx', 'predictions', 'report.html', 'run.json', 'weights.safetensors']);
    const report = await readFile(join(out, 'report.html'), 'utf8');
    for (const part of ['Synthetic.', 'ROC curve', 'What can be told without looking at a lung', 'Grad-CAM', 'data:image/jpeg;base64,', 'Model card', 'CLAIM, 2024 update', 'TRIPOD+AI', '<span class="tag error">open</span>', 'covid-ct robustness RUN']) expect(report).toContain(part);
  });

  it('its report is made again by covid-ct report, with the authors’ answers and what was found since', { timeout: 900_000 }, async () => {
    const out = join(folder, 'run');
    const answers = join(folder, 'answers.json');
    await writeFileAtomic(answers, JSON.stringify({ claim: { 44: 'Nobody paid for it.' } }));
    const explained = await program('explain', out, '--release', 'sample', '--json');
    expect(explained.code).toBe(0);
    const { n, summary, groups } = JSON.parse(explained.stdout) as { n: number; summary: string; groups: { group: string; n: number }[] };
    expect(groups[0]).toMatchObject({ group: 'all images', n });
    const { code, stdout } = await program('report', out, '--release', 'sample', '--answers', answers, '--json');
    expect(code).toBe(0);
    const { checklists, controls, attention } = JSON.parse(stdout) as { checklists: { id: string; items: { id: string; status: string; answers: string[] }[] }[]; controls: { name: string }[]; attention: { sentence: string } };
    expect(checklists[0]?.items.find(({ id }) => id === '44')).toMatchObject({ status: 'filled', answers: ['Nobody paid for it.'] });
    expect(controls.map(({ name }) => name)).toEqual(['header', 'border', 'colour', 'marks', 'nearest-duplicate']);
    expect(attention.sentence).toBe(summary);
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('Nobody paid for it.');
    const wrong = await program('report', out, '--release', 'sample', '--answers', join(out, 'run.json'));
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('holds no answers to checklists')]);
  });

  it.each([
    [['transfer', '--release', 'sample'], 2, 'starts from weights that were trained before'],
    [['scratch', '--sample', '--track', 'legacy'], 2, '--track has no place beside it'],
    [['scratch', '--preset', 'none'], 2, 'The recipe scratch has no preset none'],
    [['scratch', '--sample', '--model', 'lenet'], 3, 'There is no architecture called "lenet"'],
    [['scratch', '--sample', '--epochs', '0'], 2, '--epochs 0 is no whole number from 1 on'],
    [['--resume', 'nowhere'], 3, 'nowhere is no run'],
    [['scratch', '--release', 'sample'], 3, 'The clean track leaves out what cannot be read'],
    [['self-trans', '--release', 'sample'], 2, 'starts from weights that were pretrained without labels'],
    [['scratch', '--preset', 'nowhere.json'], 3, 'The recipe nowhere.json cannot be read'],
    [[], 2, 'Name a recipe'],
  ])('%j says what is wrong', { timeout: 120_000 }, async (args, code, message) => {
    const result = await run(...args);
    expect([result.code, result.stderr.replaceAll(/\s+/g, ' ')]).toEqual([code, expect.stringContaining(message)]);
  });
});
