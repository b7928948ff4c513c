import { ActionIcon, Button, CopyButton, Group, Kbd, Popover, Select, Slider, Text, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconFilter, IconLink, IconSearch, IconSortAscending, IconSortDescending, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useRelease, useReleaseId } from '../../app/release.ts';
import { useUrlState } from '../../app/url-state.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { count, counted } from '../../components/format.ts';
import { ImageGrid, type GridImage } from '../../components/image-grid/image-grid.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { Facet } from './filters.tsx';
import classes from './images.module.css';
import { facetsQuery } from './queries.ts';
import { parts, searchOf, type ImagesSearch } from './search.ts';
import { useFirstPage, useImageList } from './use-image-list.ts';

const sorts = [['name', 'Name'], ['patient', 'Patient'], ['paper', 'Paper'], ['split', 'Split'], ['size', 'File size'], ['defects', 'Defects'], ['score', 'Score']] as const;
const facetTitles = { label: 'Label', split: 'Published list', defect: 'Defect', venue: 'Source', patient: 'Patient', paper: 'Paper' } as const;
type FacetName = keyof typeof facetTitles;
const facetNames = Object.keys(facetTitles) as readonly FacetName[];
const filterNames = ['q', ...facetNames, 'outcome', 'submission'] as const;
const cleared = { q: '', label: [], split: [], defect: [], venue: [], patient: [], paper: [], submission: '', outcome: 'any', low: 0, high: 1 } as const;

/** The grid of what was found; apart from the page, which need not be drawn anew while one scrolls. */
function FoundImages({ release, query, size, selected, onSelect, onClear }: {
  readonly release: string;
  readonly query: ImagesSearch;
  readonly size: number;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (keys: ReadonlySet<string>) => void;
  readonly onClear: () => void;
}) {
  const summary = useRelease();
  const { source, error } = useImageList(release, query);
  const hrefOf = useCallback((image: GridImage) => `/${release}/images/${image.key}`, [release]);
  const failed = error ?? summary.error;
  if (failed !== null) return <ErrorPanel error={failed} />;
  // Addresses of pictures hold the release's fingerprint: without it each would be asked for twice.
  if (source === undefined || summary.data === undefined) return <Waiting />;
  if (source.total === 0) return <div className={classes['none']}><Text fw={600}>No image fits.</Text><Text size="sm" c="dimmed">Take a filter away, or search for fewer words.</Text><Button mt="sm" variant="default" onClick={onClear}>Clear all</Button></div>;
  return <ImageGrid source={source} release={release} fingerprint={summary.data.fingerprint} positive={summary.data.labels[0] ?? ''} size={size} selected={selected} onSelect={onSelect} hrefOf={hrefOf} label={counted(source.total, 'image')} />;
}

