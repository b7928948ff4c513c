import { Button, Group, SegmentedControl, Tabs } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { useReleaseId } from '../../app/release.ts';
import { useSubmissions } from '../../app/submissions.ts';
import { choice, text, useUrlState } from '../../app/url-state.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { Board } from './board.tsx';
import { Compare } from './compare.tsx';
import { ModelDetail } from './model-detail.tsx';
import { Training } from './training.tsx';
import { UploadDialog } from './upload-dialog.tsx';

const parts = { track: choice(['legacy', 'clean']), tab: choice(['board', 'compare', 'train']), model: text(), a: text(), b: text() };

/** Leaderboards with controls that cheat, each model's curves, comparisons, trainings, and anybody's predictions. */
export default function BenchmarkPage() {
  const release = useReleaseId();
  const [state, change] = useUrlState(parts);
  const { data, error, refetch } = useSubmissions(release);
  const [uploading, setUploading] = useState(false);
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  const here = data.submissions.filter(({ track }) => track === state.track);
  const model = data.submissions.find(({ id }) => id === state.model);
  return (
    <PageFrame
      wide
      title="Benchmark"
      about="Read every figure beside the controls that never see a lung: the two labels come from different places."
      actions={
        <Group gap="xs">
          <SegmentedControl aria-label="Track" value={state.track} onChange={(track) => change({ track: track === 'clean' ? 'clean' : 'legacy', model: '', a: '', b: '' })} data={[{ value: 'legacy', label: 'Legacy track' }, { value: 'clean', label: 'Clean track' }]} />
          <Button variant="default" leftSection={<IconUpload size={15} />} onClick={() => setUploading(true)}>Upload predictions</Button>
        </Group>
      }
    >
      <Tabs value={state.tab} onChange={(tab) => change({ tab: tab === 'compare' || tab === 'train' ? tab : 'board' }, 'push')} keepMounted={false}>
        <Tabs.List mb="md"><Tabs.Tab value="board">Board</Tabs.Tab><Tabs.Tab value="compare">Compare two</Tabs.Tab><Tabs.Tab value="train">Train</Tabs.Tab></Tabs.List>
        <Tabs.Panel value="board">
          <Board release={release} track={state.track} submissions={here} chosen={state.model} choose={(id) => change({ model: id }, 'push')} train={() => change({ tab: 'train' }, 'push')} />
          {model !== undefined && <ModelDetail key={model.id} release={release} submission={model} close={() => change({ model: '' })} />}
        </Tabs.Panel>
        <Tabs.Panel value="compare"><Compare release={release} submissions={here} a={state.a} b={state.b} change={change} /></Tabs.Panel>
        <Tabs.Panel value="train"><Training release={release} track={state.track} /></Tabs.Panel>
      </Tabs>
      {uploading && <UploadDialog release={release} track={state.track} close={() => setUploading(false)} />}
    </PageFrame>
  );
}
