import { Text } from '@mantine/core';
import { objectAddress } from '../../app/reviewer.ts';
import { counted } from '../../components/format.ts';
import classes from './papers.module.css';
import type { PaperDetail } from './use-papers.ts';

/** The pages, with the figures and captions that were found on them; a figure leads to its panels. */
export function PageViews({ paper, open }: { readonly paper: PaperDetail; readonly open: (whole: string) => void }) {
  const views = paper.paper?.pageViews ?? [];
  if (views.length === 0) return <Text c="dimmed">No page was drawn: read the paper again.</Text>;
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">{counted(views.length, 'page')}. Blue: figures, which lead to their panels; dashed: their captions.</Text>
      <ul className={classes['pages']} aria-label="Pages">
        {views.map(({ page, width, height, sha256 }) => (
          <li key={page}>
            <div className={classes['page']}>
              <img src={objectAddress(sha256, 640)} alt={`Page ${page + 1}`} loading="lazy" width={width} height={height} />
              <svg viewBox={`0 0 ${width} ${height}`} role="group" aria-label={`Figures on page ${page + 1}`}>
                {paper.figures.map((figure, i) => {
                  const [x, y, wide, high] = figure.captionBox ?? [0, 0, 0, 0];
                  return figure.captionPage === page && wide > 0 ? <rect key={`caption ${i}`} className={classes['captionBox']} x={x} y={y} width={wide} height={high} /> : null;
                })}
                {paper.figures.flatMap((figure, i) => figure.parts.filter((part) => part.page === page).map(({ box: [x, y, wide, high] }, k) => {
                  const picture = paper.pictures.find((one) => one.page === page && one.figure === figure.figure) ?? paper.pictures.find((one) => one.figure === figure.figure && one.figure !== null);
                  const name = figure.figure === null ? 'A figure without a number' : `Figure ${figure.figure}`;
                  if (picture === undefined) return <rect key={`${i} ${k}`} className={classes['captionBox']} x={x} y={y} width={wide} height={high} />;
                  const go = (): void => open(picture.whole.sha256);
                  return <rect key={`${i} ${k}`} className={classes['figureBox']} x={x} y={y} width={wide} height={high} role="button" tabIndex={0} aria-label={`${name}: its panels`} onClick={go} onKeyDown={(event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); go(); } }} />;
                }))}
              </svg>
            </div>
            <div className={classes['number']}>Page {page + 1}</div>
          </li>
        ))}
      </ul>
    </>
  );
}
