import { featureLogit, type FeatureNetwork, type Rectangle } from '../../imaging/index.ts';
import type { Evidence } from './evidence.ts';
import { regionLook } from './region-look.ts';
import network from './seam-network.json' with { type: 'json' };
import { lookNumbers, partsOf, seamLookNames, type SeamCandidate, type SeamLook } from './seams.ts';
import several from './several-network.json' with { type: 'json' };
import whole from './whole-network.json' with { type: 'json' };

/** Networks that look at a region from afar: whether it has more than one tile, and whether its tiles are whole. */
export interface RegionNetworks {
  readonly several: FeatureNetwork;
  readonly whole: FeatureNetwork;
}

/** Names of what the network of seams takes: what is seen along the line, and how the region and its parts look from afar. */
export const seamNumberNames: readonly string[] = [...seamLookNames, 'several', 'whole', 'otherWhole'];

/**
 * What the network of seams takes.
 * @param region how the region looks (`regionLook`); `parts`: how those look that the seam would leave
 */
export function seamNumbers(look: SeamLook, region: readonly number[], parts: readonly (readonly number[])[], networks: RegionNetworks): number[] {
  const wholes = parts.map((part) => featureLogit(networks.whole, part));
  return [...lookNumbers(look), featureLogit(networks.several, region), Math.min(...wholes), Math.max(...wholes)];
}

/**
 * A white band whose edges are straight is a gutter, whatever else it is; one that was kept without loss comes before all lines that touch, and a thick
 * one before a thin one, which may run through saturated tissue by chance. A single line is none.
 */
const certain = { odds: 4, withoutLoss: 8, aLine: 0.1, mostLines: 20, leastLines: 2 } as const;

function certainOdds(isExact: boolean, { start, end, look }: SeamCandidate): number {
  if (look.whiteGutter === 0 || look.outlined === 0 || end - start < certain.leastLines) return -Infinity;
  return (isExact ? certain.withoutLoss : certain.odds) + certain.aLine * Math.min(certain.mostLines, end - start);
}

/** Gives the logarithm of the odds that a place in a region is a seam between panels (networks by scripts/train/panel-seams.ts). */
export function judgeSeams(evidence: Evidence, region: Rectangle): (seam: SeamCandidate) => number {
  const own = regionLook(evidence, region);
  return (seam) => {
    const parts = partsOf(region, seam).map((part) => regionLook(evidence, part));
    const odds = featureLogit(network, seamNumbers(seam.look, own, parts, { several, whole }));
    return Math.max(odds, certainOdds(evidence.isExact, seam));
  };
}
