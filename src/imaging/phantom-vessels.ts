import type { Random } from '../base/pure.ts';

/** A place in the chest, in millimetres: x to the right of the picture, y to the back, z along the body. */
type Place = readonly [x: number, y: number, z: number];

/** A piece of a lung vessel: a ball on its path. */
export interface VesselBead {
  readonly place: Place;
  /** In millimetres. */
  readonly radius: number;
}

function turned(direction: Place, by: number, random: Random): Place {
  const loose: Place = [direction[0] + by * random.normal(), direction[1] + by * random.normal(), direction[2] + by * random.normal()];
  const length = Math.hypot(...loose) || 1;
  return [loose[0] / length, loose[1] / length, loose[2] / length];
}

function grow(start: Place, direction: Place, length: number, radius: number, depth: number, random: Random, beads: VesselBead[]): void {
  const steps = Math.ceil(length / 1.5);
  const stride = length / steps;
  let [place, heading] = [start, direction];
  for (let i = 0; i < steps; i++) {
    beads.push({ place, radius: radius * (1 - (0.3 * i) / steps) });
    heading = turned(heading, 0.06, random);
    place = [place[0] + stride * heading[0], place[1] + stride * heading[1], place[2] + stride * heading[2]];
  }
  if (depth === 0) return;
  for (let twig = 0; twig < 2; twig++) grow(place, turned(heading, 0.45, random), length * (0.7 + 0.25 * random.uniform()), radius * 0.72, depth - 1, random, beads);
}

/**
 * The vessels of one lung as a tree that branches in space from its root, so that slices at different heights show other
 * cuts of the same tree.
 * @param outward −1 for the lung at the left of the picture, 1 for the other
 */
export function growVessels(root: Place, outward: number, random: Random): readonly VesselBead[] {
  const beads: VesselBead[] = [];
  const stems = random.integer(9, 13);
  for (let i = 0; i < stems; i++) {
    const angle = ((i + 0.7 * random.uniform()) / stems - 0.5) * 1.15 * Math.PI;
    const direction = turned([outward * Math.cos(angle), Math.sin(angle), 0.3 * random.normal()], 0.1, random);
    const start: Place = [root[0], root[1], root[2] + 14 * random.normal()];
    grow(start, direction, 16 + 10 * random.uniform(), 2.4 + 1.6 * random.uniform(), 4, random, beads);
  }
  return beads;
}
