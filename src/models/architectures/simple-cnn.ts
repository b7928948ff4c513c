/**
 * The "SimpleCNN" of the COVID-CT baselines: `baseline methods/DenseNet169/DenseNet_predict.py` of
 * github.com/UCSD-AI4H/COVID-CT (commit 1fc10ba). One 3×3 convolution to 32 channels with ReLU and a 2×2 max pool, and
 * one layer over all that is left; names and PyTorch's default initialisation as there. The script's `forward` computes
 * the logits and forgets to return them, so that it cannot have been run as published.
 */
import { CovidCtError } from '../../base/index.ts';
import { conv2d, dropout, flatten, linear, maxPool2d, relu, type Network } from '../../nn/index.ts';
import type { Architecture, ArchitectureOptions, NetworkOutput } from '../architecture.ts';
import { ratesOf } from '../options.ts';

const inputSize = 224;

function simpleCnn(options: ArchitectureOptions): Network<NetworkOutput> {
  const { dropout: rate } = ratesOf(options, { dropout: 0 });
  return (scope, input) => {
    const [, , height, width] = input.shape;
    if (height !== inputSize || width !== inputSize) {
      throw new CovidCtError('BAD_INPUT', `SimpleCNN takes pictures of ${inputSize}×${inputSize} pixels, not ${height}×${width}: its last layer has a weight for every place.`, {
        hint: 'Resize the pictures, or choose an architecture that pools.',
      });
    }
    const features = maxPool2d(relu(conv2d(scope.at('layer1.conv1'), input, { out: 32, kernel: 3, padding: 1 })), 2);
    const embedding = flatten(features);
    return { features, embedding, logits: linear(scope.at('layer4.fc1'), dropout(scope, embedding, rate), { out: options.classes }) };
  };
}

/** `features` is the pool's output, 32×112×112, and `embedding` the same in a row; dropout stands before the last layer, 0 by default. */
export const simpleCnns: readonly Architecture[] = [
  {
    name: 'simple_cnn',
    title: 'SimpleCNN',
    inputSize,
    leastSize: inputSize,
    fixedSize: true,
    head: ['layer4.fc1.weight', 'layer4.fc1.bias'],
    stem: 'layer1.conv1.weight',
    network: simpleCnn,
  },
];
