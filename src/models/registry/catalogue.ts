/**
 * Pretrained weights that can be had from their makers, as data. Nothing of them is in this package.
 * Sources: torchvision 0.29 (`torchvision/models/*.py`, BSD-3-Clause) and timm 1.0 (`timm/models/efficientnet.py`,
 * Apache-2.0), whose file names end in the first eight digits of the file's SHA-256; files that timm keeps at Hugging
 * Face alone carry none. Left out: torchvision's `IMAGENET1K_FEATURES` of VGG-16, which has no trained head.
 * The first entry of an architecture is the one that its library takes by default, or took first.
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
  /** SHA-256 of the file, or its first digits where its maker gives only those; undefined where it gives none. */
  readonly sha256: string | undefined;
  /** Megabytes (10⁶ bytes) of the file, about. */
  readonly megabytes: number;
  /** Of the library that publishes the weights; what they were trained on has terms of its own. */
  readonly licence: string;
  /** What it was trained on. */
  readonly training: string;
  readonly classes: number;
  /** Height and width of the pictures it was trained on, in pixels. */
  readonly inputSize: number;
  readonly normalisation: Normalisation;
}

const imagenet = { training: 'ImageNet-1k', classes: 1000, inputSize: 224, normalisation: imagenetNormalisation } as const;
const torchvision = { ...imagenet, licence: 'BSD-3-Clause' } as const;
const timm = { ...imagenet, licence: 'Apache-2.0' } as const;

const torchvisionAddress = (file: string): string => `https://download.pytorch.org/models/${file}`;
const timmAddress = (file: string): string => `https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-weights/${file}`;
const hubAddress = (model: string): string => `https://huggingface.co/timm/${model}/resolve/main/model.safetensors`;

const of = (name: string, architecture: string, address: string, megabytes: number) => ({ name, architecture, address, megabytes, sha256: /-([0-9a-f]{8})\.pth$/.exec(address)?.[1] });

/** Every file of weights that `covid-ct models pull` knows. */
export const catalogue: readonly CatalogueEntry[] = [
  { ...of('densenet121-imagenet1k', 'densenet121', torchvisionAddress('densenet121-a639ec97.pth'), 32), ...torchvision },
  { ...of('densenet169-imagenet1k', 'densenet169', torchvisionAddress('densenet169-b2777c0a.pth'), 57), ...torchvision },
  { ...of('resnet18-imagenet1k', 'resnet18', torchvisionAddress('resnet18-f37072fd.pth'), 47), ...torchvision },
  { ...of('resnet50-imagenet1k', 'resnet50', torchvisionAddress('resnet50-0676ba61.pth'), 103), ...torchvision },
  { ...of('resnet50-imagenet1k-v2', 'resnet50', torchvisionAddress('resnet50-11ad3fa6.pth'), 103), ...torchvision },
  { ...of('vgg16-imagenet1k', 'vgg16', torchvisionAddress('vgg16-397923af.pth'), 553), ...torchvision },
  { ...of('vgg16_bn-imagenet1k', 'vgg16_bn', torchvisionAddress('vgg16_bn-6c64b313.pth'), 554), ...torchvision },
  { ...of('mobilenet_v2-imagenet1k', 'mobilenet_v2', torchvisionAddress('mobilenet_v2-b0353104.pth'), 14), ...torchvision },
  { ...of('mobilenet_v2-imagenet1k-v2', 'mobilenet_v2', torchvisionAddress('mobilenet_v2-7ebf99e0.pth'), 14), ...torchvision },
  { ...of('efficientnet_b0-imagenet1k', 'efficientnet_b0', timmAddress('efficientnet_b0_ra-3dd342df.pth'), 21), ...timm },
  { ...of('efficientnet_b0-imagenet1k-ra4', 'efficientnet_b0', hubAddress('efficientnet_b0.ra4_e3600_r224_in1k'), 21), ...timm, normalisation: halfNormalisation },
  { ...of('efficientnet_b1-imagenet1k', 'efficientnet_b1', timmAddress('efficientnet_b1-533bc792.pth'), 31), ...timm },
  { ...of('efficientnet_b1-imagenet1k-ra4', 'efficientnet_b1', hubAddress('efficientnet_b1.ra4_e3600_r240_in1k'), 31), ...timm, inputSize: 240, normalisation: halfNormalisation },
  { ...of('efficientnet_lite0-imagenet1k', 'efficientnet_lite0', timmAddress('tf_efficientnet_lite0-0aa007d2.pth'), 19), ...timm, normalisation: halfNormalisation },
];
