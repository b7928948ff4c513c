import { createRandom, type Random } from '../base/pure.ts';
import { coverEllipse, createCanvas, fillEllipse, type Canvas, type Ellipse } from './hounsfield-canvas.ts';
import { growVessels } from './phantom-vessels.ts';
import type { Picture } from './picture.ts';
import { hounsfieldToGray, lungWindow, type Window } from './window.ts';

/**
 * Synthetic axial chest-CT slices, drawn from numbers alone: a stand-in for real pictures in samples and tests. They look like
 * lungs to a program, not to a radiologist, and show no one.
 */
export interface PhantomOptions {
  /** The seed of the patient: anatomy, vessels and lesions follow from it. */
  readonly patient: number;
  /** What the lungs show: nothing, peripheral hazy opacities, or round nodules. */
  readonly lesions: 'none' | 'opacities' | 'nodules';
  /** Height of the slice above the patient's first, in millimetres; a few are an adjacent slice. 0 where absent. */
  readonly slice?: number;
  /** Pixels; 256×256 where absent. */
  readonly width?: number;
  readonly height?: number;
  /** Millimetres that the picture is wide; 360 where absent. */
  readonly field?: number;
  /** {@link lungWindow} where absent. */
  readonly window?: Window;
  /** Standard deviation of the noise, in Hounsfield units; 30 where absent. */
  readonly noise?: number;
}

const tissue = { air: -1000, lung: -860, haze: -420, fat: -100, blood: 40, muscle: 55, marrow: 180, bone: 480 } as const;

interface Anatomy {
  readonly body: Ellipse;
  readonly fat: number;
  /** 0 at the apex of the lungs, 1 at their base. */
  readonly level: number;
  readonly lungs: readonly [Ellipse, Ellipse];
  readonly heart: Ellipse;
  readonly shade: number;
}

function anatomyOf(random: Random, slice: number): Anatomy {
  const vary = (middle: number, by: number): number => middle + by * (2 * random.uniform() - 1);
  const rx = vary(150, 22);
  const ry = vary(108, 18);
  const fat = vary(19, 15);
  const start = vary(0.55, 0.35);
  const level = Math.min(1, Math.max(0, start - slice / 220));
  const grown = 1 - 0.3 * (1 - level) ** 2;
  const lung = (side: number): Ellipse => ({
    x: side * vary(0.47, 0.05) * (rx - fat),
    y: vary(4, 12),
    rx: (rx - fat) * vary(0.36, 0.075) * grown,
    ry: (ry - fat) * vary(0.72, 0.15) * grown,
    angle: side * vary(-0.1, 0.25),
    power: vary(2.3, 0.3),
  });
  return {
    body: { x: 0, y: 0, rx, ry, power: vary(2.35, 0.3) },
    fat,
    level,
    lungs: [lung(-1), lung(1)],
    heart: { x: vary(20, 12), y: vary(-22, 9), rx: vary(44, 14) * (0.55 + 0.6 * level), ry: vary(34, 12) * (0.6 + 0.5 * level), angle: vary(0.45, 0.35) },
    shade: vary(0, 35),
  };
}

function paintChestWall(canvas: Canvas, { body, fat }: Anatomy, random: Random): void {
  fillEllipse(canvas, body, tissue.fat);
  const wall = { ...body, rx: body.rx - fat, ry: body.ry - fat };
  fillEllipse(canvas, wall, tissue.muscle);
  const ribs = random.integer(7, 10);
  const turn = random.uniform();
  for (let i = 0; i < ribs; i++) {
    const angle = ((i + turn + 0.3 * random.uniform()) / ribs) * 2 * Math.PI;
    // Ribs run along the wall, more or less cut across; none where sternum and spine are.
    if (Math.abs(Math.cos(angle)) < 0.3) continue;
    const at = { x: 0.93 * wall.rx * Math.cos(angle), y: 0.93 * wall.ry * Math.sin(angle), angle: Math.atan2(wall.ry * Math.cos(angle), -wall.rx * Math.sin(angle)) };
    const length = 9 + 17 * random.uniform();
    fillEllipse(canvas, { ...at, rx: length, ry: 4.6 }, tissue.bone);
    fillEllipse(canvas, { ...at, rx: length - 2, ry: 2.4 }, tissue.marrow);
  }
}

