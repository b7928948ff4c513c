import { Kbd, Modal, Text } from '@mantine/core';
import { Fragment } from 'react';
import classes from './review.module.css';

/** Every key of the page, with what it does. */
const keys: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['A'], 'accept, and go to the next one'],
  [['R'], 'reject, with a reason'],
  [['W'], 'needs work: say what'],
  [['C'], 'crop: then arrows move, Shift and arrows resize, Enter keeps'],
  [['B'], 'borders anew, within the whole figure'],
  [['S'], 'split into parts: draw them, or 2, 3, 4 for columns, Shift with those for rows'],
  [['P'], 'assign a patient'],
  [['E'], 'edit caption, label and what else is known'],
  [['L'], 'label: COVID, or NonCOVID'],
  [['T'], 'ask for two reviewers, or for one'],
  [['U'], 'undo the last thing that you did here'],
  [['J', '↓'], 'the next candidate'],
  [['K', '↑'], 'the one before'],
  [['I'], 'invert the picture'],
  [['+', '−', '0'], 'zoom, and the whole picture again'],
  [['Esc'], 'leave crop, split or a dialog'],
  [['?'], 'these keys'],
];

/** The keys, over the page. */
export function KeysDialog({ close }: { readonly close: () => void }) {
  return (
    <Modal opened onClose={close} title="Keys" size="lg">
      <dl className={classes['keys']}>
        {keys.map(([names, what]) => (
          <Fragment key={what}>
            <dt>{names.map((name) => <Kbd key={name} mr={4}>{name}</Kbd>)}</dt>
            <dd>{what}</dd>
          </Fragment>
        ))}
      </dl>
      <Text size="xs" c="dimmed" mt="md">Every decision is kept with who, when and why; undoing takes back what still stands, and is itself kept. The same in a terminal: covid-ct review --help.</Text>
    </Modal>
  );
}
