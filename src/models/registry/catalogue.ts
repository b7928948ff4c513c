/**
 * Pretrained weights that can be had from their makers, as data. Nothing of them is in this package.
 * Sources: torchvision 0.29 (`torchvision/models/*.py`, BSD-3-Clause) and timm 1.0 (`timm/models/efficientnet.py`,
 * Apache-2.0), whose file names end in the first eight digits of the file's SHA-256.
 */

/** How pixels become numbers: divided by 255, then minus `mean`, divided by `std`, a channel at a time (R, G, B). */
export interface Normalisation {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** The ImageNet statistics that torchvision's weights were trained with. */
export const imagenetNormalisation: Normalisation = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
/** Google's convention: pixels from −1 to 1. */
export const halfNormalisation: Normalisation = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

/** One file of weights. */
export interface CatalogueEntry {
  readonly name: string;
  /** The name of a network of `src/models`. */
  readonly architecture: string;
  readonly address: string;
  /** SHA-256 of the file, or its first digits where its maker gives only those. */
  readonly sha256: string;
  readonly licence: string;
  /** What it was trained on. */
  readonly training: string;
  readonly classes: number;
  /** Height and width of the pictures it was trained on, in pixels. */
  readonly inputSize: number;
  readonly normalisation: Normalisation;
}

const imagenet = { training: 'ImageNet-1k', classes: 1000, inputSize: 224, normalisation: imagenetNormalisation } as const;
const torchvision = { ...imagenet, licence: 'BSD-3-Clause (torchvision)' } as const;
const timm = { ...imagenet, licence: 'Apache-2.0 (timm)' } as const;

const torchvisionAddress = (file: string): string => `https://download.pytorch.org/models/${file}`;
const timmAddress = (file: string): string => `https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-weights/${file}`;

/** Every file of weights that `covid-ct models pull` knows. */
export const catalogue: readonly CatalogueEntry[] = [
  { name: 'densenet121-imagenet1k', architecture: 'densenet121', address: torchvisionAddress('densenet121-a639ec97.pth'), sha256: 'a639ec97', ...torchvision },
  { name: 'densenet169-imagenet1k', architecture: 'densenet169', address: torchvisionAddress('densenet169-b2777c0a.pth'), sha256: 'b2777c0a', ...torchvision },
  { name: 'resnet18-imagenet1k', architecture: 'resnet18', address: torchvisionAddress('resnet18-f37072fd.pth'), sha256: 'f37072fd', ...torchvision },
  { name: 'resnet50-imagenet1k', architecture: 'resnet50', address: torchvisionAddress('resnet50-0676ba61.pth'), sha256: '0676ba61', ...torchvision },
  { name: 'vgg16-imagenet1k', architecture: 'vgg16', address: torchvisionAddress('vgg16-397923af.pth'), sha256: '397923af', ...torchvision },
  { name: 'vgg16_bn-imagenet1k', architecture: 'vgg16_bn', address: torchvisionAddress('vgg16_bn-6c64b313.pth'), sha256: '6c64b313', ...torchvision },
  { name: 'mobilenet_v2-imagenet1k', architecture: 'mobilenet_v2', address: torchvisionAddress('mobilenet_v2-b0353104.pth'), sha256: 'b0353104', ...torchvision },
  { name: 'efficientnet_b0-imagenet1k', architecture: 'efficientnet_b0', address: timmAddress('efficientnet_b0_ra-3dd342df.pth'), sha256: '3dd342df', ...timm },
  { name: 'efficientnet_b1-imagenet1k', architecture: 'efficientnet_b1', address: timmAddress('efficientnet_b1-533bc792.pth'), sha256: '533bc792', ...timm },
  {
    name: 'efficientnet_lite0-imagenet1k',
    architecture: 'efficientnet_lite0',
    address: timmAddress('tf_efficientnet_lite0-0aa007d2.pth'),
    sha256: '0aa007d2',
    ...timm,
    normalisation: halfNormalisation,
  },
];
