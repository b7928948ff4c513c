import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { client, read } from '../../app/client.ts';
import { useRelease, useReleaseId } from '../../app/release.ts';
import { objectAddress } from '../../app/reviewer.ts';
import { CtLikeness, stateTone } from '../../components/candidate-marks.tsx';
import { Chip } from '../../components/chip.tsx';
import { JobBar } from '../../components/job-progress.tsx';
import { LabelMark } from '../../components/label-mark.tsx';
import { ThumbnailLink } from '../../components/thumbnail-link.tsx';
import classes from './review.module.css';
import { useChecks, type ReviewCandidate } from './use-review.ts';

type Copy = { readonly id: string; readonly kind: 'same bytes' | 'duplicate' | 'adjacent'; readonly detail: number | null };
const kinds = { 'same bytes': 'the same file', duplicate: 'the same picture', adjacent: 'a slice beside it, it seems' } as const;

/** An image of the release that this may be a copy of. */
function KnownImage({ name, note }: { readonly name: string; readonly note: string }) {
  const release = useReleaseId();
  const { data: summary } = useRelease();
  const wanted = name.slice(name.indexOf('/') + 1);
  const { data } = useQuery({ queryKey: ['release', release, 'named', name], queryFn: () => read(client.api.releases[':release'].images.$get({ param: { release }, query: { q: wanted.toLowerCase(), limit: '5' } as never })) });
  const image = data?.items.find((one) => one.name === wanted || name.endsWith(one.name)) ?? data?.items[0];
  if (image === undefined) return <Text size="xs">{name}: {note}</Text>;
  return <ThumbnailLink release={release} fingerprint={summary?.fingerprint} image={image} positive={summary?.labels[0] ?? ''} note={note} />;
}

/** What a reviewer should know before accepting. */
function Warnings({ candidate }: { readonly candidate: ReviewCandidate }) {
  const release = useReleaseId();
  const { data } = useChecks(release);
  if (data === undefined) return null;
  if (data.state !== 'ready') return <div className={classes['warning']}><span>{data.state === 'failed' ? 'Copies were not looked for: the page Jobs says why.' : 'Being compared with the release …'}</span>{data.state === 'pending' && <JobBar job={data.job} />}</div>;
  const found = data.document.candidates.find(({ id }) => id === candidate.id);
  if (found === undefined) return null;
  const { copies, knownDoi, retracted, withdrawn } = found;
  const own = (copies as readonly Copy[]).filter(({ id }) => id.startsWith('c-'));
  const images = (copies as readonly Copy[]).filter(({ id }) => !id.startsWith('c-'));
  if (copies.length === 0 && knownDoi === null && retracted === null && !withdrawn) return <Text size="sm" c="dimmed">Neither its picture nor its paper is in {data.document.release}, as far as is known.</Text>;
  return (
    <div className={classes['warning']} role="note" aria-label="Warnings">
      {withdrawn && <b>This very picture was withdrawn before: it cannot come back.</b>}
      {retracted !== null && <b>Its paper was retracted: {retracted}</b>}
      {knownDoi !== null && <span><b>The release has its paper:</b> <Link to={`/${release}/images`} search={{ q: knownDoi } as never}>{knownDoi}</Link>. Look whether it has this figure.</span>}
      {images.length > 0 && <><b>It may be in the release already</b><div className={classes['copies']}>{images.slice(0, 4).map(({ id, kind }) => <KnownImage key={id} name={id} note={kinds[kind]} />)}</div></>}
      {own.length > 0 && <><b>Other candidates look the same</b><span>{own.slice(0, 5).map(({ id, kind }) => <span key={id}><Link to={`/${release}/review`} search={{ id, show: 'all' } as never}>{id}</Link> ({kinds[kind]}) </span>)}</span></>}
    </div>
  );
}

