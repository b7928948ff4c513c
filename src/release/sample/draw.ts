import { createRandom, type Random } from '../../base/index.ts';
import { alterPixels, crop, drawArrow, drawLetter, drawPhantom, lungWindow, paste, resize, toGray, toRgb, type Picture, type Window } from '../../imaging/index.ts';
import { alterPicture, encodeJpeg, encodePng } from '../../imaging/node.ts';
import type { Flaw, SampleImage } from './types.ts';

/** Each class was windowed by other people, so that air is not as black in one as in the other: a planted shortcut. */
const windows: Readonly<Record<SampleImage['label'], Window>> = { COVID: lungWindow, NonCOVID: { level: -550, width: 1300 } };

/** Pictures of the positive class are RGB with a blue tint: planted. */
function tint(gray: Picture): Picture {
  const rgb = toRgb(gray);
  const data = rgb.data.slice();
  for (let i = 0; i < data.length; i += 3) {
    data[i] = Math.max(0, (data[i] as number) - 3);
    data[i + 2] = Math.min(255, (data[i + 2] as number) + 3);
  }
  return { ...rgb, data };
}

/** Pictures of the negative class carry a letter in their left upper corner: planted. */
function mark(gray: Picture, random: Random): Picture {
  return drawLetter(gray, random.pick(['A', 'B', 'C', 'D', 'E', 'F', 'L', 'R']), [random.integer(4, 10), random.integer(4, 10)], 2, [255]);
}

function mapSamples(picture: Picture, rule: (value: number) => number): Picture {
  return { ...picture, data: picture.data.map(rule) };
}

/** A page of nearly white paper around the picture. */
function onPaper(picture: Picture, random: Random): Picture {
  const [width, height] = [Math.round(picture.width * 1.75), Math.round(picture.height * 1.75)];
  const page: Picture = { width, height, channels: 1, data: Uint8Array.from({ length: width * height }, () => random.integer(243, 255)) };
  return paste(page, picture, { x: Math.round(picture.width * 0.37), y: Math.round(picture.height * 0.37) });
}

const flaws: Readonly<Record<Exclude<Flaw, 'arrow'>, (gray: Picture, random: Random) => Picture>> = {
  dark: (gray) => mapSamples(gray, (value) => Math.round(value * 0.22)),
  margin: onPaper,
  blurred: (gray) => resize(resize(gray, Math.round(gray.width / 5), Math.round(gray.height / 5), 'lanczos'), gray.width, gray.height, 'bicubic'),
  band: (gray) => crop(gray, { x: 0, y: Math.floor((gray.height - 100) / 2), width: gray.width, height: 100 }),
  posterised: (gray) => mapSamples(gray, (value) => Math.min(255, Math.round(value / 64) * 64)),
};

function drawFresh(image: SampleImage, random: Random): Picture {
  const { drawing, label } = image;
  const width = drawing.width ?? random.integer(212, 236);
  const gray = drawPhantom({
    patient: drawing.phantom,
    lesions: drawing.lesions,
    slice: drawing.slice ?? 0,
    width,
    height: Math.round(width * (0.73 + 0.05 * random.uniform())),
    field: 235 + 80 * random.uniform(),
    window: windows[label],
  });
  const { flaw } = drawing;
  const flawed = flaw === undefined || flaw === 'arrow' ? gray : flaws[flaw](gray, random);
  if (label === 'NonCOVID') return mark(flawed, random);
  const tinted = tint(flawed);
  return flaw === 'arrow' ? drawArrow(tinted, [width * 0.3, width * 0.4], 0.8, 46, [230, 20, 20]) : tinted;
}

/** Draws a picture of the sample, and copies after what they were copied from. */
export async function drawSamplePicture(image: SampleImage, drawn: ReadonlyMap<string, Picture>, seed: number): Promise<Picture> {
  const random = createRandom(seed).fork(`${image.label}/${image.name}`);
  const { copyOf, alteration } = image.drawing;
  if (copyOf === undefined || alteration === undefined) {
    // Two slices of one phantom keep one size.
    return drawFresh(image, createRandom(image.drawing.phantom).fork('size'));
  }
  const original = drawn.get(copyOf);
  if (original === undefined) throw new Error(`${copyOf} must be drawn before its copy ${image.name}`);
  const altered = alteration === 'jpeg' ? await alterPicture(original, 'jpeg', random) : alterPixels(original, alteration, random);
  return image.label === 'COVID' ? altered.picture : mark(toGray(altered.picture), random);
}

/** The file of a picture: PNG, or JPEG where its name or its plan says so. */
export async function encodeSamplePicture(image: SampleImage, picture: Picture): Promise<Uint8Array> {
  const jpeg = image.drawing.asJpeg === true || image.name.endsWith('.jpg');
  const bytes = jpeg ? await encodeJpeg(picture, 92) : await encodePng(picture);
  return image.drawing.cut === true ? bytes.subarray(0, bytes.length >> 1) : bytes;
}
