"""The numbers that this side and src/nn/testing.ts both compute, so that no input needs to be recorded."""
import numpy as np


def numbers(count, seed, low=-1.0, high=1.0):
    mask = np.uint64(0xFFFFFFFF)
    h = ((np.arange(1, count + 1, dtype=np.uint64) + np.uint64(seed * 7919)) * np.uint64(2654435761)) & mask
    h ^= h >> np.uint64(15)
    h = (h * np.uint64(2246822519)) & mask
    h ^= h >> np.uint64(13)
    return (low + (high - low) * (h.astype(np.float64) / 4294967296.0)).astype(np.float32)


def tensor(shape, seed, low=-1.0, high=1.0):
    return numbers(int(np.prod(shape, dtype=np.int64)), seed, low, high).reshape(shape)
