import type { ModelCard } from '../../models/inference.ts';

/** A part of a picture, in its pixels. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a model looked: `[height, width]`, at least 0, and which part of the picture it covers. */
export interface Attention {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
  readonly region: Region;
}

/** What a model made of a picture. */
export interface Scored {
  /** Probability of the card's positive class, as `covid-ct predict` gives it. */
  readonly score: number;
  readonly attention: Attention | undefined;
  readonly width: number;
  readonly height: number;
  /** Whether lungs were found; where not, why there is no saying. */
  readonly lungs: { readonly found: true; readonly share: number } | { readonly found: false; readonly why: string };
  /** What it looks like from afar, to be compared with a release's images. */
  readonly looks: Int8Array;
  readonly milliseconds: number;
}

/** A model that the worker holds. */
export interface LoadedModel {
  readonly card: ModelCard;
  readonly outputs: readonly string[];
  /** What computes: WebGPU where the browser has it, else WebAssembly. */
  readonly backend: 'webgpu' | 'wasm';
}

/** What the worker is asked; bytes are handed over, not copied, and leave the page for nowhere else. */
export type InferenceRequest =
  | { readonly id: number; readonly do: 'load'; readonly onnx: ArrayBuffer; readonly backend: 'webgpu' | 'wasm' }
  | { readonly id: number; readonly do: 'score'; readonly picture: ArrayBuffer };

/** What it answers. */
export type InferenceAnswer =
  | { readonly id: number; readonly loaded: LoadedModel }
  | { readonly id: number; readonly scored: Scored }
  | { readonly id: number; readonly problem: { readonly message: string; readonly hint: string | undefined } };
