/**
 * Optimisers on typed arrays, equal to `torch.optim` in formula and in order of operations (single precision, as stored).
 */
import { NnError } from '../errors.ts';

export type OptimiserOptions =
  | { readonly kind: 'sgd'; readonly momentum?: number; readonly nesterov?: boolean; readonly weightDecay?: number }
  | { readonly kind: 'adam' | 'adamw'; readonly betas?: readonly [number, number]; readonly epsilon?: number; readonly weightDecay?: number };

/** How many arrays of a parameter's size an optimiser remembers, by name. */
export function momentNames(options: OptimiserOptions): readonly string[] {
  if (options.kind !== 'sgd') return ['exp_avg', 'exp_avg_sq'];
  return (options.momentum ?? 0) === 0 ? [] : ['momentum_buffer'];
}

/** @throws NnError BAD_INPUT for settings outside their range */
export function checkOptimiser(options: OptimiserOptions): void {
  const bad = (what: string) => new NnError('BAD_INPUT', `The optimiser ${options.kind} cannot have ${what}.`);
  if (!((options.weightDecay ?? 0) >= 0)) throw bad(`a weight decay of ${options.weightDecay}`);
  if (options.kind === 'sgd') {
    const momentum = options.momentum ?? 0;
    if (!(momentum >= 0)) throw bad(`a momentum of ${momentum}`);
    if (options.nesterov === true && momentum === 0) throw bad("Nesterov's momentum with a momentum of 0");
  } else {
    for (const beta of options.betas ?? []) if (!(beta >= 0 && beta < 1)) throw bad(`a beta of ${beta}`);
    if (!((options.epsilon ?? 1e-8) > 0)) throw bad(`an epsilon of ${options.epsilon}`);
  }
}

/** One parameter, its gradient, and what the optimiser remembers of it; all of one length. */
export interface Slot {
  readonly weight: Float32Array<ArrayBuffer>;
  readonly gradient: Float32Array<ArrayBuffer>;
  readonly moments: readonly Float32Array<ArrayBuffer>[];
}

/**
 * Moves a parameter in place.
 * @param step counts from 1
 * @param gradientFactor multiplies the gradient: 1/n for accumulated ones, less where they are clipped
 */
export function applyOptimiser(options: OptimiserOptions, slot: Slot, rate: number, step: number, gradientFactor: number): void {
  if (options.kind === 'sgd') {
    sgd(slot, rate, step, gradientFactor, options.momentum ?? 0, options.nesterov ?? false, options.weightDecay ?? 0);
  } else {
    const [beta1, beta2] = options.betas ?? [0.9, 0.999];
    const decay = options.weightDecay ?? (options.kind === 'adamw' ? 0.01 : 0);
    adam(slot, rate, step, gradientFactor, beta1, beta2, options.epsilon ?? 1e-8, decay, options.kind === 'adamw');
  }
}

/** `torch.optim.SGD`: v ← μ v + g (v ← g at first), w ← w − rate · (v, or g + μ v for Nesterov); g holds the weight decay. */
function sgd({ weight, gradient, moments: [velocity] }: Slot, rate: number, step: number, factor: number, momentum: number, nesterov: boolean, decay: number): void {
  for (let i = 0; i < weight.length; i++) {
    const w = weight[i] as number;
    const g = (gradient[i] as number) * factor + decay * w;
    if (velocity === undefined) {
      weight[i] = w - rate * g;
      continue;
    }
    const v = step === 1 ? g : momentum * (velocity[i] as number) + g;
    velocity[i] = v;
    weight[i] = w - rate * (nesterov ? g + momentum * v : v);
  }
}

/** `torch.optim.Adam`, and AdamW, whose decay does not go through the moments. */
function adam({ weight, gradient, moments: [mean, square] }: Slot, rate: number, step: number, factor: number, beta1: number, beta2: number, epsilon: number, decay: number, decoupled: boolean): void {
  if (mean === undefined || square === undefined) throw new NnError('BAD_INPUT', 'Adam remembers two moments of each parameter.');
  const stepSize = rate / (1 - beta1 ** step);
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  const [keep, coupled] = decoupled ? [1 - rate * decay, 0] : [1, decay];
  for (let i = 0; i < weight.length; i++) {
    const w = (weight[i] as number) * keep;
    const g = (gradient[i] as number) * factor + coupled * w;
    const m = beta1 * (mean[i] as number) + (1 - beta1) * g;
    const s = beta2 * (square[i] as number) + (1 - beta2) * g * g;
    mean[i] = m;
    square[i] = s;
    weight[i] = w - (stepSize * m) / (Math.sqrt(s) * correction + epsilon);
  }
}

/** The length of all gradients taken as one vector. */
export function gradientNorm(slots: readonly Slot[], factor: number): number {
  let sum = 0;
  for (const { gradient } of slots) for (let i = 0; i < gradient.length; i++) sum += (gradient[i] as number) ** 2;
  return Math.sqrt(sum) * Math.abs(factor);
}
