import { Button, Group, Modal, Radio, SegmentedControl, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useReviewer } from '../../app/reviewer.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { counted } from '../../components/format.ts';
import { ReviewerSelect } from '../../components/reviewer-select.tsx';
import { useSendToReview, type PaperDetail, type PaperPicture } from './use-papers.ts';

/** Sends what a paper gave to review. */
export function SendDialog({ paper, picture, close }: { readonly paper: PaperDetail; readonly picture: PaperPicture | undefined; readonly close: () => void }) {
  const [by] = useReviewer();
  const [what, setWhat] = useState<'selected' | 'picture' | 'all'>(paper.selected > 0 ? 'selected' : picture === undefined ? 'all' : 'picture');
  const [reviewers, setReviewers] = useState<1 | 2>(1);
  const [label, setLabel] = useState<'COVID' | 'NonCOVID' | ''>('COVID');
  const send = useSendToReview(paper.id);
  const total = paper.paper?.candidates ?? 0;
  const own = picture?.panels.length ?? 0;
  const number = what === 'all' ? total : what === 'picture' ? own : paper.selected;
  return (
    <Modal opened onClose={close} title="Send to review" size="md">
      <Stack gap="sm">
        <ReviewerSelect label="Who sends them" />
        <Radio.Group label="What" value={what} onChange={(value) => setWhat(value === 'all' ? 'all' : value === 'picture' ? 'picture' : 'selected')}>
          <Stack gap={6} mt={4}>
            <Radio size="xs" value="selected" disabled={paper.selected === 0} label={paper.selected === 0 ? 'No caption promises a chest CT with a change by the disease' : `The ${paper.selected} that their captions chose`} />
            {picture !== undefined && <Radio size="xs" value="picture" label={`The ${counted(own, 'panel')} of the picture that is shown${picture.figure === null ? '' : ` (figure ${picture.figure})`}`} />}
            <Radio size="xs" value="all" label={`All ${total}; those that no caption chose begin without a label`} />
          </Stack>
        </Radio.Group>
        <div><Text size="sm" fw={500} mb={4}>Label that they begin with</Text><SegmentedControl aria-label="Label" value={label} onChange={(value) => setLabel(value === 'NonCOVID' ? 'NonCOVID' : value === 'COVID' ? 'COVID' : '')} data={[{ value: 'COVID', label: 'COVID' }, { value: 'NonCOVID', label: 'NonCOVID' }, { value: '', label: 'The reviewer says' }]} /></div>
        <div><Text size="sm" fw={500} mb={4}>How many must agree</Text><SegmentedControl aria-label="How many must agree" value={String(reviewers)} onChange={(value) => setReviewers(value === '2' ? 2 : 1)} data={[{ value: '1', label: 'One reviewer' }, { value: '2', label: 'Two, independently' }]} /></div>
        {send.error !== null && <ErrorPanel error={send.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>Cancel</Button>
          <Button disabled={by === ''} loading={send.isPending} onClick={() => send.mutate({ by, all: what === 'all', ...(what === 'picture' && picture !== undefined ? { whole: picture.whole.sha256 } : {}), reviewers, label: label === '' ? null : label }, { onSuccess: ({ added, known }) => { notifications.show({ message: `${counted(added, 'candidate')} sent to review${known > 0 ? `; ${known} were there already` : ''}.` }); close(); } })}>Send {number}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
