import { ActionIcon, Anchor, Button, Group, Kbd, SegmentedControl, Select, Slider, Stack, Tabs, Text, Title, Tooltip } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconArrowsMaximize, IconChevronLeft, IconChevronRight, IconContrast, IconContrastFilled, IconDownload, IconHandStop, IconLayoutGrid, IconRulerMeasure } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { client, read } from '../../app/client.ts';
import { useDocument } from '../../app/document.ts';
import { fileAddress, useRelease, useReleaseId } from '../../app/release.ts';
import { choice, flag, number, text, useUrlState } from '../../app/url-state.ts';
import { Chip } from '../../components/chip.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { bytes, figure, words } from '../../components/format.ts';
import { JobPanel } from '../../components/job-progress.tsx';
import { LabelMark } from '../../components/label-mark.tsx';
import { ThumbnailLink } from '../../components/thumbnail-link.tsx';
import type { Contrast, View } from '../../components/viewer/view.ts';
import { Viewer, type ViewerTool } from '../../components/viewer/viewer.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { fetchBytes, loadRunModel, scorePicture } from '../../inference/inference.ts';
import classes from './image.module.css';
import { ProposeDialog } from './propose-dialog.tsx';

const parts = {
  centre: number(127.5), width: number(255), invert: flag(), zoom: number(0), x: number(0), y: number(0),
  tool: choice(['pan', 'contrast', 'measure']), tab: choice(['about', 'defects', 'similar']), model: text(), strength: number(55),
};

/** One image of the release. */
export type ImageDetail = NonNullable<ReturnType<typeof useImage>['data']>;

function useImage(release: string, key: string) {
  return useQuery({ queryKey: ['release', release, 'image', key], queryFn: () => read(client.api.releases[':release'].images[':key'].$get({ param: { release, key } })) });
}

