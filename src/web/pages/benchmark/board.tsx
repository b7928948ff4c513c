import { Button, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { client, read } from '../../app/client.ts';
import { useDocument } from '../../app/document.ts';
import type { Submission } from '../../app/submissions.ts';
import { Chip, type Tone } from '../../components/chip.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { counted, difference, figure } from '../../components/format.ts';
import { JobPanel } from '../../components/job-progress.tsx';
import { Waiting } from '../../components/waiting.tsx';
import classes from './benchmark.module.css';

const tones: Readonly<Record<string, Tone>> = { model: 'accent', control: 'warning', published: 'note' };
const shown = ['accuracy', 'f1', 'sensitivity', 'specificity', 'brier'] as const;
/** In full, and where there is little room. */
const titles: Readonly<Record<(typeof shown)[number], readonly [string, string]>> = { accuracy: ['accuracy', 'acc.'], f1: ['F1', 'F1'], sensitivity: ['sensitivity', 'sens.'], specificity: ['specificity', 'spec.'], brier: ['Brier', 'Brier'] };

interface Figure {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

const least = 0.3;
const place = (value: number): number => Math.max(0, Math.min(100, ((value - least) / (1 - least)) * 100));

/** A figure with its interval on a scale from 0.3 to 1, and how far the best control reaches. */
function Interval({ value, low, high, reach }: Figure & { readonly reach: number | undefined }) {
  if (value === null) return null;
  return (
    <span className={classes['interval']} aria-hidden="true">
      {reach !== undefined && <span className={classes['reach']} style={{ width: `${place(reach)}%` }} />}
      <span className={classes['chance']} style={{ left: `${place(0.5)}%` }} />
      {low !== null && high !== null && <span className={classes['whisker']} style={{ left: `${place(low)}%`, width: `${place(high) - place(low)}%` }} />}
      <span className={classes['point']} style={{ left: `${place(value)}%` }} />
    </span>
  );
}

const between = ({ low, high }: Figure): string => (low === null || high === null ? '' : `${low.toFixed(3)}–${high.toFixed(3)}`);

/** The leaderboard of a track. */
export function Board({ release, track, submissions, chosen, choose, train }: {
  readonly release: string;
  readonly track: 'legacy' | 'clean';
  readonly submissions: readonly Submission[];
  readonly chosen: string;
  readonly choose: (id: string) => void;
  readonly train: () => void;
}) {
  const names = submissions.map(({ id }) => id);
  const { data, error, refetch } = useDocument(release, ['board', track, names], async () => {
    const answer = await read(client.api.releases[':release'].boards[':track'].$get({ param: { release, track } }));
    return answer.state === 'absent' ? { state: 'ready' as const, document: { boards: [] } } : answer;
  });
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  if (data.state !== 'ready') return <JobPanel job={data.job} what="The leaderboard is being made, its cheating controls trained" />;
  const { boards } = data.document;
  if (boards.length === 0) {
    return (
      <Paper withBorder p="xl" bg="var(--surface)" maw={620}>
        <Title order={2} mb={4}>Nothing is judged on this track yet</Title>
        <Text size="sm" c="dimmed" mb="md">Train a baseline here, or upload a table of predictions (image,score) of any model.</Text>
        <Button onClick={train}>Train a baseline</Button>
      </Paper>
    );
  }
  return (
    <Stack gap="xl">
      {boards.map((board) => {
        const best = board.rows.find(({ kind, name }) => kind === 'control' && name === board.bestControl);
        const reach = best?.metrics['auc']?.high ?? best?.metrics['auc']?.value ?? undefined;
        return (
          <section key={`${board.track} ${board.folds ?? ''}`}>
            <Text size="sm" c="dimmed" mb="xs">{counted(board.n, 'image')}{board.folds === null ? ` of the ${board.part} list` : `, ${board.folds} folds`}, {board.positives} {board.positive}; {board.positive} is positive. 95 % intervals by draws of patients. The shaded part is what the best control reaches without seeing a lung.</Text>
            <Table.ScrollContainer minWidth={700} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': 'Leaderboard' } }}>
              <Table className={`numbers ${classes['board'] ?? ''}`} withTableBorder bg="var(--surface)" highlightOnHover>
                <Table.Thead><Table.Tr>
                  <Table.Th>Model</Table.Th><Table.Th w={190}>ROC AUC</Table.Th><Table.Th ta="right" title="ROC AUC of patients, by the mean score of their images"><span className={classes['wide']}>by patient</span><abbr className={classes['narrow']} title="ROC AUC by patient">pat.</abbr></Table.Th>
                  {shown.map((name) => <Table.Th key={name} ta="right"><span className={classes['wide']}>{titles[name][0]}</span><abbr className={classes['narrow']} title={titles[name][0]}>{titles[name][1]}</abbr></Table.Th>)}
                </Table.Tr></Table.Thead>
                <Table.Tbody>
                  {board.rows.map((row) => {
                    const own = submissions.find(({ source }) => row.sources.includes(source));
                    const auc = row.metrics['auc'] ?? { value: null, low: null, high: null };
                    return (
                      <Table.Tr key={`${row.kind} ${row.name} ${row.sources.join(' ')}`} {...(own !== undefined && own.id === chosen ? { bg: 'var(--accent-soft)' } : {})}>
                        <Table.Td className={classes['model'] ?? ''}>
                          {own === undefined ? <span className={classes['name']}>{row.name}</span> : <button type="button" className={`${classes['name'] ?? ''} ${classes['open'] ?? ''}`} onClick={() => choose(own.id)}>{row.name}</button>}
                          {row.note !== null && <Text size="xs" c="dimmed" maw={420}>{row.note}</Text>}
                          <div className={classes['chips']}>
                            <Chip tone={tones[row.kind] ?? 'note'}>{row.kind === 'published' ? 'as printed' : row.kind}</Chip>
                            {row.overlapsBestControl === true && <Chip tone="error" title="Its interval reaches down to that of the best control: it may have learned no more">no better than a control</Chip>}
                          </div>
                        </Table.Td>
                        <Table.Td><span className={classes['nowrap']}><b>{figure(auc.value)}</b> <Text span size="xs" c="dimmed">{between(auc)}</Text></span><Interval {...auc} reach={row.kind === 'control' ? undefined : reach} /></Table.Td>
                        <Table.Td ta="right">{figure(row.patientAuc.value)}</Table.Td>
                        {shown.map((name) => <Table.Td key={name} ta="right" title={between(row.metrics[name] ?? { value: null, low: null, high: null })}>{figure(row.metrics[name]?.value)}</Table.Td>)}
                      </Table.Tr>
                    );
                  })}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            {board.againstControls.flatMap(({ pairs }) => pairs).map(({ first, second, bootstrap: { auc } }) => (
              <Text key={`${first} ${second}`} size="sm" mt={6}>{first}, minus the same training as a control ({second}): {auc === null ? '–' : difference(auc)} of the ROC AUC over patients{auc !== null && auc.low <= 0 ? '. It is not shown to use what the control was not given.' : '.'}</Text>
            ))}
            {board.incomplete.length > 0 && <Text size="xs" c="dimmed" mt={6}>Not shown, since folds are missing: {board.incomplete.join('; ')}.</Text>}
          </section>
        );
      })}
    </Stack>
  );
}
