import { featureLogit } from '../../imaging/index.ts';
import network from './seam-network.json' with { type: 'json' };
import { lookNumbers, type SeamLook } from './seams.ts';

/** A white band whose edges are straight is a gutter, whatever else it is. */
const certain = 4;

/** The logarithm of the odds that a place is a seam between panels, by a small network (scripts/train/panel-seams.ts). */
export function seamLogOdds(look: SeamLook): number {
  const odds = featureLogit(network, lookNumbers(look));
  return look.whiteGutter === 1 && look.outlined === 1 ? Math.max(odds, certain) : odds;
}
