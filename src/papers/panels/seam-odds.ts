import { featureLogit } from '../../imaging/index.ts';
import network from './seam-network.json' with { type: 'json' };
import { lookNumbers, type SeamLook } from './seams.ts';

/** The logarithm of the odds that a place is a seam between panels, by a small network (scripts/train/panel-seams.ts). */
export function seamLogOdds(look: SeamLook): number {
  return featureLogit(network, lookNumbers(look));
}