function paintMiddle(canvas: Canvas, anatomy: Anatomy, random: Random): void {
  const { body, fat, heart, level } = anatomy;
  const back = body.ry - fat;
  fillEllipse(canvas, { x: 0, y: 0.05 * back, rx: 24 + 8 * random.uniform(), ry: 0.8 * back, power: 3 }, tissue.muscle);
  fillEllipse(canvas, heart, tissue.blood);
  const aorta = 10 + 5 * random.uniform();
  fillEllipse(canvas, { x: 14 + 10 * random.uniform(), y: 0.42 * back, rx: aorta, ry: aorta }, tissue.blood + 20);
  const spine = { x: 0, y: 0.68 * back, rx: 17 + 5 * random.uniform(), ry: 14 + 4 * random.uniform() };
  fillEllipse(canvas, spine, tissue.bone);
  fillEllipse(canvas, { ...spine, rx: spine.rx - 3, ry: spine.ry - 3 }, tissue.marrow + 60 * random.uniform());
  fillEllipse(canvas, { x: 0, y: spine.y + spine.ry + 7, rx: 9, ry: 7.5 }, tissue.blood);
  for (const side of [-1, 1]) fillEllipse(canvas, { x: side * 22, y: spine.y + spine.ry + 4, rx: 15, ry: 4, angle: side * 0.5 }, tissue.bone);
  fillEllipse(canvas, { x: 3 * random.normal(), y: -0.93 * back, rx: 19 + 6 * random.uniform(), ry: 6 }, tissue.marrow + 100);
  // The windpipe, or below its fork the two bronchi.
  const spread = level < 0.4 ? 0 : 16 + 8 * level;
  for (const side of spread === 0 ? [0] : [-1, 1]) fillEllipse(canvas, { x: side * spread, y: 6, rx: 7 - 2.5 * Math.abs(side), ry: 8 - 2.5 * Math.abs(side) }, tissue.air);
}

/** Where there is lung, 0 to 1: the two lungs less what lies over them. */
function paintLungs(canvas: Canvas, anatomy: Anatomy, random: Random): Float32Array {
  const mask = new Float32Array(canvas.units.length);
  const edge = 1.5 * canvas.spacing;
  for (const lung of anatomy.lungs) coverEllipse(canvas, lung, edge, (i, share) => (mask[i] = Math.max(mask[i] as number, share)));
  const hide = (shape: Ellipse): void => coverEllipse(canvas, shape, edge, (i, share) => (mask[i] = (mask[i] as number) * (1 - share)));
  hide({ x: 0, y: 8, rx: 26 + 8 * random.uniform(), ry: anatomy.body.ry, power: 4 });
  hide(anatomy.heart);
  if (anatomy.level > 0.7) {
    // The dome of the liver rises into the lung at the left of the picture.
    const dome = (anatomy.level - 0.7) * 150;
    hide({ x: -70 + 12 * random.normal(), y: -12 + 12 * random.normal(), rx: dome * 1.1, ry: dome });
  }
  // Lungs are lighter towards the back, where the patient lies on them.
  const half = canvas.height / 2;
  for (let i = 0; i < mask.length; i++) {
    const share = mask[i] as number;
    if (share === 0) continue;
    const units = tissue.lung + anatomy.shade + (60 * (Math.floor(i / canvas.width) - half)) / half;
    canvas.units[i] = (canvas.units[i] as number) * (1 - share) + units * share;
  }
  return mask;
}

/** Adds density where there is lung, up to that of soft tissue. */
function paintInLung(canvas: Canvas, mask: Float32Array, shape: Ellipse, edge: number, towards: number, strength: (i: number) => number): void {
  coverEllipse(canvas, shape, edge, (i, share) => {
    const there = canvas.units[i] as number;
    if (there < towards) canvas.units[i] = there + share * (mask[i] as number) * strength(i) * (towards - there);
  });
}

function paintVessels(canvas: Canvas, mask: Float32Array, slice: number, random: Random): void {
  const always = (): number => 1;
  for (const side of [-1, 1]) {
    for (const { place, radius } of growVessels([side * 26, 8, 0], side, random.fork(`vessels ${side}`))) {
      // A slice averages some millimetres.
      const away = Math.abs(place[2] - slice) - 3;
      if (away >= radius) continue;
      const cut = away <= 0 ? radius : Math.sqrt(radius * radius - away * away);
      paintInLung(canvas, mask, { x: place[0], y: place[1], rx: cut, ry: cut }, canvas.spacing, tissue.blood, always);
    }
  }
}

/** A smooth random texture of 0 to 1: the sum of a few waves; `fineness` in radians a millimetre. */
function waves(canvas: Canvas, slice: number, random: Random, fineness = 0.25): Float32Array {
  const { width, height, spacing } = canvas;
  const plane = new Float32Array(width * height).fill(0.55);
  const [sines, cosines] = [new Float64Array(width), new Float64Array(width)];
  for (let part = 0; part < 6; part++) {
    const [a, b, phase] = [fineness * random.normal(), fineness * random.normal(), 7 * random.uniform() + 0.12 * slice * random.normal()];
    for (let x = 0; x < width; x++) {
      sines[x] = 0.2 * Math.sin(a * x * spacing + phase);
      cosines[x] = 0.2 * Math.cos(a * x * spacing + phase);
    }
    for (let y = 0; y < height; y++) {
      // The sine of a sum, so that no sine is taken for a pixel.
      const [sine, cosine] = [Math.sin(b * y * spacing), Math.cos(b * y * spacing)];
      const row = y * width;
      for (let x = 0; x < width; x++) plane[row + x] = (plane[row + x] as number) + (sines[x] as number) * cosine + (cosines[x] as number) * sine;
    }
  }
  for (let i = 0; i < plane.length; i++) plane[i] = Math.min(1, Math.max(0, plane[i] as number));
  return plane;
}

