import { Button, Checkbox, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useCorrections, useDecide } from '../../app/corrections.ts';
import { choice, useUrlState } from '../../app/url-state.ts';
import { Chip, type Tone } from '../../components/chip.tsx';
import { CopyBlock } from '../../components/copy-block.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { counted, words } from '../../components/format.ts';
import { ThumbnailLink } from '../../components/thumbnail-link.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { WhoDialog } from '../../components/who-dialog.tsx';
import classes from './audit.module.css';
import { CleanTrack } from './clean-track.tsx';

const parts = { status: choice(['proposed', 'accepted', 'rejected']) };
const tones: Readonly<Record<string, Tone>> = { proposed: 'accent', accepted: 'good', rejected: 'note' };

/** What was proposed; accepted or rejected one by one or many at once, with the clean track beside. */
export function Corrections({ release, fingerprint, positive }: { readonly release: string; readonly fingerprint: string | undefined; readonly positive: string }) {
  const { data, error } = useCorrections(release);
  const decide = useDecide(release);
  const [{ status }, change] = useUrlState(parts);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [deciding, setDeciding] = useState<{ readonly status: 'accepted' | 'rejected'; readonly ids: readonly string[] }>();
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  const shown = data.corrections.filter((one) => one.status === status);
  const ids = shown.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  const number = (wanted: string): number => data.corrections.filter((one) => one.status === wanted).length;
  return (
    <div className={classes['beside']}>
      <Stack gap="sm" miw={0}>
        <Group justify="space-between">
          <SegmentedControl aria-label="Which corrections" value={status} onChange={(value) => { change({ status: value === 'accepted' || value === 'rejected' ? value : 'proposed' }); setChosen(new Set()); }} data={(['proposed', 'accepted', 'rejected'] as const).map((value) => ({ value, label: `${words(value)} (${number(value)})` }))} />
          <Group gap="xs">
            {shown.length > 1 && <Button variant="subtle" onClick={() => setChosen(ids.length === shown.length ? new Set() : new Set(shown.map(({ id }) => id)))}>{ids.length === shown.length ? 'Choose none' : 'Choose all'}</Button>}
            {ids.length > 0 && status !== 'accepted' && <Button onClick={() => setDeciding({ status: 'accepted', ids })}>Accept {ids.length}</Button>}
            {ids.length > 0 && status !== 'rejected' && <Button variant="default" onClick={() => setDeciding({ status: 'rejected', ids })}>Reject {ids.length}</Button>}
          </Group>
        </Group>
        {shown.length === 0 && <Text c="dimmed" size="sm">{status === 'proposed' ? 'Nothing waits for a decision. Propose what the audit suggests under Defects, or a correction of your own on the page of an image.' : `Nothing ${status} yet.`}</Text>}
        {shown.map((one) => {
          const last = one.history.at(-1);
          return (
            <article key={one.id} className={classes['defect']} aria-label={`Correction ${one.id}`}>
              <Group justify="space-between" wrap="nowrap" align="flex-start">
                <Group gap="sm" wrap="nowrap" align="flex-start">
                  <Checkbox aria-label={`Choose ${one.id}`} checked={chosen.has(one.id)} onChange={(event) => { const next = new Set(chosen); if (event.currentTarget.checked) next.add(one.id); else next.delete(one.id); setChosen(next); }} />
                  <div>
                    <Group gap={6}><Chip tone={tones[one.status] ?? 'note'}>{one.status}</Chip><Text size="sm" fw={600}>{one.action === 'relabel' ? `Relabel as ${one.label ?? ''}` : one.action === 'quarantine' ? 'Leave out' : 'Keep together'}, {counted(one.images.length, 'image')}</Text></Group>
                    {one.defect !== null && <Text size="sm" className="wrap-anywhere">{words(one.defect.code)}: {one.defect.evidence}</Text>}
                    <Text size="xs" c="dimmed">{last?.when.slice(0, 10)} {last?.author}: {last?.reason}</Text>
                  </div>
                </Group>
                <Group gap={6} wrap="nowrap">
                  {one.status !== 'accepted' && <Button size="compact-xs" onClick={() => setDeciding({ status: 'accepted', ids: [one.id] })}>Accept</Button>}
                  {one.status !== 'rejected' && <Button size="compact-xs" variant="default" onClick={() => setDeciding({ status: 'rejected', ids: [one.id] })}>Reject</Button>}
                </Group>
              </Group>
              <div className={classes['pictures']} data-large={false}>{one.images.slice(0, 24).map((image) => <ThumbnailLink key={image.key} release={release} fingerprint={fingerprint} image={image} positive={positive} />)}</div>
            </article>
          );
        })}
        {status === 'accepted' && shown.length > 0 && <CopyBlock title="Errata (Markdown)" text={data.errata} />}
      </Stack>
      <aside aria-label="Clean track"><CleanTrack release={release} fingerprint={fingerprint} labels={[]} compact /></aside>
      {deciding !== undefined && (
        <WhoDialog title={deciding.status === 'accepted' ? 'Accept' : 'Reject'} about={`${counted(deciding.ids.length, 'correction')} ${deciding.status === 'accepted' ? 'will change the clean track at once.' : 'will stay without effect.'} A decision can be taken again; the history keeps each.`} action={deciding.status === 'accepted' ? 'Accept' : 'Reject'} opened close={() => setDeciding(undefined)} pending={decide.isPending} error={decide.error}
          decide={(who) => decide.mutate({ ...who, ids: [...deciding.ids], status: deciding.status }, { onSuccess: () => { setDeciding(undefined); setChosen(new Set()); } })} />
      )}
    </div>
  );
}
