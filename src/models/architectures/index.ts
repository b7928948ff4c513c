import { CovidCtError } from '../../base/index.ts';
import type { Architecture } from '../architecture.ts';
import { denseNets } from './densenet.ts';
import { efficientNets } from './efficientnet.ts';
import { mobileNetV2s } from './mobilenet-v2.ts';
import { resNets } from './resnet.ts';
import { simpleCnns } from './simple-cnn.ts';
import { vggs } from './vgg.ts';

/** Every architecture. A new one is a file and a line here. */
export const architectures: readonly Architecture[] = [...denseNets, ...resNets, ...vggs, ...efficientNets, ...mobileNetV2s, ...simpleCnns];

/** The names that {@link findArchitecture} takes. */
export const architectureNames: readonly string[] = architectures.map(({ name }) => name);

/** An architecture by name. @throws CovidCtError NOT_FOUND, naming those that there are */
export function findArchitecture(name: string): Architecture {
  const architecture = architectures.find((candidate) => candidate.name === name);
  if (architecture === undefined) {
    throw new CovidCtError('NOT_FOUND', `There is no architecture called ${JSON.stringify(name)}.`, { hint: `There are ${architectureNames.join(', ')}.` });
  }
  return architecture;
}
