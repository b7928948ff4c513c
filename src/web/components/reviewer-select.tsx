import { ActionIcon, Button, Group, Modal, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useNewReviewer, useReviewer, useReviewers } from '../app/reviewer.ts';
import { ErrorPanel } from './error-panel.tsx';

function NewReviewerDialog({ close, choose }: { readonly close: () => void; readonly choose: (id: string) => void }) {
  const [name, setName] = useState('');
  const [qualification, setQualification] = useState('');
  const register = useNewReviewer();
  const ready = name.trim() !== '' && qualification.trim() !== '';
  return (
    <Modal opened onClose={close} title="New reviewer" size="md">
      <Stack component="form" gap="sm" onSubmit={(event) => {
        event.preventDefault();
        if (ready) register.mutate({ name: name.trim(), qualification: qualification.trim() }, { onSuccess: ({ id, keyFile }) => { choose(id); notifications.show({ message: `Registered. The private key is in ${keyFile} on this server’s machine.` }); close(); } });
      }}>
        <Text size="sm">Name and qualification stand beside every decision, as you state them: nobody here checks who you are. A key is made, with which <code>covid-ct reviewer confirm</code> signs.</Text>
        <TextInput label="Your name" required value={name} onChange={(event) => setName(event.currentTarget.value)} autoComplete="name" data-autofocus />
        <TextInput label="Qualification" required placeholder="radiologist, 12 years" value={qualification} onChange={(event) => setQualification(event.currentTarget.value)} />
        {register.error !== null && <ErrorPanel error={register.error} />}
        <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit" disabled={!ready} loading={register.isPending}>Register</Button></Group>
      </Stack>
    </Modal>
  );
}

/** Who decides: one of those that are registered, or a new one. Remembered in this browser. */
export function ReviewerSelect({ label = 'Reviewer', small = false }: { readonly label?: string; readonly small?: boolean }) {
  const [reviewer, setReviewer] = useReviewer();
  const { data } = useReviewers();
  const [opened, setOpened] = useState(false);
  const registered = (data?.reviewers ?? []).map(({ id, name, qualification }) => ({ value: id, label: `${name}, ${qualification}` }));
  const known = registered.some(({ value }) => value === reviewer);
  return (
    <Group gap={6} align="flex-end" wrap="nowrap">
      <Select label={label} placeholder="Who decides?" w={small ? 172 : 190} data={[...registered, ...(reviewer !== '' && !known && data !== undefined ? [{ value: reviewer, label: `${reviewer} (not registered)` }] : [])]} value={reviewer === '' ? null : reviewer} onChange={(id) => setReviewer(id ?? '')} searchable={registered.length > 8} />
      {small ? <Tooltip label="New reviewer"><ActionIcon size={30} aria-label="New reviewer" onClick={() => setOpened(true)}><IconUserPlus size={17} /></ActionIcon></Tooltip> : <Button variant="default" leftSection={<IconUserPlus size={15} />} onClick={() => setOpened(true)}>New</Button>}
      {opened && <NewReviewerDialog close={() => setOpened(false)} choose={setReviewer} />}
    </Group>
  );
}
