import { Alert, Button, FileButton, Group, SegmentedControl, Select, Slider, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCamera, IconPhotoPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useEffect, useState, type DragEvent } from 'react';
import { client, read } from '../../app/client.ts';
import { useDocument } from '../../app/document.ts';
import { useRelease, useReleaseId } from '../../app/release.ts';
import { useSubmissions } from '../../app/submissions.ts';
import { choice, text, useUrlState } from '../../app/url-state.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { figure } from '../../components/format.ts';
import { JobPanel } from '../../components/job-progress.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { ThumbnailLink } from '../../components/thumbnail-link.tsx';
import { plainContrast, type Contrast, type View } from '../../components/viewer/view.ts';
import { Viewer } from '../../components/viewer/viewer.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { fetchBytes, loadModel, scorePicture } from '../../inference/inference.ts';
import type { LoadedModel, Scored } from '../../inference/protocol.ts';
import { nearestLooks } from '../../../imaging/index.ts';
import classes from './try.module.css';

const parts = { model: text(), backend: choice(['auto', 'wasm']) };

/** A picture that stays in this browser. */
interface Given {
  readonly name: string;
  readonly file: Blob;
  readonly address: string;
}

/** A model file of one's own, which stays here too. */
interface OwnModel {
  readonly name: string;
  readonly file: Blob;
}

/** The training images that look most like it; their descriptions come here, the picture goes nowhere. */
function Nearest({ release, looks }: { readonly release: string; readonly looks: Int8Array }) {
  const { data: summary } = useRelease();
  const { data, error } = useDocument(release, ['looks'], () => read(client.api.releases[':release'].looks.$get({ param: { release } })));
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  if (data.state !== 'ready') return <JobPanel job={data.job} what="Looking at the release’s pictures, once" />;
  const { images, data: packed } = data.document;
  const all = Int8Array.from(atob(packed), (character) => (character.charCodeAt(0) << 24) >> 24);
  const matches = nearestLooks(looks, all, 12, (index) => images[index]?.splits.includes('train') === true);
  return (
    <div className={classes['nearest']}>
      {matches.flatMap(({ index, likeness }) => (images[index] === undefined ? [] : [<ThumbnailLink key={index} release={release} fingerprint={summary?.fingerprint} image={images[index]} positive={summary?.labels[0] ?? ''} note={figure(likeness, 2)} />]))}
    </div>
  );
}

/** How well the model's scores mean what they say: how many of its test images with scores like this one were positive. */
function Calibration({ release, id, score, positive }: { readonly release: string; readonly id: string; readonly score: number; readonly positive: string }) {
  const { data } = useQuery({ queryKey: ['release', release, 'curves', id], queryFn: () => read(client.api.releases[':release'].submissions[':id'].curves.$get({ param: { release, id } })) });
  if (data === undefined) return null;
  const near = data.scores.filter((one) => Math.abs(one.score - score) <= 0.1);
  const positives = near.filter((one) => one.positive).length;
  return (
    <Text size="sm">
      {near.length < 5 ? `Only ${near.length} of its ${data.n} test images had a score within 0.1 of this one: there is no saying what it means.` : `Of its ${near.length} test images with a score within 0.1 of this one, ${positives} were ${positive} (${Math.round((100 * positives) / near.length)} %).`}
      {' '}Its threshold is {figure(data.threshold, 2)}: this picture would be called {score >= data.threshold ? positive : `not ${positive}`}.
    </Text>
  );
}

function Result({ release, given, scored, loaded, submission }: { readonly release: string; readonly given: Given; readonly scored: Scored; readonly loaded: LoadedModel; readonly submission: string | undefined }) {
  const [strength, setStrength] = useState(55);
  const [view, setView] = useState<View>();
  const [contrast, setContrast] = useState<Contrast>(plainContrast);
  const { positive } = loaded.card;
  return (
    <div className={classes['result']}>
      <div className={classes['stage']}><Viewer source={given.address} label={given.name} tool="pan" contrast={contrast} onContrast={setContrast} view={view} onView={setView} attention={scored.attention} attentionStrength={strength / 100} /></div>
      <Stack gap="md">
        {!scored.lungs.found && (
          <Alert color="yellow" variant="outline" bg="var(--warning-soft)" icon={<IconAlertTriangle size={18} />} title="This may be no lung CT">
            <Text size="sm">No lungs were found: {scored.lungs.why}. A model gives a number for any picture; for this one it means nothing unless it is a CT slice through the lungs.</Text>
          </Alert>
        )}
        <div>
          <Text size="sm" c="dimmed">Score, probability of {positive} by this model</Text>
          <div className={classes['score']} data-testid="score" data-score={scored.score}>{figure(scored.score, 4)}</div>
          <div className={classes['scale']} aria-hidden="true"><span style={{ left: `${scored.score * 100}%` }} /></div>
        </div>
        {submission !== undefined && <Calibration release={release} id={submission} score={scored.score} positive={positive} />}
        {scored.attention === undefined ? <Text size="sm" c="dimmed">This model gives no Grad-CAM.</Text> : (
          <div><Text size="sm" mb={4}>Where it looked (Grad-CAM)</Text><Slider aria-label="Strength of the map" thumbLabel="Strength of the map" value={strength} onChange={setStrength} label={(value) => `${value} %`} size="sm" /></div>
        )}
        <Text size="xs" c="dimmed">{scored.width} × {scored.height} pixels; {loaded.card.architecture}, run {loaded.card.run}; {loaded.backend === 'webgpu' ? 'WebGPU' : 'WebAssembly'}, {Math.round(scored.milliseconds)} ms. The picture did not leave this browser.</Text>
        <div><Title order={2} mb={4}>Training images that look most like it</Title><Text size="sm" c="dimmed" mb="xs">If they share its source rather than its disease, the score may too.</Text><Nearest release={release} looks={scored.looks} /></div>
      </Stack>
    </div>
  );
}

