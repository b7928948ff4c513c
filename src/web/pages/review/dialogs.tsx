import { Autocomplete, Button, Chip, Group, Modal, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ReviewAction, ReviewCandidate } from './use-review.ts';

type Edits = Extract<ReviewAction, { readonly action: 'edit' }>['edits'];

/** Reasons that come again and again; a number key chooses one. */
const reasons = ['no CT', 'a CT of something else than the chest', 'a copy of another one', 'arrows or letters cover the lungs', 'not legible: too small or too compressed', 'not the disease that its label says'] as const;

/** Asks why a candidate is rejected, or what is to be done to it. */
export function WhyDialog({ decision, close, decide }: { readonly decision: 'rejected' | 'needs work'; readonly close: () => void; readonly decide: (why: string) => void }) {
  const [why, setWhy] = useState('');
  const [chosen, setChosen] = useState('');
  const whole = [chosen, why.trim()].filter((part) => part !== '').join('; ');
  return (
    <Modal opened onClose={close} title={decision === 'rejected' ? 'Reject: why?' : 'Needs work: what is to be done?'} size="md">
      <Stack component="form" gap="sm" onSubmit={(event) => { event.preventDefault(); if (whole !== '') decide(whole); }} onKeyDown={(event) => {
        const reason = reasons[Number(event.key) - 1];
        // A number within a text is a number.
        if (decision === 'needs work' || reason === undefined || why !== '') return;
        event.preventDefault();
        setChosen(chosen === reason ? '' : reason);
      }}>
        {decision === 'rejected' && (
          <Chip.Group value={chosen} onChange={(value) => setChosen(typeof value === 'string' ? value : '')}>
            <Stack gap={6} align="flex-start">{reasons.map((reason, i) => <Chip key={reason} value={reason} size="xs" variant="outline">{i + 1} · {reason}</Chip>)}</Stack>
          </Chip.Group>
        )}
        <Textarea label={decision === 'rejected' ? 'Or in words' : 'What'} autosize minRows={2} value={why} onChange={(event) => setWhy(event.currentTarget.value)} data-autofocus onKeyDown={(event) => { if (event.key === 'Enter' && !event.shiftKey && whole !== '') { event.preventDefault(); decide(whole); } }} />
        <Text size="xs" c="dimmed">{decision === 'rejected' ? '1 to 6 choose a reason, ' : ''}Enter keeps. It stands in the history for good.</Text>
        <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit" disabled={whole === ''} {...(decision === 'rejected' ? { color: 'red.9' } : {})}>{decision === 'rejected' ? 'Reject' : 'Send back'}</Button></Group>
      </Stack>
    </Modal>
  );
}

/** Says whose picture it is. */
export function PatientDialog({ candidate, close, edit }: { readonly candidate: ReviewCandidate; readonly close: () => void; readonly edit: (edits: Edits) => void }) {
  const [patient, setPatient] = useState(candidate.description.patient ?? '');
  return (
    <Modal opened onClose={close} title="Assign a patient" size="md">
      <Stack component="form" gap="sm" onSubmit={(event) => { event.preventDefault(); edit({ patient: patient.trim() === '' ? null : patient.trim() }); }}>
        <Text size="sm">A name within this paper: “case 1”. A release numbers patients anew; one that the release has already is written <code>release/Patient 12</code>. Images of one patient go into one split.</Text>
        <Autocomplete label="Patient" data={[...candidate.patients]} value={patient} onChange={setPatient} data-autofocus size="xs" />
        <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit">Assign</Button></Group>
      </Stack>
    </Modal>
  );
}

const fields = { caption: 'Caption', finding: 'What is to be seen', age: 'Age', sex: 'Sex (F, M)', location: 'Place', time: 'Days since onset', severity: 'Severity', doi: 'DOI', licence: 'Licence' } as const;
const named = Object.entries(fields) as [keyof typeof fields, string][];
const long: ReadonlySet<string> = new Set(['caption', 'finding']);
const categories = ['', ...['0', '1', '2', '3', '4', '5', '6'].map((value) => `CO-RADS ${value}`), ...['typical', 'indeterminate', 'atypical', 'negative'].map((value) => `RSNA ${value}`)];

/** Edits what is said of a candidate. */
export function EditDialog({ candidate, close, edit }: { readonly candidate: ReviewCandidate; readonly close: () => void; readonly edit: (edits: Edits) => void }) {
  const given = candidate.description;
  const [values, setValues] = useState<Readonly<Record<string, string>>>(Object.fromEntries(Object.keys(fields).map((field) => [field, given[field as keyof typeof fields] ?? ''])));
  const [label, setLabel] = useState(candidate.label ?? '');
  const before = candidate.category === null ? '' : `${candidate.category.scheme} ${candidate.category.value}`;
  const [category, setCategory] = useState(before);
  const changed = (Object.keys(fields) as (keyof typeof fields)[]).filter((field) => (values[field] ?? '').trim() !== (given[field] ?? ''));
  const [scheme, value] = category.split(' ');
  const edits: Edits = {
    ...Object.fromEntries(changed.map((field) => [field, (values[field] ?? '').trim() === '' ? null : (values[field] ?? '').trim()])),
    ...(label === (candidate.label ?? '') || (label !== 'COVID' && label !== 'NonCOVID') ? {} : { label }),
    // The server's schema knows which values a scheme has.
    ...(category === before ? {} : { category: category === '' ? null : ({ scheme, value } as NonNullable<Edits['category']>) }),
  };
  const some = Object.keys(edits).length > 0;
  return (
    <Modal opened onClose={close} title="Edit" size="lg">
      <Stack component="form" gap="xs" onSubmit={(event) => { event.preventDefault(); if (some) edit(edits); }}>
        <Group grow>
          <Select label="Label" data={['COVID', 'NonCOVID']} value={label === '' ? null : label} onChange={(chosen) => setLabel(chosen ?? '')} placeholder="not said" allowDeselect={false} />
          <Select label="Radiologist's category" data={categories.filter((one) => one !== '')} value={category === '' ? null : category} onChange={(chosen) => setCategory(chosen ?? '')} clearable placeholder="none" />
        </Group>
        {named.filter(([field]) => long.has(field)).map(([field, title]) => (
          <Textarea key={field} label={title} autosize minRows={field === 'caption' ? 3 : 1} maxRows={10} value={values[field] ?? ''} onChange={({ currentTarget }) => setValues({ ...values, [field]: currentTarget.value })} {...(field === 'caption' ? { 'data-autofocus': true } : {})} />
        ))}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" verticalSpacing="xs">
          {named.filter(([field]) => !long.has(field)).map(([field, title]) => <TextInput key={field} label={title} value={values[field] ?? ''} onChange={({ currentTarget }) => setValues({ ...values, [field]: currentTarget.value })} />)}
        </SimpleGrid>
        <Text size="xs" c="dimmed">Another label makes earlier decisions void: they were taken on something else.</Text>
        <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit" disabled={!some}>Keep</Button></Group>
      </Stack>
    </Modal>
  );
}