function paintLesions(canvas: Canvas, mask: Float32Array, anatomy: Anatomy, kind: PhantomOptions['lesions'], slice: number, random: Random): void {
  if (kind === 'none') return;
  const texture = waves(canvas, slice, random.fork('texture'));
  const count = kind === 'opacities' ? random.integer(3, 7) : random.integer(1, 3);
  for (let i = 0; i < count; i++) {
    const lung = random.pick(anatomy.lungs);
    const angle = 2 * Math.PI * random.uniform();
    // Opacities lie by the pleura and behind; nodules anywhere.
    const out = kind === 'opacities' ? 0.8 + 0.12 * random.uniform() : 0.75 * Math.sqrt(random.uniform());
    const height = 12 * random.normal();
    const size = (kind === 'opacities' ? 16 + 16 * random.uniform() : 5 + 9 * random.uniform()) * Math.max(0.4, 1 - Math.abs(slice - height) / 60);
    const outward = Math.sign(lung.x) * Math.abs(Math.cos(angle));
    const shape = { x: lung.x + out * lung.rx * outward, y: lung.y + out * lung.ry * Math.sin(angle), rx: size, ry: size * (0.6 + 0.5 * random.uniform()), angle };
    if (kind === 'opacities') paintInLung(canvas, mask, shape, 0.8 * size, tissue.haze, (index) => texture[index] as number);
    else paintInLung(canvas, mask, shape, 2, tissue.blood, () => 1);
  }
}

/** Tissue is nowhere even: lungs are mottled, muscle and fat are streaked. */
function mottle(canvas: Canvas, slice: number, random: Random): void {
  const fine = waves(canvas, slice, random);
  const broad = waves(canvas, slice, random, 0.06);
  for (let i = 0; i < canvas.units.length; i++) {
    const [units, f, b] = [canvas.units[i] as number, fine[i] as number, broad[i] as number];
    if (units > -990) canvas.units[i] = units + (units < -500 ? 210 * (f - 0.6) + 480 * (b - 0.4) : 260 * (f - 0.6) + 240 * (b - 0.6));
  }
}

/** Adds noise of a triangular distribution; a linear congruential generator of its own, since there is a draw a pixel. */
function addNoise(canvas: Canvas, deviation: number, random: Random): void {
  let state = random.integer(0, 0x3fffffff);
  const scale = deviation / (65536 * Math.sqrt(1 / 6));
  for (let i = 0; i < canvas.units.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const first = state >>> 16;
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    canvas.units[i] = (canvas.units[i] as number) + (first + (state >>> 16) - 65535) * scale;
  }
}

/** Draws a phantom in Hounsfield units, not rounded: `[height, width]`. The same options give the same units. */
export function drawPhantomUnits(options: PhantomOptions): Float32Array {
  const { patient, lesions, slice = 0, width = 256, height = 256, field = 360, noise = 30 } = options;
  const random = createRandom(patient);
  const lying = random.fork('pose');
  const canvas = createCanvas(width, height, field / width, { turn: 0.5 * (lying.uniform() - 0.5), x: 16 * (lying.uniform() - 0.5), y: 12 * (lying.uniform() - 0.5) });
  const anatomy = anatomyOf(random.fork('anatomy'), slice);
  paintChestWall(canvas, anatomy, random.fork('wall'));
  const mask = paintLungs(canvas, anatomy, random.fork('lungs'));
  paintMiddle(canvas, anatomy, random.fork('middle'));
  mottle(canvas, slice, random.fork('mottle'));
  paintVessels(canvas, mask, slice, random);
  paintLesions(canvas, mask, anatomy, lesions, slice, random.fork('lesions'));
  addNoise(canvas, noise, random.fork(`noise ${slice}`));
  return canvas.units;
}

/** Draws a phantom: gray, the same options give the same samples. */
export function drawPhantom(options: PhantomOptions): Picture {
  const { width = 256, height = 256, window = lungWindow } = options;
  const data = Uint8Array.from(drawPhantomUnits(options), (units) => Math.round(hounsfieldToGray(units, window)));
  return { width, height, channels: 1, data };
}