function Pair({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return <><dt>{name}</dt><dd className="wrap-anywhere">{children}</dd></>;
}

function About({ image, release, fingerprint, positive }: { readonly image: ImageDetail; readonly release: string; readonly fingerprint: string | undefined; readonly positive: string }) {
  const shown = new Set(['Patient', 'DOI']);
  return (
    <Stack gap="lg">
      <dl className={classes['pairs']}>
        <Pair name="Label"><LabelMark label={image.label} positive={image.label === positive} /></Pair>
        <Pair name="Published list">{image.splits.length === 0 ? 'in none' : image.splits.join(', ')}</Pair>
        <Pair name="Patient">{image.patient === null ? 'not named' : <Link to={`/${release}/images`} search={{ patient: image.patient } as never}>{image.patient}</Link>}</Pair>
        {image.metadata.filter(({ title }) => !shown.has(title)).map(({ title, raw }) => <Pair key={title} name={title}>{raw}</Pair>)}
      </dl>
      {image.caption !== null && <section><Title order={3} mb={4}>Caption</Title><p className={classes['caption']}>{image.caption}</p></section>}
      <section>
        <Title order={3} mb={6}>Where it comes from</Title>
        <dl className={classes['pairs']}>
          <Pair name="Source">{image.venue}</Pair>
          {image.paper !== null && <Pair name="Paper"><Link to={`/${release}/images`} search={{ paper: image.paper } as never}>{image.paper}</Link></Pair>}
          {image.doi !== null && <Pair name="DOI"><Anchor href={`https://doi.org/${image.doi}`} target="_blank" rel="noreferrer" inherit>{image.doi}</Anchor></Pair>}
          {image.page !== null && <Pair name="Page of the PDF">{image.page + 1}{image.xref !== null && `, object ${image.xref}`}</Pair>}
          {image.panels.length > 0 && <Pair name="Panel">{image.panels.join(', ')}</Pair>}
          <Pair name="Licence">{image.licence}</Pair>
          <Pair name="File">{image.location}</Pair>
        </dl>
      </section>
      <section>
        <Title order={3} mb={6}>Picture</Title>
        <dl className={classes['pairs']}>
          <Pair name="Size">{image.width} × {image.height} pixels</Pair>
          <Pair name="Format">{image.format.toUpperCase()}, {image.mode}, {image.bitDepth} bits</Pair>
          <Pair name="Bytes">{bytes(image.size)}</Pair>
        </dl>
      </section>
      <section>
        <Title order={3} mb={6}>Siblings</Title>
        {image.siblings.length === 0 ? <Text size="sm" c="dimmed">No other image of this figure, patient or paper.</Text> : (
          <div className={classes['small']}>{image.siblings.map((one) => <ThumbnailLink key={one.key} release={release} fingerprint={fingerprint} image={one} positive={positive} note={one.ties[0] ?? ''} />)}</div>
        )}
      </section>
    </Stack>
  );
}

function Defects({ image, release, propose }: { readonly image: ImageDetail; readonly release: string; readonly propose: () => void }) {
  return (
    <Stack>
      {!image.audited && <Text size="sm" c="dimmed">The release is not audited yet: <Link to={`/${release}/audit`}>the page Audit</Link> begins it.</Text>}
      {image.audited && image.findings.length === 0 && <Text size="sm" c="dimmed">The audit found nothing about this image.</Text>}
      {image.findings.map((finding) => (
        <div key={`${finding.code} ${finding.evidence}`} className={classes['finding']}>
          <Group gap={6}><Chip tone={finding.severity}>{finding.severity}</Chip><Link to={`/${release}/audit`} search={{ code: finding.code } as never}>{words(finding.code)}</Link></Group>
          <Text size="sm" className="wrap-anywhere">{finding.evidence}</Text>
          {finding.images.map(({ key, name }) => <Link key={key} to={`/${release}/images/${key}`} className="cut">{name}</Link>)}
        </div>
      ))}
      <Button variant="default" onClick={propose}>Propose a correction</Button>
    </Stack>
  );
}

function Similar({ image, release, fingerprint, positive }: { readonly image: ImageDetail; readonly release: string; readonly fingerprint: string | undefined; readonly positive: string }) {
  const { data, error } = useDocument(release, ['similar', image.key], () => read(client.api.releases[':release'].images[':key'].similar.$get({ param: { release, key: image.key }, query: { count: '18' } })));
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  if (data.state !== 'ready') return <JobPanel job={data.job} what="Looking at all pictures, once" />;
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">Alike from afar, the nearest first; true duplicates are the audit’s to find.</Text>
      <div className={classes['small']}>{data.document.matches.map((one) => <ThumbnailLink key={one.key} release={release} fingerprint={fingerprint} image={one} positive={positive} note={figure(one.likeness, 2)} />)}</div>
    </>
  );
}

/** The score and the map of a model, computed in this browser. */
function useAttention(release: string, key: string, model: string) {
  return useQuery({
    queryKey: ['attention', release, key, model],
    enabled: model !== '',
    staleTime: Infinity,
    queryFn: async () => {
      await loadRunModel(release, model);
      return scorePicture(await fetchBytes(fileAddress(release, key, undefined)));
    },
  });
}

