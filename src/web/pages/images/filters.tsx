import { Button, Checkbox, Group, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { count, words } from '../../components/format.ts';
import classes from './images.module.css';

/** A value by which the list can be narrowed. */
interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** How many values are shown of a long facet, before it is searched. */
const shownAtFirst = 8;

/** One condition: values with how many images each would leave. */
export function Facet({ title, values, chosen, onChange, codes = false, startOpen = true }: {
  readonly title: string;
  readonly values: readonly FacetValue[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  readonly codes?: boolean;
  readonly startOpen?: boolean;
}) {
  const [open, setOpen] = useState(startOpen || chosen.length > 0);
  const [wanted, setWanted] = useState('');
  const [all, setAll] = useState(false);
  const known = [...values, ...chosen.filter((value) => !values.some((one) => one.value === value)).map((value) => ({ value, count: 0 }))];
  const found = wanted === '' ? known : known.filter(({ value }) => value.toLowerCase().includes(wanted.toLowerCase()));
  const shown = all || wanted !== '' ? found.slice(0, 200) : found.filter(({ value }, i) => i < shownAtFirst || chosen.includes(value));
  return (
    <section className={classes['facet']} aria-label={title}>
      <Group justify="space-between" wrap="nowrap" gap={4}>
        <button type="button" className={classes['facetHead']} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          {title}
          {values.length > 1 && <span className="dim numbers">{count(values.length)}</span>}
        </button>
        {chosen.length > 0 && <Button variant="subtle" size="compact-xs" onClick={() => onChange([])} aria-label={`Clear ${title}`}>Clear</Button>}
      </Group>
      {open && (
        <>
          {values.length > shownAtFirst && <TextInput aria-label={`Search ${title}`} placeholder={`Search ${title.toLowerCase()}`} value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} my={4} />}
          <div className={classes['facetValues']}>
            {shown.map(({ value, count: images }) => (
              <label key={value} className={classes['facetValue']}>
                <Checkbox size="xs" checked={chosen.includes(value)} onChange={(event) => onChange(event.currentTarget.checked ? [...chosen, value] : chosen.filter((one) => one !== value))} />
                <span className="cut" title={value}>{codes ? words(value) : value}</span>
                <span className="dim numbers">{count(images)}</span>
              </label>
            ))}
          </div>
          {wanted === '' && !all && found.length > shown.length && <Button variant="subtle" size="compact-xs" onClick={() => setAll(true)}>{count(found.length - shown.length)} more</Button>}
          {shown.length === 0 && <Text size="xs" c="dimmed">None.</Text>}
        </>
      )}
    </section>
  );
}
