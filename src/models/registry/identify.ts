import { CovidCtError } from '../../base/index.ts';
import type { StateDict } from '../../nn/index.ts';
import type { Architecture, ArchitectureOptions } from '../architecture.ts';
import { architectures } from '../architectures/index.ts';
import { currentNames, fitState, stateDeclarations } from '../state.ts';

/** Whose weights a file holds. */
export interface Identified {
  readonly architecture: Architecture;
  readonly options: Required<Pick<ArchitectureOptions, 'channels' | 'classes'>>;
}

/** The channels and classes that a state has in an architecture's stem and head; undefined where it lacks them. */
function optionsIn(architecture: Architecture, state: StateDict): Identified['options'] | undefined {
  const names = currentNames(architecture, state);
  const [headName = ''] = architecture.head;
  const classes = names.get(headName)?.shape[0];
  const channels = names.get(architecture.stem)?.shape[1];
  return classes !== undefined && classes > 0 && (channels === 1 || channels === 3) ? { channels, classes } : undefined;
}

/** Why a state does not fit an architecture as it is; undefined where it does. */
function misfit(architecture: Architecture, state: StateDict): CovidCtError | undefined {
  try {
    fitState(architecture, optionsIn(architecture, state) ?? { channels: 3, classes: 1000 }, state, { seed: 0 });
    return undefined;
  } catch (error) {
    if (error instanceof CovidCtError && error.code === 'BAD_CHECKPOINT') return error;
    throw error;
  }
}

/** The share of an architecture's names that a state has. */
function sharedNames(architecture: Architecture, state: StateDict): number {
  const names = currentNames(architecture, state);
  const declared = stateDeclarations(architecture, { classes: 1000 }).filter(({ kind }) => kind !== 'counter');
  return declared.filter(({ name }) => names.has(name)).length / declared.length;
}

/**
 * Tells by names and shapes whose weights these are.
 * They do not tell everything: a network that differs only in padding, strides or epsilon has the same.
 * @param name what to call the file in messages
 * @throws CovidCtError BAD_CHECKPOINT, saying which architecture comes nearest and what first does not fit it
 */
export function identifyArchitecture(state: StateDict, name: string): Identified {
  for (const architecture of architectures) {
    const options = optionsIn(architecture, state);
    if (options !== undefined && misfit(architecture, state) === undefined) return { architecture, options };
  }
  const [nearest] = architectures.map((architecture) => ({ architecture, share: sharedNames(architecture, state) })).toSorted((a, b) => b.share - a.share);
  if (nearest === undefined || nearest.share < 0.5) {
    const first = [...state.keys()].slice(0, 3).join(', ');
    throw new CovidCtError('BAD_CHECKPOINT', `${name} is of none of the architectures here: its ${state.size} tensors are called ${first}${state.size > 3 ? ', …' : ''}.`, {
      hint: `There are ${architectures.map((architecture) => architecture.name).join(', ')}, with the names of torchvision and timm.`,
    });
  }
  const why = misfit(nearest.architecture, state);
  throw new CovidCtError('BAD_CHECKPOINT', `${name} comes nearest to ${nearest.architecture.title}, but does not fit it: ${why?.message ?? 'it has no head.'}`, {
    hint: 'Only whole state dicts can be imported, head included.',
    cause: why,
  });
}
