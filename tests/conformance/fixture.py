"""Weights and images from integer formulas: the same numbers in Python and in C++ (tests/testing/formula_weights.h)."""

import numpy as np

MASK = (1 << 64) - 1


def name_seed(name):
    """FNV-1a, 64 bits."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & MASK
    return seed


def unit_values(name, count):
    """`count` numbers in [-1, 1) with 24 bits each: SplitMix64's finalizer over a counter."""
    x = np.uint64(name_seed(name)) + np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    return (x >> np.uint64(40)).astype(np.float64) / float(1 << 23) - 1.0


def tensor_values(name, shape):
    """float64 values of the tensor `name`: scaled so that activations neither die nor explode."""
    count = int(np.prod(shape)) if shape else 1
    values = unit_values(name, count)
    if name.endswith("running_var"):
        values = 1.0 + 0.5 * values
    elif len(shape) > 1:
        fan_in = count // shape[0]
        values = values * np.sqrt(6.0 / fan_in)
    elif name.endswith(".weight"):
        values = 0.75 + 0.25 * values
    else:
        values = 0.125 * values
    return values.reshape(shape)


def image(index, size):
    """uint8 [size, size]: diagonal strokes whose slope, spacing and width depend on the index."""
    y, x = np.mgrid[0:size, 0:size]
    period = 7 + index % 13
    phase = (x * (1 + index % 5) + y * (1 + (index // 5) % 7) + 3 * index) % period
    return np.where(phase < 2 + index % 3, 255, 0).astype(np.uint8)
