/** Optimisers on typed arrays, equal to `torch.optim` in formula, and to its rounding but for the order of a product or two. */
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

// Every operation is rounded to single precision, as PyTorch's kernels do; V8 then computes in single precision, which is
// also a third faster.
const f = Math.fround;

/** `torch.optim.SGD`: v ← μ v + g (v ← g at first), w ← w − rate · (v, or g + μ v for Nesterov); g holds the weight decay. */
function sgd({ weight, gradient, moments: [velocity] }: Slot, rate: number, step: number, factor: number, momentum: number, nesterov: boolean, decay: number): void {
  const [lr, share, mu, wd, kept] = [f(rate), f(factor), f(momentum), f(decay), f(step === 1 ? 0 : momentum)];
  for (let i = 0; i < weight.length; i++) {
    const w = weight[i] as number;
    const g = f(f((gradient[i] as number) * share) + f(wd * w));
    if (velocity === undefined) {
      weight[i] = f(w - f(lr * g));
      continue;
    }
    const v = f(f(kept * (velocity[i] as number)) + g);
    velocity[i] = v;
    weight[i] = f(w - f(lr * (nesterov ? f(g + f(mu * v)) : v)));
  }
}

/** `torch.optim.Adam`, and AdamW, whose decay does not go through the moments. */
function adam({ weight, gradient, moments: [mean, square] }: Slot, rate: number, step: number, factor: number, beta1: number, beta2: number, epsilon: number, decay: number, decoupled: boolean): void {
  if (mean === undefined || square === undefined) throw new NnError('BAD_INPUT', 'Adam remembers two moments of each parameter.');
  const stepSize = f(rate / (1 - beta1 ** step));
  const correction = f(1 / Math.sqrt(1 - beta2 ** step));
  const [keep, coupled] = decoupled ? [f(1 - rate * decay), f(0)] : [f(1), f(decay)];
  const [share, b1, c1, b2, c2, eps] = [f(factor), f(beta1), f(1 - beta1), f(beta2), f(1 - beta2), f(epsilon)];
  for (let i = 0; i < weight.length; i++) {
    const w = f((weight[i] as number) * keep);
    const g = f(f((gradient[i] as number) * share) + f(coupled * w));
    const m = f(f(b1 * (mean[i] as number)) + f(c1 * g));
    const s = f(f(b2 * (square[i] as number)) + f(c2 * f(g * g)));
    mean[i] = m;
    square[i] = s;
    weight[i] = f(w - f(f(stepSize * m) / f(f(f(Math.sqrt(s)) * correction) + eps)));
  }
}

/**
 * The length of all gradients taken as one vector, summed in double precision. Not finite when any of them is not.
 * Four sums at once, since each addition waits for the one before it.
 */
export function gradientNorm(gradients: Iterable<Float32Array<ArrayBuffer>>): number {
  let total = 0;
  for (const gradient of gradients) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    const even = gradient.length - (gradient.length % 4);
    for (let i = 0; i < even; i += 4) {
      s0 += (gradient[i] as number) ** 2;
      s1 += (gradient[i + 1] as number) ** 2;
      s2 += (gradient[i + 2] as number) ** 2;
      s3 += (gradient[i + 3] as number) ** 2;
    }
    for (let i = even; i < gradient.length; i++) s0 += (gradient[i] as number) ** 2;
    total += s0 + s1 + s2 + s3;
  }
  return Math.sqrt(total);
}
