import { ActionIcon, Indicator, Select, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconMenu2, IconMoon, IconProgress, IconSun } from '@tabler/icons-react';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { pages } from '../pages/index.ts';
import { useServerEvents } from './events.ts';
import { isActive, useJobs } from './jobs.ts';
import type { Page } from './page.ts';
import { useRelease, useReleaseId, useStatus } from './release.ts';
import classes from './shell.module.css';

const groups = [...new Set(pages.flatMap(({ navigation }) => navigation?.group ?? []))];

function ThemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('dark');
  const other = scheme === 'dark' ? 'light' : 'dark';
  const label = other === 'light' ? 'Light theme' : 'Dark reading room';
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={() => setColorScheme(other)}>{other === 'light' ? <IconSun size={18} /> : <IconMoon size={18} />}</ActionIcon>
    </Tooltip>
  );
}

/** The release that is looked at; changing it keeps the page. */
function ReleaseSwitch() {
  const release = useReleaseId();
  const { data } = useStatus();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const options = (data?.releases ?? []).map(({ id, name, synthetic }) => ({ value: id, label: synthetic && !name.includes('synthetic') ? `${name} (synthetic)` : name }));
  return (
    <Select
      aria-label="Release"
      data={options}
      value={release}
      allowDeselect={false}
      className={classes['release'] ?? ''}
      onChange={(id) => {
        const page = pathname.split('/')[2] ?? '';
        if (id !== null) void navigate({ to: page === '' ? `/${id}` : `/${id}/${page}` });
      }}
    />
  );
}

function JobsLink() {
  const release = useReleaseId();
  const { data } = useJobs();
  const active = data?.jobs.filter(isActive).length ?? 0;
  const label = active === 0 ? 'Jobs' : `Jobs: ${active} running or waiting`;
  return (
    <Tooltip label={label}>
      <Indicator label={active} size={15} disabled={active === 0} offset={4}>
        <ActionIcon aria-label={label} renderRoot={(props) => <Link to={`/${release}/jobs`} {...props} />}><IconProgress size={19} /></ActionIcon>
      </Indicator>
    </Tooltip>
  );
}

function NavigationLink({ page, release }: { readonly page: Page; readonly release: string }) {
  const { navigation } = page;
  if (navigation === undefined) return null;
  const { icon: Icon, label } = navigation;
  return (
    <Link to={`/${release}/${page.path}`} className={classes['link']} activeOptions={{ includeSearch: false }}>
      <Icon size={17} stroke={1.7} aria-hidden />
      {label}
    </Link>
  );
}

/** What stands around every page: the release, the way to other pages, and that this is research. */
export function Shell() {
  useServerEvents();
  const release = useReleaseId();
  const summary = useRelease();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [pathname]);
  return (
    <div className={classes['shell']}>
      <a href="#main" className={classes['skip']}>Skip to the page</a>
      <header className={classes['bar']}>
        <ActionIcon className={classes['burger']} aria-label="Pages" aria-expanded={open} onClick={() => setOpen(!open)}><IconMenu2 size={19} /></ActionIcon>
        <Link to={`/${release}`} className={classes['brand']} aria-label="covid-ct workbench">
          <img src="/icon.svg" alt="" />
          <span className={classes['brandText']}>covid-ct</span>
        </Link>
        <ReleaseSwitch />
        <div className={classes['spring']} />
        <span className={classes['notice']}>Research only, not for diagnosis</span>
        <JobsLink />
        <ThemeSwitch />
      </header>
      <nav className={classes['nav']} aria-label="Pages" {...(open ? { 'data-open': '' } : {})}>
        {groups.map((group) => (
          <div key={group} role="group" aria-label={group}>
            <div className={classes['group']}>{group}</div>
            {pages.filter(({ navigation }) => navigation?.group === group).map((page) => <NavigationLink key={page.path} page={page} release={release} />)}
          </div>
        ))}
      </nav>
      <main id="main" className={classes['main']} tabIndex={-1}>
        {summary.data?.synthetic === true && (
          <div className={classes['synthetic']}><span>Synthetic sample: drawn by the project, with defects planted on purpose. No picture of a person.</span></div>
        )}
        <Outlet />
      </main>
    </div>
  );
}
