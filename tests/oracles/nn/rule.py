"""The numbers that this side and tests/support/rule.ts both compute, so that no input needs to be recorded."""
import numpy as np


def hashes(count, seed):
    """Whole numbers of 32 bits."""
    mask = np.uint64(0xFFFFFFFF)
    h = ((np.arange(1, count + 1, dtype=np.uint64) + np.uint64(seed * 7919)) * np.uint64(2654435761)) & mask
    h ^= h >> np.uint64(15)
    h = (h * np.uint64(2246822519)) & mask
    return h ^ (h >> np.uint64(13))


def numbers(count, seed, low=-1.0, high=1.0):
    h = hashes(count, seed)
    return (low + (high - low) * (h.astype(np.float64) / 4294967296.0)).astype(np.float32)


def tensor(shape, seed, low=-1.0, high=1.0):
    return numbers(int(np.prod(shape, dtype=np.int64)), seed, low, high).reshape(shape)


def sketch(values, seed, buckets=16):
    """A count sketch (Charikar et al. 2002): each number goes with a random sign into a random bucket. The sketch of a
    difference is the difference of the sketches, and its squared length is on average that of what was sketched."""
    h = hashes(values.size, seed)
    signs = 1.0 - 2.0 * ((h >> np.uint64(8)) & np.uint64(1)).astype(np.float64)
    return np.bincount((h % np.uint64(buckets)).astype(np.int64), signs * values.reshape(-1).astype(np.float64), buckets)


def seed_of(name):
    """A parameter's seed: FNV-1a of its name, 32 bits."""
    h = 0x811C9DC5
    for byte in name.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def weight(name, shape):
    """A parameter or buffer of a network by its name: scales as after He's initialisation, statistics as after some training."""
    if name.endswith("running_var"):
        return tensor(shape, seed_of(name), 0.5, 1.5)
    if name.endswith("running_mean"):
        return tensor(shape, seed_of(name), -0.2, 0.2)
    if len(shape) > 1:
        bound = float(np.sqrt(6.0 / np.prod(shape[1:], dtype=np.float64)))
        return tensor(shape, seed_of(name), -bound, bound)
    return tensor(shape, seed_of(name), -0.1, 0.1) if name.endswith("bias") else tensor(shape, seed_of(name), 0.5, 1.5)


def fill(module):
    """Gives every parameter and buffer of a torch module its number by the rule; counters stay."""
    import torch

    state = module.state_dict()
    for name, value in state.items():
        if value.dtype.is_floating_point:
            value.copy_(torch.from_numpy(weight(name, list(value.shape))))
    module.load_state_dict(state)
    return module
