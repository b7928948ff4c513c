import { Link } from '@tanstack/react-router';
import { thumbnailAddress } from '../app/release.ts';
import { sayUnreadable } from './unreadable.ts';
import classes from './thumbnail-link.module.css';

/** A small picture that leads to its page, with its label and whatever else matters here. */
export function ThumbnailLink({ release, fingerprint, image, positive, note, side = 160 }: {
  readonly release: string;
  readonly fingerprint: string | undefined;
  readonly image: { readonly key: string; readonly name: string; readonly label: string; readonly splits: readonly string[] };
  readonly positive: string;
  readonly note?: string | undefined;
  readonly side?: 160 | 320;
}) {
  return (
    <Link to={`/${release}/images/${image.key}`} className={classes['link']} title={image.name}>
      <img src={thumbnailAddress(release, image.key, side, fingerprint)} alt="" loading="lazy" decoding="async" onError={sayUnreadable} />
      <span className={classes['foot']}>
        <span className={classes['dot']} data-positive={image.label === positive} />
        <span className={classes['text']}>{image.label}{image.splits.length > 0 && `, ${image.splits.join('+')}`}</span>
        {note !== undefined && <span className={classes['note']}>{note}</span>}
      </span>
      <span className={classes['name']}>{image.name}</span>
    </Link>
  );
}
