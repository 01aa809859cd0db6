"""The order of an epoch as PyTorch's samplers make it: torch.randperm(N).tolist(). Prints one JSON line.

plan_order.py --samples N [--seed S] [--batch B]
"""

import argparse
import json
import time

import torch


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=1024)
    options = parser.parse_args()
    generator = torch.Generator()

    start = time.perf_counter()
    generator.manual_seed(options.seed)
    order = torch.randperm(options.samples, generator=generator).tolist()
    seconds = time.perf_counter() - start
    # A batch in the middle of an epoch needs the list of all of it.
    middle = options.samples // 2
    batch = order[middle : middle + options.batch]

    used = bytearray(options.samples)
    for index in order:
        used[index] = 1
    permutation = len(order) == options.samples and sum(used) == options.samples
    print(json.dumps({"samples": len(order), "seconds": seconds, "batch": len(batch), "permutation": permutation}))


if __name__ == "__main__":
    main()
