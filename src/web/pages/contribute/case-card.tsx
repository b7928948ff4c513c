import { ActionIcon, Checkbox, Collapse, Group, SegmentedControl, SimpleGrid, Text, Textarea, TextInput, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconChevronDown, IconChevronRight, IconInfoCircle, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Chip } from '../../components/chip.tsx';
import classes from './contribute.module.css';
import { pictureAddress, type DraftCase, type DraftCheck } from './draft.ts';

/** Words that help and are not asked. */
const more: readonly { readonly name: Exclude<keyof DraftCase, 'file' | 'label' | 'unpublished'>; readonly label: string; readonly example: string }[] = [
  { name: 'licence', label: 'Licence', example: 'CC-BY-4.0' },
  { name: 'age', label: 'Age', example: '41, 40-49, 8 months' },
  { name: 'sex', label: 'Sex', example: 'F or M' },
  { name: 'location', label: 'Location', example: 'city, hospital' },
  { name: 'history', label: 'History', example: '' },
  { name: 'time', label: 'Time', example: 'days since onset' },
  { name: 'severity', label: 'Severity', example: '' },
  { name: 'otherDiseases', label: 'Other diseases', example: '' },
  { name: 'finding', label: 'Finding', example: 'ground-glass opacities' },
  { name: 'samePaper', label: 'Other DOIs of the paper', example: 'its preprint, its journal version' },
];

/** One picture with what is said of it, and what is wrong. */
export function CaseCard({ release, draft, value, index, name, check, change, remove }: {
  readonly release: string;
  readonly draft: string;
  readonly value: DraftCase;
  readonly index: number;
  /** On this machine. */
  readonly name: string | undefined;
  readonly check: DraftCheck | undefined;
  readonly change: (part: Partial<DraftCase>) => void;
  readonly remove: () => void;
}) {
  const [open, setOpen] = useState(false);
  const faultOf = (field: keyof DraftCase): string | undefined => check?.faults.find(({ path }) => path === `cases.${index}.${field}`)?.message;
  const refusals = check?.refusals.filter(({ file }) => file === value.file) ?? [];
  const notes = check?.notes.find(({ file }) => file === value.file)?.notes ?? [];
  const title = `Picture ${index + 1}`;
  const field = (of: Exclude<keyof DraftCase, 'file' | 'label' | 'unpublished'>, label: string, example: string) => (
    <TextInput key={of} label={label} placeholder={example} value={value[of]} error={faultOf(of)} onChange={(event) => change({ [of]: event.currentTarget.value })} />
  );
  const moreFault = more.some(({ name: of }) => faultOf(of) !== undefined);
  return (
    <article className={classes['case']} aria-label={title}>
      <div className={classes['shown']}>
        <img src={pictureAddress(release, draft, value.file)} alt={title} />
        <Text size="xs" c="dimmed" className="wrap-anywhere">{name ?? value.file}</Text>
        {value.file.endsWith('.dcm') && <Chip tone="accent" title="The file's Hounsfield units and window are kept">DICOM, Hounsfield units kept</Chip>}
      </div>
      <div className={classes['words']}>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <SegmentedControl aria-label={`What ${title} shows`} value={value.label} onChange={(label) => change({ label: label === 'NonCOVID' ? 'NonCOVID' : 'COVID' })} data={[{ value: 'COVID', label: 'COVID-19 findings' }, { value: 'NonCOVID', label: 'none of them' }]} />
          <Tooltip label="Leave this picture out"><ActionIcon aria-label={`Leave ${title} out`} onClick={remove}><IconTrash size={16} /></ActionIcon></Tooltip>
        </Group>
        {faultOf('label') !== undefined && <Text size="xs" className={classes['fault']}>{faultOf('label')}</Text>}
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {field('patient', 'Patient ID', 'your own numbering: p1')}
          {value.unpublished ? field('source', 'Source', 'hospital, collection') : field('doi', 'DOI of the paper', '10.…/…')}
        </SimpleGrid>
        <Checkbox label="There is no paper" checked={value.unpublished} onChange={(event) => change({ unpublished: event.currentTarget.checked, ...(event.currentTarget.checked ? { doi: '' } : {}) })} />
        <Textarea label="Caption, or what is to be seen" autosize minRows={2} maxRows={8} value={value.caption} error={faultOf('caption')} onChange={(event) => change({ caption: event.currentTarget.value })} />
        {(value.writing !== '' || refusals.some(({ code }) => code === 'BURNED_IN_TEXT')) && field('writing', 'What is written in it, where it names nobody', 'side mark R, a scale, panel letter A')}
        <div>
          <button type="button" className={classes['more']} aria-expanded={open || moreFault} onClick={() => setOpen(!open)}>{open || moreFault ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />} More that helps: licence, age, sex, finding …</button>
          <Collapse expanded={open || moreFault}><SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" mt="xs">{more.map(({ name: of, label, example }) => field(of, label, example))}</SimpleGrid></Collapse>
        </div>
        {refusals.map(({ message, hint }) => (
          <div key={message} className={classes['finding']} data-tone="error"><IconAlertTriangle size={16} aria-hidden /><div><Text size="sm">{message}</Text><Text size="xs" c="dimmed">{hint}</Text></div></div>
        ))}
        {notes.map((note) => <div key={note} className={classes['finding']} data-tone="note"><IconInfoCircle size={16} aria-hidden /><Text size="sm">{note}</Text></div>)}
      </div>
    </article>
  );
}
