import classes from './label-mark.module.css';

/** A label, in its colour and in words; the positive one is the release's first. */
export function LabelMark({ label, positive }: { readonly label: string; readonly positive: boolean }) {
  return <span className={classes['mark']} data-positive={positive}>{label}</span>;
}
