#!/usr/bin/env python3
"""Writes golden.csv: traces of learning-rate schedules from the programs that define them.

    pip install torch==2.10.0 && python3 make_golden.py

PyTorch's schedulers are stepped once per batch. The Keras rows (names beginning with keras_) follow the formulas of the
cyclical-learning-rate callback for Keras of Smith's 2017 paper, clr_iterations counting from 0. The specs of the traces
are repeated, by name, in tests/unit/common/schedule/golden_test.cc.
"""

import csv
import math
import pathlib
import warnings

import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, CyclicLR, LinearLR, OneCycleLR, SequentialLR

warnings.simplefilter("ignore")


def trace(make_scheduler, steps, lr=1.0, momentum=False):
    """Rate and momentum before each of `steps` optimizer steps."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr, momentum=0.9)
    scheduler = make_scheduler(optimizer)
    rows = []
    for step in range(steps):
        group = optimizer.param_groups[0]
        rows.append((step, group["lr"], group["momentum"] if momentum else None))
        optimizer.step()
        if step + 1 < steps:
            scheduler.step()
    return rows


def one_cycle(steps, **arguments):
    return trace(lambda o: OneCycleLR(o, total_steps=steps, **arguments), steps, momentum=arguments["cycle_momentum"])


def cyclic(steps, **arguments):
    return trace(lambda o: CyclicLR(o, **arguments), steps, momentum=arguments["cycle_momentum"])


def after_warmup(steps, warmup, first, make_scheduler):
    """LinearLR in front; `first` is the schedule's own first rate."""

    def make(optimizer):
        linear = LinearLR(optimizer, start_factor=0.01, total_iters=warmup)
        return SequentialLR(optimizer, [linear, make_scheduler(optimizer)], milestones=[warmup])

    return trace(make, steps, lr=first)


def one_cycle_after_warmup(steps, warmup, max_lr):
    """OneCycleLR sets the optimizer's rate when it is built, so the two parts are traced apart."""
    schedule = one_cycle(steps - warmup, max_lr=max_lr, cycle_momentum=False)
    first = schedule[0][1]
    linear = trace(lambda o: LinearLR(o, start_factor=0.01, total_iters=warmup), warmup, lr=first)
    return linear + [(step + warmup, lr, momentum) for step, lr, momentum in schedule]


def keras_cyclic(steps, base_lr, max_lr, step_size, mode, gamma=1.0):
    rows = []
    for iteration in range(steps):
        cycle = math.floor(1 + iteration / (2 * step_size))
        x = abs(iteration / step_size - 2 * cycle + 1)
        scale = {"triangular": 1.0, "triangular2": 1 / 2.0 ** (cycle - 1), "exp_range": gamma**iteration}[mode]
        rows.append((iteration, base_lr + (max_lr - base_lr) * max(0, 1 - x) * scale, None))
    return rows


def traces():
    yield "one_cycle", one_cycle(50, max_lr=2e-3, cycle_momentum=False)
    yield "one_cycle_momentum", one_cycle(47, max_lr=0.1, pct_start=0.25, cycle_momentum=True)
    yield "one_cycle_linear", one_cycle(
        40, max_lr=0.5, pct_start=0.4, anneal_strategy="linear", div_factor=10.0, final_div_factor=100.0,
        base_momentum=0.8, max_momentum=0.9, cycle_momentum=True)
    yield "one_cycle_three_phase", one_cycle(60, max_lr=1e-2, pct_start=0.35, three_phase=True, cycle_momentum=True)
    yield "one_cycle_short", one_cycle(3, max_lr=1e-2, cycle_momentum=False)
    yield "one_cycle_one_step", one_cycle(1, max_lr=1e-2, cycle_momentum=False)
    yield "one_cycle_warmup", one_cycle_after_warmup(45, 5, max_lr=1e-2)
    yield "cosine", trace(lambda o: CosineAnnealingLR(o, T_max=60, eta_min=1e-5), 60, lr=3e-3)
    yield "cosine_warmup", after_warmup(50, 10, 0.4, lambda o: CosineAnnealingLR(o, T_max=40))
    yield "clr_triangular", cyclic(60, base_lr=1e-4, max_lr=1e-2, step_size_up=10, step_size_down=15, cycle_momentum=False)
    yield "clr_triangular2", cyclic(
        70, base_lr=1e-3, max_lr=6e-3, step_size_up=8, step_size_down=8, mode="triangular2", base_momentum=0.8,
        max_momentum=0.9, cycle_momentum=True)
    yield "clr_exp_range", cyclic(
        60, base_lr=1e-3, max_lr=6e-3, step_size_up=7, step_size_down=12, mode="exp_range", gamma=0.98,
        base_momentum=0.85, max_momentum=0.95, cycle_momentum=True)
    yield "keras_triangular", keras_cyclic(45, 1e-3, 6e-3, 10, "triangular")
    yield "keras_triangular2", keras_cyclic(65, 1e-3, 6e-3, 10, "triangular2")
    yield "keras_exp_range", keras_cyclic(65, 1e-3, 6e-3, 10, "exp_range", gamma=0.994)


def main():
    path = pathlib.Path(__file__).with_name("golden.csv")
    with path.open("w", newline="") as file:
        file.write(f"# make_golden.py, torch {torch.__version__.split('+')[0]}\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["trace", "step", "lr", "momentum"])
        for name, rows in traces():
            for step, lr, momentum in rows:
                writer.writerow([name, step, repr(lr), "" if momentum is None else repr(momentum)])
    print(path)


if __name__ == "__main__":
    main()
