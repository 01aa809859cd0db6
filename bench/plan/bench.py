"""The epoch plan of all 49.7 M drawings, beside torch.randperm(N).tolist(), which PyTorch's samplers call at the start of
every epoch; and the time to the first batch of a rank that enters a stage anywhere.

`epoch`: one process on one core. `epoch-2-ranks`: a gang of two ranks on two cores. Each of ours walks its own lanes;
each of the peer's makes the list of the whole epoch, as torch's DistributedSampler does, before it takes every second
index. Both sides check that their order is a permutation.
"""

import json
import subprocess
import sys

import figures

OURS = figures.BUILD / "bin/doodle-bench-plan"
PEER = figures.ROOT / "bench/peers/plan_order.py"
SAMPLES = 49_707_579
ROUNDS = 5
SEEKS = 2000
EPOCH_BAR = 50  # Times as fast.
SEEK_BAR = 20  # Microseconds.


def run_all(commands):
    """The results of processes that run side by side."""
    running = [subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for command in commands]
    results = []
    for process in running:
        printed, errors = process.communicate(timeout=300)
        if process.returncode != 0:
            sys.exit(f"bench plan: {' '.join(map(str, process.args))} ended with {process.returncode}\n{errors[-2000:]}")
        results.append(json.loads(printed.strip().splitlines()[-1]))
    return results


def run(command):
    return run_all([command])[0]


def measure_epoch(out, name, ranks):
    ours, peers = [], []
    for seed in range(1, ROUNDS + 1):
        mine = run([OURS, "--samples", SAMPLES, "--seed", seed, "--ranks", ranks])
        others = run_all([[sys.executable, PEER, "--samples", SAMPLES, "--seed", seed]] * ranks)
        if mine["samples"] != SAMPLES or not all(other["samples"] == SAMPLES and other["permutation"] for other in others):
            sys.exit("bench plan: an order is not a permutation of all drawings")
        ours.append(SAMPLES / 1e6 / mine["seconds"])
        peers.append(SAMPLES / 1e6 / max(other["seconds"] for other in others))
    print(f"{name}: million drawings/s: ours {[round(v, 1) for v in ours]}, peer {[round(v, 2) for v in peers]}", file=sys.stderr)
    out.add(name, ours, peers, "Mdrawings/s", EPOCH_BAR)


def measure_seek(out):
    rounds = [run([OURS, "--samples", SAMPLES, "--seed", seed, "--seeks", SEEKS]) for seed in range(1, ROUNDS + 1)]
    print(f"seek: p99 {[round(r['p99_us'], 1) for r in rounds]} us", file=sys.stderr)
    out.add_alone("seek-lane", [r["median_us"] for r in rounds], "us", SEEK_BAR, better="lower")


def main():
    options = figures.options()
    out = figures.Figures("plan")
    for name, ranks in (("epoch", 1), ("epoch-2-ranks", 2)):
        if options.only in (None, name):
            measure_epoch(out, name, ranks)
    if options.only in (None, "seek-lane"):
        measure_seek(out)
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
