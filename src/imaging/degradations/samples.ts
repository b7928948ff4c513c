import type { Picture } from '../picture.ts';

/** Channels that hold colour: all but alpha. */
export function colourChannels(picture: Picture): 1 | 3 {
  return picture.channels === 1 ? 1 : 3;
}

/** A copy whose colour samples are changed by a rule, rounded and clipped to 0…255; alpha stays. */
export function mapSamples(picture: Picture, rule: (value: number, pixel: number, channel: number) => number): Picture {
  const { channels } = picture;
  const colours = colourChannels(picture);
  const data = picture.data.slice();
  for (let pixel = 0, at = 0; at < data.length; pixel++, at += channels) {
    for (let c = 0; c < colours; c++) data[at + c] = Math.min(255, Math.max(0, Math.floor(rule(picture.data[at + c] as number, pixel, c) + 0.5)));
  }
  return { ...picture, data };
}