/** All images: filtered, searched, sorted, selected; what is seen stands in the address. */
export default function ImagesPage() {
  const release = useReleaseId();
  const { data: summary } = useRelease();
  const [state, change] = useUrlState(parts);
  const query = useMemo(() => searchOf(state), [state]);
  const found = useFirstPage(release, query).data?.total;
  const facets = useQuery({ ...facetsQuery(release, query), placeholderData: keepPreviousData });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [filtersOpen, setFiltersOpen] = useState(false);
  const [words, setWords] = useState(state.q);
  useEffect(() => setWords(state.q), [state.q]);
  const searchSoon = useDebouncedCallback((q: string) => change({ q }), 180);
  const searchField = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => searchField.current?.focus()], ['Escape', () => setSelected(new Set())]]);
  const filtered = filterNames.some((name) => (typeof state[name] === 'string' ? state[name] !== '' && state[name] !== 'any' : state[name].length > 0));

  return (
    <div className={classes['page']}>
      <h1 className={classes['hidden']}>Images</h1>
      <div className={classes['tools']}>
        <Button className={classes['filterButton'] ?? ''} variant="default" leftSection={<IconFilter size={15} />} aria-expanded={filtersOpen} onClick={() => setFiltersOpen(!filtersOpen)}>Filters</Button>
        <TextInput
          ref={searchField}
          className={classes['search'] ?? ''}
          aria-label="Search names, captions, patients and papers"
          placeholder="Search names, captions, patients, papers"
          leftSection={<IconSearch size={15} />}
          rightSection={words === '' ? <Kbd size="xs">/</Kbd> : <ActionIcon size="sm" aria-label="Clear the search" onClick={() => { setWords(''); change({ q: '' }); }}><IconX size={13} /></ActionIcon>}
          value={words}
          onChange={(event) => { setWords(event.currentTarget.value); searchSoon(event.currentTarget.value); }}
        />
        <Text size="sm" className="numbers" aria-live="polite" c={filtered ? 'var(--text)' : 'dimmed'}>
          {found === undefined ? ' ' : summary !== undefined && found !== summary.images ? `${count(found)} of ${counted(summary.images, 'image')}` : counted(found, 'image')}
        </Text>
        {filtered && <Button variant="subtle" onClick={() => change(cleared)}>Clear all</Button>}
        <span className={classes['spring']} />
        {selected.size > 0 && (
          <Group gap={6}>
            <Text size="sm" fw={600}>{counted(selected.size, 'image')} selected</Text>
            <Button variant="subtle" onClick={() => setSelected(new Set())}>Unselect</Button>
          </Group>
        )}
        <Select aria-label="Sort by" w={112} allowDeselect={false} data={sorts.filter(([value]) => value !== 'score' || state.submission !== '').map(([value, label]) => ({ value, label }))} value={state.sort} onChange={(value) => change({ sort: sorts.find(([name]) => name === value)?.[0] ?? 'name' })} />
        <Tooltip label={state.order === 'up' ? 'Ascending' : 'Descending'}>
          <ActionIcon aria-label={state.order === 'up' ? 'Sorted ascending; sort descending' : 'Sorted descending; sort ascending'} onClick={() => change({ order: state.order === 'up' ? 'down' : 'up' })}>{state.order === 'up' ? <IconSortAscending size={18} /> : <IconSortDescending size={18} />}</ActionIcon>
        </Tooltip>
        <Popover position="bottom-end" width={220}>
          <Popover.Target><ActionIcon aria-label="Size of pictures"><IconAdjustmentsHorizontal size={18} /></ActionIcon></Popover.Target>
          <Popover.Dropdown><Text size="xs" mb={6}>Size of pictures</Text><Slider aria-label="Size of pictures" thumbLabel="Size of pictures" min={96} max={360} step={8} value={state.size} onChange={(size) => change({ size })} label={(value) => `${value} px`} /></Popover.Dropdown>
        </Popover>
        <CopyButton value={globalThis.location.href}>{({ copied, copy }) => <Tooltip label={copied ? 'Copied' : 'Copy a link to this view'}><ActionIcon aria-label="Copy a link to this view" onClick={copy}><IconLink size={18} /></ActionIcon></Tooltip>}</CopyButton>
      </div>
      <div className={classes['body']}>
        <aside className={classes['filters']} aria-label="Filters" {...(filtersOpen ? { 'data-open': '' } : {})}>
          {facets.data !== undefined && facetNames.map((name) => (
            <Facet key={name} title={facetTitles[name]} values={facets.data[name].filter(({ value }) => name !== 'defect' || facets.data.audited || value !== 'none')} chosen={state[name]} onChange={(chosen) => change({ [name]: chosen })} codes={name === 'defect'} startOpen={name !== 'patient' && name !== 'paper'} />
          ))}
          {facets.data?.audited === false && <Text size="xs" c="dimmed" px="md" pb="md">Defects can be filtered once the release was audited: see the page Audit.</Text>}
        </aside>
        <div className={classes['grid']}>
          <FoundImages release={release} query={query} size={state.size} selected={selected} onSelect={setSelected} onClear={() => change(cleared)} />
        </div>
      </div>
    </div>
  );
}