/** An image as in a reading room, with all that is known of it. */
export default function ImagePage() {
  const release = useReleaseId();
  const { key = '' } = useParams({ strict: false }) as { readonly key?: string };
  const { data: summary } = useRelease();
  const { data: image, error } = useImage(release, key);
  const submissions = useQuery({ queryKey: ['release', release, 'submissions'], queryFn: () => read(client.api.releases[':release'].submissions.$get({ param: { release } })) });
  const [state, change] = useUrlState(parts);
  const attention = useAttention(release, key, state.model);
  const [fault, setFault] = useState<string>();
  const [proposing, setProposing] = useState(false);
  const navigate = useNavigate();
  useEffect(() => setFault(undefined), [key]);

  // What is dragged changes at once, the address a moment later.
  const [view, setView] = useState<View | undefined>(state.zoom > 0 ? { zoom: state.zoom, x: state.x, y: state.y } : undefined);
  const [contrast, setContrast] = useState<Contrast>({ centre: state.centre, width: state.width, invert: state.invert });
  const remember = useDebouncedCallback((next: View | undefined, shown: Contrast) => {
    const round = (value: number): number => Math.round(value * 100) / 100;
    change({ zoom: next === undefined ? 0 : round(next.zoom), x: next === undefined ? 0 : round(next.x), y: next === undefined ? 0 : round(next.y), centre: round(shown.centre), width: round(shown.width), invert: shown.invert });
  }, 250);
  const changeView = useCallback((next: View | undefined) => { setView(next); remember(next, contrast); }, [remember, contrast]);
  const changeContrast = useCallback((next: Contrast) => { setContrast(next); remember(view, next); }, [remember, view]);
  const go = (to: string | null | undefined): void => {
    if (to === null || to === undefined) return;
    setView(undefined);
    void navigate({ to: `/${release}/images/${to}`, search: { tool: state.tool, tab: state.tab, model: state.model } as never });
  };
  const keys: Readonly<Record<string, () => void>> = {
    p: () => change({ tool: 'pan' }), w: () => change({ tool: 'contrast' }), m: () => change({ tool: 'measure' }), i: () => changeContrast({ ...contrast, invert: !contrast.invert }),
    r: () => changeContrast({ centre: 127.5, width: 255, invert: false }), '[': () => go(image?.previous), ']': () => go(image?.next),
  };
  useHotkeys(Object.entries(keys).map(([name, does]) => [name, does]));

  if (error !== null) return <ErrorPanel error={error} />;
  const positive = summary?.labels[0] ?? '';
  const models = (submissions.data?.submissions ?? []).filter(({ model }) => model);
  return (
    <div className={classes['page']}>
      <div className={classes['room']}>
        <div className={classes['tools']} role="toolbar" aria-label="Viewer">
          <SegmentedControl aria-label="What dragging does" value={state.tool} onChange={(value) => change({ tool: value as ViewerTool })} data={[
            { value: 'pan', label: <Tooltip label="Move (P)"><span className={classes['tool']}><IconHandStop size={16} aria-hidden />Move</span></Tooltip> },
            { value: 'contrast', label: <Tooltip label="Window and level (W), or drag with the right button"><span className={classes['tool']}><IconContrast size={16} aria-hidden />Window</span></Tooltip> },
            { value: 'measure', label: <Tooltip label="Measure in pixels (M)"><span className={classes['tool']}><IconRulerMeasure size={16} aria-hidden />Measure</span></Tooltip> },
          ]} />
          <Tooltip label="Invert (I)"><ActionIcon aria-label="Invert" aria-pressed={contrast.invert} onClick={() => changeContrast({ ...contrast, invert: !contrast.invert })}><IconContrastFilled size={18} /></ActionIcon></Tooltip>
          <Tooltip label="Whole picture (0)"><ActionIcon aria-label="Whole picture" onClick={() => changeView(undefined)}><IconArrowsMaximize size={18} /></ActionIcon></Tooltip>
          <Tooltip label="The file as published"><ActionIcon aria-label="Download the file" component="a" href={fileAddress(release, key, summary?.fingerprint)} download={image?.name}><IconDownload size={18} /></ActionIcon></Tooltip>
          <span className={classes['spring']} />
          <Group gap={2} wrap="nowrap">
            <Tooltip label="Previous image ([)"><ActionIcon aria-label="Previous image" disabled={image === undefined || image.previous === null} onClick={() => go(image?.previous)}><IconChevronLeft size={18} /></ActionIcon></Tooltip>
            <Tooltip label="All images"><ActionIcon aria-label="All images" renderRoot={(props) => <Link to={`/${release}/images`} {...props} />}><IconLayoutGrid size={18} /></ActionIcon></Tooltip>
            <Tooltip label="Next image (])"><ActionIcon aria-label="Next image" disabled={image === undefined || image.next === null} onClick={() => go(image?.next)}><IconChevronRight size={18} /></ActionIcon></Tooltip>
          </Group>
        </div>
        <div className={classes['stage']}>
          {fault === undefined ? (
            <Viewer source={fileAddress(release, key, summary?.fingerprint)} label={image?.name ?? 'Image'} tool={state.tool} contrast={contrast} onContrast={changeContrast} view={view} onView={changeView}
              attention={attention.data?.attention} attentionStrength={state.strength / 100} onFault={setFault} />
          ) : <div className={classes['fault']}><ErrorPanel error={new Error(fault)} /></div>}
        </div>
        <div className={classes['contrast']}>
          <label>Width<Slider aria-label="Window width" thumbLabel="Window width" min={1} max={510} value={contrast.width} onChange={(width) => changeContrast({ ...contrast, width })} label={null} size="xs" /><span className="numbers">{Math.round(contrast.width)}</span></label>
          <label>Level<Slider aria-label="Window level" thumbLabel="Window level" min={0} max={255} step={0.5} value={contrast.centre} onChange={(centre) => changeContrast({ ...contrast, centre })} label={null} size="xs" /><span className="numbers">{Math.round(contrast.centre)}</span></label>
          <Text size="xs" c="dimmed">Display contrast, not Hounsfield units{image !== undefined && image.bitDepth > 8 ? '' : ': the picture has 8 bits'}.</Text>
        </div>
      </div>
      <aside className={classes['panel']} aria-label="About this image">
        {image === undefined ? <Waiting /> : (
          <>
            <Title order={1} className={classes['title'] ?? ''}>{image.name}</Title>
            <Stack gap={6} mb="md">
              <Select label="Show where a model looks (Grad-CAM)" placeholder={models.length === 0 ? 'No trained model here yet' : 'No model'} disabled={models.length === 0} clearable data={models.map(({ id, name }) => ({ value: id, label: name }))} value={state.model === '' ? null : state.model} onChange={(model) => change({ model: model ?? '' })} />
              {state.model !== '' && attention.isFetching && <Text size="sm" c="dimmed">The network runs in this browser …</Text>}
              {attention.error !== null && <ErrorPanel error={attention.error} />}
              {attention.data !== undefined && (
                <>
                  <Text size="sm">Score <b className="numbers">{figure(attention.data.score, 4)}</b>: probability of {positive} by this model. <span className="dim">Research only.</span></Text>
                  {attention.data.attention === undefined ? <Text size="sm" c="dimmed">This model gives no map.</Text> : <Slider aria-label="Strength of the map" thumbLabel="Strength of the map" value={state.strength} onChange={(strength) => change({ strength })} label={(value) => `${value} %`} size="sm" />}
                </>
              )}
            </Stack>
            <Tabs value={state.tab} onChange={(tab) => change({ tab: tab === 'defects' || tab === 'similar' ? tab : 'about' })} keepMounted={false}>
              <Tabs.List mb="md"><Tabs.Tab value="about">About</Tabs.Tab><Tabs.Tab value="defects">Defects{image.findings.length > 0 && ` (${image.findings.length})`}</Tabs.Tab><Tabs.Tab value="similar">Similar</Tabs.Tab></Tabs.List>
              <Tabs.Panel value="about"><About image={image} release={release} fingerprint={summary?.fingerprint} positive={positive} /></Tabs.Panel>
              <Tabs.Panel value="defects"><Defects image={image} release={release} propose={() => setProposing(true)} /></Tabs.Panel>
              <Tabs.Panel value="similar"><Similar image={image} release={release} fingerprint={summary?.fingerprint} positive={positive} /></Tabs.Panel>
            </Tabs>
            <Text size="xs" c="dimmed" mt="lg"><Kbd size="xs">P</Kbd> move <Kbd size="xs">W</Kbd> window <Kbd size="xs">M</Kbd> measure <Kbd size="xs">I</Kbd> invert <Kbd size="xs">R</Kbd> plain <Kbd size="xs">[</Kbd> <Kbd size="xs">]</Kbd> neighbours</Text>
            {proposing && <ProposeDialog release={release} image={image} labels={summary?.labels ?? []} close={() => setProposing(false)} />}
          </>
        )}
      </aside>
    </div>
  );
}
