import type * as plotLibrary from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import classes from './chart.module.css';

/** What draws a chart, handed to whoever describes one, so that pages without charts do not load it. */
export type PlotLibrary = typeof plotLibrary;

const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';

/**
 * A chart by Observable Plot, as wide as its place.
 * @param describe makes its options; the same function as long as the data is the same
 * @param label what it shows, in a sentence, for those who do not see it
 */
export function Chart({ describe, label, height = 260 }: { readonly describe: (plot: PlotLibrary) => PlotOptions; readonly label: string; readonly height?: number }) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (width === 0) return undefined;
    let stale = false;
    void import('@observablehq/plot').then((plot) => {
      if (stale || place.current === null) return;
      const drawn = plot.plot({ width, height, marginLeft: 44, marginBottom: 36, ...describe(plot), style: { background: 'transparent', color: 'var(--text)', fontSize: '11px' } });
      // Its own style element, too, is allowed by this page's nonce alone.
      for (const style of drawn.querySelectorAll('style')) style.nonce = nonce;
      drawn.setAttribute('aria-hidden', 'true');
      place.current.replaceChildren(drawn);
    });
    return () => {
      stale = true;
    };
  }, [describe, width, height]);
  return <div ref={ref} className={classes['chart']} role="img" aria-label={label} style={{ minHeight: height }}><div ref={place} /></div>;
}
