/** VGG-16 (Simonyan & Zisserman 2015, table 1, column D), as `torchvision/models/vgg.py` names, shapes and initialises it, with or without batch norms. */
import { adaptiveAveragePool2d, batchNorm2d, conv2d, dropout, flatten, kaimingNormal, linear, maxPool2d, normalStart, relu, zeros, type Network, type Scope, type Value } from '../../nn/index.ts';
import type { Architecture, ArchitectureOptions, NetworkOutput } from '../architecture.ts';
import { ratesOf } from '../options.ts';

/** Channels of each convolution; every stage ends in a 2×2 max pool. */
const stages: readonly (readonly number[])[] = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];

function vgg(withBatchNorm: boolean, options: ArchitectureOptions): Network<NetworkOutput> {
  const { dropout: rate } = ratesOf(options, { dropout: 0.5 });
  return (scope, input) => {
    let x = input;
    // torchvision numbers every module, those without parameters too.
    let module = 0;
    for (const stage of stages) {
      for (const out of stage) {
        x = conv2d(scope.at(`features.${module++}`), x, { out, kernel: 3, padding: 1, start: kaimingNormal('fanOut'), biasStart: () => zeros });
        if (withBatchNorm) x = batchNorm2d(scope.at(`features.${module++}`), x);
        x = relu(x);
        module++;
      }
      x = maxPool2d(x, 2);
      module++;
    }
    const fullyConnected = (at: Scope, y: Value, out: number): Value => linear(at, y, { out, start: () => normalStart(0.01), biasStart: () => zeros });
    const pooled = flatten(adaptiveAveragePool2d(x, 7));
    const hidden = dropout(scope.at('classifier.2'), relu(fullyConnected(scope.at('classifier.0'), pooled, 4096)), rate);
    const embedding = relu(fullyConnected(scope.at('classifier.3'), hidden, 4096));
    return { features: x, embedding, logits: fullyConnected(scope.at('classifier.6'), dropout(scope.at('classifier.5'), embedding, rate), options.classes) };
  };
}

const member = (name: string, title: string, withBatchNorm: boolean): Architecture => ({
  name,
  title,
  inputSize: 224,
  leastSize: 32,
  head: ['classifier.6.weight', 'classifier.6.bias'],
  stem: 'features.0.weight',
  network: (options) => vgg(withBatchNorm, options),
});

/**
 * `features` is what comes after the last max pool, `embedding` the second hidden layer's 4,096 numbers; dropout stands
 * after both hidden layers, 0.5 by default.
 */
export const vggs: readonly Architecture[] = [member('vgg16', 'VGG-16', false), member('vgg16_bn', 'VGG-16-BN', true)];