/** All that is known of a candidate. */
export function About({ candidate }: { readonly candidate: ReviewCandidate }) {
  const release = useReleaseId();
  const { origin, description, votes } = candidate;
  const facts: readonly (readonly [string, string | null])[] = [['Patient', description.patient], ['Age', description.age], ['Sex', description.sex], ['Place', description.location], ['Days', description.time], ['Severity', description.severity], ['To be seen', description.finding], ['Source', description.source], ['Contributor', origin.contributor], ['Submission', origin.submission]];
  return (
    <Stack gap="md">
      <div>
        <h2 className={classes['name']}>{candidate.name}</h2>
        <Group gap={6}>
          <Chip tone={stateTone(candidate.state)}>{candidate.state}</Chip>
          {candidate.label === null ? <Chip tone="warning">no label yet: L</Chip> : <LabelMark label={candidate.label} positive={candidate.label === 'COVID'} />}
          {candidate.category !== null && <Chip tone="other">{candidate.category.scheme} {candidate.category.value}</Chip>}
          {origin.scores['ctLike'] !== undefined && <CtLikeness score={origin.scores['ctLike']} />}
          {candidate.reviewers === 2 && <Chip tone="note">two reviewers</Chip>}
        </Group>
      </div>
      {candidate.hidden > 0 && <Text size="sm">Somebody else has decided. What, is shown once you have: two readings are to be independent.</Text>}
      {candidate.state === 'disputed' && <Text size="sm">Two reviewers differ. Whoever decides now settles it.</Text>}
      <Warnings candidate={candidate} />
      {votes.length > 0 && (
        <section><Title order={3} mb={4}>Decisions</Title><Stack gap={4}>{votes.map((vote) => <Text key={`${vote.by} ${vote.at}`} size="sm"><b>{vote.decision}</b>{vote.final ? ', finally,' : ''} by {vote.name}{vote.qualification === null ? '' : ` (${vote.qualification})`}{vote.why === '' ? '' : `: ${vote.why}`}</Text>)}</Stack></section>
      )}
      <section><Title order={3} mb={4}>Caption</Title><p className={classes['caption']}>{description.caption ?? 'None was found: E writes one.'}</p></section>
      <section>
        <Title order={3} mb={6}>Where it comes from</Title>
        <dl className={classes['pairs']}>
          {description.doi !== null && <><dt>DOI</dt><dd><Anchor href={`https://doi.org/${description.doi}`} target="_blank" rel="noreferrer" inherit>{description.doi}</Anchor></dd></>}
          {origin.kind === 'paper' && <><dt>Paper</dt><dd>{origin.paper}</dd><dt>Place</dt><dd>page {(origin.page ?? 0) + 1}{origin.figure === null ? '' : `, figure ${origin.figure}`}{origin.panel === null ? '' : `, panel at ${origin.panel[0]}, ${origin.panel[1]}`}</dd></>}
          <dt>Licence</dt><dd>{description.licence ?? 'not stated'}</dd>
          <dt>Size</dt><dd>{candidate.picture.width} × {candidate.picture.height} pixels{candidate.hounsfield ? '; Hounsfield units are kept' : ''}</dd>
          {facts.map(([name, value]) => (value === null || value === '' ? null : <FactPair key={name} name={name} value={value} />))}
        </dl>
        {origin.whole !== null && origin.panel !== null && (
          <Anchor href={objectAddress(origin.whole.sha256)} target="_blank" rel="noreferrer" size="xs">
            <svg viewBox={`0 0 ${origin.whole.width} ${origin.whole.height}`} width="100%" style={{ maxHeight: 150, marginTop: 8, display: 'block' }} role="img" aria-label="The whole figure, with this panel marked">
              <image href={objectAddress(origin.whole.sha256, 640)} width={origin.whole.width} height={origin.whole.height} />
              <rect x={origin.panel[0]} y={origin.panel[1]} width={origin.panel[2]} height={origin.panel[3]} fill="none" stroke="#83b1ff" strokeWidth={3} vectorEffect="non-scaling-stroke" />
            </svg>
          </Anchor>
        )}
      </section>
      {origin.reasons.length > 0 && <section><Title order={3} mb={4}>Why it was found</Title><ul className={classes['reasons']}>{origin.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul></section>}
      {candidate.notes.length > 0 && <section><Title order={3} mb={4}>Notes</Title><ul className={classes['reasons']}>{candidate.notes.map((note) => <li key={note}>{note}</li>)}</ul></section>}
      {(candidate.into.length > 0 || candidate.from.length > 0) && <Text size="sm">{candidate.into.length > 0 ? 'Became ' : 'Came of '}{[...candidate.into, ...candidate.from].map((id) => <span key={id}><Link to={`/${release}/review`} search={{ id, show: 'all' } as never}>{id}</Link> </span>)}</Text>}
      <section>
        <Title order={3} mb={4}>History</Title>
        <ol className={classes['history']}>{candidate.history.toReversed().map((event) => <li key={event.sequence}><b>{event.what}</b> by {event.by}, {event.at.slice(0, 16).replace('T', ' ')}{event.why === '' ? '' : `: ${event.why}`}</li>)}</ol>
        <Text size="xs" c="dimmed" mt={6} className="mono">{candidate.id}</Text>
      </section>
    </Stack>
  );
}

function FactPair({ name, value }: { readonly name: string; readonly value: string }) {
  return <><dt>{name}</dt><dd>{value}</dd></>;
}
