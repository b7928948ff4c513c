import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { isActive, useJob } from '../../app/jobs.ts';
import { useRelease, useReleaseId } from '../../app/release.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { count, counted } from '../../components/format.ts';
import { JobPanel } from '../../components/job-progress.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { useNextRelease, useNextState } from './use-review.ts';

const levels = { none: 'No difference.', patch: 'Words alone: a patch.', minor: 'New images alone: a minor version; results on the old test images still compare.', major: 'Images moved, went or changed: a major version; results of before cannot be compared.' } as const;

function Names({ title, names }: { readonly title: string; readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <section>
      <Title order={3} mb={4}>{title} ({count(names.length)})</Title>
      <ul style={{ margin: 0, paddingLeft: 18 }}>{names.slice(0, 50).map((name) => <li key={name}><Text size="sm" className="wrap-anywhere">{name}</Text></li>)}</ul>
      {names.length > 50 && <Text size="sm" c="dimmed">and {names.length - 50} more, in CHANGELOG.md and release.json</Text>}
    </section>
  );
}

/** The release that comes of what was accepted. */
export function NextRelease({ accepted }: { readonly accepted: number }) {
  const release = useReleaseId();
  const { data: summary } = useRelease();
  const { data, error, refetch } = useNextState(release);
  const begin = useNextRelease(release);
  const job = useJob(data?.job?.id) ?? data?.job ?? null;
  const active = job !== null && isActive(job);
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  const { made, shelf } = data;
  return (
    <Stack gap="md" maw={760}>
      <div>
        <Title order={2}>The next release</Title>
        <Text size="sm" c="dimmed">{summary?.name ?? 'This release'} with every candidate that was accepted ({accepted}), without what was withdrawn, in the published layout; with card, changelog, hashes and reviews of every image. The folder is whole or not there at all; what is published stays as it is.</Text>
      </div>
      <Group gap="xs">
        <Button disabled={active} loading={begin.isPending} onClick={() => begin.mutate({ dryRun: false })}>Make the release</Button>
        <Button variant="default" disabled={active} onClick={() => begin.mutate({ dryRun: true })}>Only say what it would hold</Button>
      </Group>
      {begin.error !== null && <ErrorPanel error={begin.error} />}
      {job !== null && (active || job.state !== 'done') && <JobPanel job={job} what={job.title} />}
      {!active && made !== null && (
        <Stack gap="sm" data-testid="made">
          <Title order={2}>Version {made.version}, {counted(made.images, 'image')}</Title>
          <Text size="sm">{levels[made.diff.level]} Dated {made.date}, the day of the last decision in it.</Text>
          {made.out === null ? <Text size="sm" c="dimmed">Nothing was written.</Text> : (
            <>
              <Text size="sm" className="wrap-anywhere">Written to <code>{made.out}</code>. Check it with <code>covid-ct verify --release {made.out}</code>.</Text>
              {shelf !== null && <div><Button renderRoot={(props) => <Link to={`/${shelf}/overview`} {...props} />}>Open version {made.version}</Button></div>}
            </>
          )}
          <Names title="Added" names={made.diff.added} />
          <Names title="Removed" names={made.diff.removed} />
          <Names title="Moved between splits" names={made.diff.moved.map(({ id, from, to }) => `${id}: ${from} → ${to}`)} />
          <Names title="Relabelled" names={made.diff.relabelled.map(({ name, from, to }) => `${name}: ${from} → ${to}`)} />
          <Names title="Other bytes" names={made.diff.changed} />
          <Names title="Accepted, but there already or withdrawn" names={made.passedOver} />
        </Stack>
      )}
    </Stack>
  );
}
