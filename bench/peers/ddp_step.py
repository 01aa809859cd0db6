"""The peer of bench/step: PyTorch DistributedDataParallel over Gloo, started by torchrun with its defaults.

Prints, from rank 0, one line of JSON: images_per_second of all ranks together.
"""

import argparse
import contextlib
import json
import sys
import time

import safetensors.torch
import torch
import torch.distributed
from torch.nn.parallel import DistributedDataParallel

from peers import models
from step import fixture


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--batch", type=int, required=True, help="per rank")
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--init", help="safetensors with the weights to begin from")
    parser.add_argument("--steps", type=int, default=0, help="exactly so many steps instead of a time")
    parser.add_argument("--save", help="safetensors for the weights after the steps")
    return parser.parse_args()


def leave():
    """A rank that exits while the other still uses the group aborts it."""
    sys.stdout.flush()
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()


def main():
    options = parse()
    torch.distributed.init_process_group("gloo")
    rank, world = torch.distributed.get_rank(), torch.distributed.get_world_size()
    model = models.create(options.model, 1, options.classes)
    if options.init:
        model.load_state_dict(safetensors.torch.load_file(options.init), strict=True)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    model = DistributedDataParallel(model.to(memory_format=layout))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    pixels = torch.from_numpy(fixture.pixels(options.batch, options.size, rank))
    labels = torch.from_numpy(fixture.labels(options.batch, options.classes, rank))
    precision = torch.autocast("cpu", torch.bfloat16) if options.bf16 else contextlib.nullcontext()

    def step():
        images = (pixels.float() / 255 - 0.5) / 0.5
        images = images.to(memory_format=layout)
        with precision:
            loss = torch.nn.functional.cross_entropy(model(images).float(), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    if options.steps:
        losses = []
        for _ in range(options.steps):
            loss = step().detach()
            torch.distributed.all_reduce(loss)
            losses.append(loss.item() / world)
        if rank == 0:
            if options.save:
                state = {name: value.contiguous() for name, value in model.module.state_dict().items()}
                safetensors.torch.save_file(state, options.save)
            print(json.dumps({"losses": losses}))
        leave()
        return
    for _ in range(3):
        step()
    # The ranks agree on the number of steps, or one would wait for a reduction that never comes.
    start = time.perf_counter()
    step()
    count = torch.tensor([max(3, int(options.seconds / (time.perf_counter() - start)))])
    torch.distributed.broadcast(count, 0)
    start = time.perf_counter()
    for _ in range(int(count)):
        step().item()
    torch.distributed.barrier()
    if rank == 0:
        rate = int(count) * options.batch * world / (time.perf_counter() - start)
        print(json.dumps({"images_per_second": rate}))
    leave()


if __name__ == "__main__":
    main()