/** A picture of one's own: dropped, pasted or photographed, scored in this browser. Nothing is uploaded. */
export default function TryPage() {
  const release = useReleaseId();
  const [{ model, backend }, change] = useUrlState(parts);
  const { data: submissions } = useSubmissions(release);
  const models = (submissions?.submissions ?? []).filter((one) => one.model);
  const [own, setOwn] = useState<OwnModel>();
  const submission = own === undefined ? models.find(({ id }) => id === model) ?? models[0] : undefined;
  const [given, setGiven] = useState<Given>();
  const [over, setOver] = useState(false);
  const take = useCallback((file: Blob | null | undefined, name = 'pasted picture') => {
    if (file === null || file === undefined) return;
    setGiven((before) => {
      if (before !== undefined) URL.revokeObjectURL(before.address);
      return { name: file instanceof File ? file.name : name, file, address: URL.createObjectURL(file) };
    });
  }, []);
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const [file] = [...(event.clipboardData?.files ?? [])];
      take(file);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [take]);

  const modelName = own === undefined ? (submission === undefined ? '' : `${release}/${submission.id}`) : `own ${own.name} ${own.file.size}`;
  const run = useQuery({
    queryKey: ['try', given?.address, modelName, backend],
    enabled: given !== undefined && modelName !== '',
    staleTime: Infinity,
    retry: false,
    queryFn: async () => {
      if (given === undefined) throw new Error('There is no picture.');
      const bytes = (): Promise<ArrayBuffer> => (own === undefined ? fetchBytes(`/api/releases/${release}/submissions/${submission?.id ?? ''}/model`) : own.file.arrayBuffer());
      const loaded = await loadModel(`${modelName} ${backend}`, bytes, backend === 'wasm' ? 'wasm' : undefined);
      return { loaded, scored: await scorePicture(await given.file.arrayBuffer()) };
    },
  });
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const hint = run.error !== null && 'hint' in run.error && typeof run.error.hint === 'string' ? run.error.hint : undefined;
  return (
    <PageFrame title="Try a picture" about="The network runs in this browser: the picture is uploaded nowhere." wide>
      <Alert color="yellow" variant="outline" bg="var(--warning-soft)" icon={<IconAlertTriangle size={18} />} className={classes['never'] ?? ''}><b>Research only, not for diagnosis.</b> Not a medical device. A score is a number that a model learned from pictures cut out of papers; it says nothing about a person.</Alert>
      <Group align="flex-end" gap="sm">
        <Select label="Model" w={360} placeholder={models.length === 0 ? 'No trained model here yet' : ''} data={models.map(({ id, name }) => ({ value: id, label: name }))} value={own === undefined ? (submission?.id ?? null) : null} onChange={(id) => { setOwn(undefined); change({ model: id ?? '' }); }} disabled={models.length === 0} />
        <FileButton accept=".onnx" onChange={(file) => { if (file !== null) setOwn({ name: file.name, file }); }}>{(props) => <Button {...props} variant="default">Open a model file</Button>}</FileButton>
        <SegmentedControl aria-label="What computes" value={backend} onChange={(value) => change({ backend: value === 'wasm' ? 'wasm' : 'auto' })} data={[{ value: 'auto', label: 'Fastest' }, { value: 'wasm', label: 'WebAssembly' }]} />
        {own !== undefined && <Text size="sm">{own.name}, from this machine</Text>}
      </Group>
      {models.length === 0 && own === undefined && <Text size="sm">There is no trained model here yet. <Link to={`/${release}/benchmark`} search={{ tab: 'train', track: 'clean' } as never}>Train one</Link> (on the sample it takes less than a minute), or open a model file that covid-ct exported.</Text>}
      <div className={classes['drop']} data-over={over} data-small={given !== undefined} role="group" aria-label="Give a picture" onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <IconPhotoPlus size={given === undefined ? 34 : 20} stroke={1.4} aria-hidden />
        <Text size="sm">{given === undefined ? 'Drop a picture here, or paste one' : given.name}</Text>
        <Group gap="xs">
          <FileButton accept="image/png,image/jpeg,image/webp,image/gif" onChange={(file) => take(file)} inputProps={{ 'aria-label': 'Picture' }}>{(props) => <Button {...props} variant={given === undefined ? 'filled' : 'default'}>Choose a picture</Button>}</FileButton>
          <FileButton accept="image/*" capture="environment" onChange={(file) => take(file)} inputProps={{ 'aria-label': 'Photograph' }}>{(props) => <Button {...props} variant="default" leftSection={<IconCamera size={15} />}>Photograph</Button>}</FileButton>
        </Group>
      </div>
      {run.isFetching && <Group gap="xs"><Waiting /><Text size="sm">The network is {run.data === undefined ? 'loaded and ' : ''}run in this browser …</Text></Group>}
      {run.error !== null && <Alert color="red" icon={<IconAlertTriangle size={18} />} title="The picture was not scored"><Text size="sm">{run.error.message}</Text>{hint !== undefined && <Text size="sm" c="dimmed">{hint}</Text>}</Alert>}
      {run.data !== undefined && given !== undefined && <Result key={given.address} release={release} given={given} scored={run.data.scored} loaded={run.data.loaded} submission={submission?.id} />}
    </PageFrame>
  );
}
