import { Button, Modal, Tabs, Text } from '@mantine/core';
import { IconBook2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, read } from '../../app/client.ts';
import { useReleaseId } from '../../app/release.ts';
import { choice, text, useUrlState } from '../../app/url-state.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Waiting } from '../../components/waiting.tsx';
import classes from './contribute.module.css';
import { DraftForm } from './draft-form.tsx';
import { Receive } from './receive.tsx';
import { Receipts } from './receipts.tsx';

const parts = { tab: choice(['give', 'receive', 'receipts']), draft: text(), submission: text() };

/** The guide, as the command line prints it. */
function Guide({ close }: { readonly close: () => void }) {
  const { data, error } = useQuery({ queryKey: ['contributions', 'guide'], queryFn: () => read(client.api.contributions.guide.$get()), staleTime: Infinity });
  return (
    <Modal opened onClose={close} title="What to send, and how" size="xl">
      {error !== null && <ErrorPanel error={error} />}
      {data === undefined ? <Waiting /> : <pre className={classes['guide']} tabIndex={0} aria-label="Contribution guide">{data.guide}</pre>}
    </Modal>
  );
}

/** Giving images with checks as one types, receiving bundles, and how far submissions are. */
export default function ContributePage() {
  const release = useReleaseId();
  const [state, change] = useUrlState(parts);
  const [guide, setGuide] = useState(false);
  const show = (submission: string): void => change({ tab: 'receipts', submission, draft: '' }, 'push');
  return (
    <PageFrame
      title="Contribute"
      about="CT slices with what is known of them. Everything is checked here at once; a person decides afterwards. Nothing is sent anywhere."
      actions={<Button variant="default" leftSection={<IconBook2 size={15} />} onClick={() => setGuide(true)}>What to send</Button>}
    >
      <Tabs value={state.tab} onChange={(tab) => change({ tab: tab === 'receive' || tab === 'receipts' ? tab : 'give' }, 'push')} keepMounted={false}>
        <Tabs.List mb="md"><Tabs.Tab value="give">Give images</Tabs.Tab><Tabs.Tab value="receive">Receive a bundle</Tabs.Tab><Tabs.Tab value="receipts">Submissions</Tabs.Tab></Tabs.List>
        <Tabs.Panel value="give"><DraftForm key={release} release={release} draft={state.draft} setDraft={(draft) => change({ draft })} submitted={show} /></Tabs.Panel>
        <Tabs.Panel value="receive"><Receive release={release} received={show} /></Tabs.Panel>
        <Tabs.Panel value="receipts"><Receipts chosen={state.submission} choose={(submission) => change({ submission }, 'push')} /></Tabs.Panel>
      </Tabs>
      {guide && <Guide close={() => setGuide(false)} />}
      <Text size="xs" c="dimmed">The same from a terminal: covid-ct submit, covid-ct receive, covid-ct contribute guide.</Text>
    </PageFrame>
  );
}
