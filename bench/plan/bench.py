"""The epoch plan of all 49.7 M drawings, beside torch.randperm(N).tolist(), which PyTorch's samplers call at the start of
every epoch; and the time to the first batch of a rank that enters a stage anywhere. Both use one core.

Both sides check that their order is a permutation.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import figures

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OURS = ROOT / "build/release/bin/doodle-bench-plan"
PEER = ROOT / "bench/peers/plan_order.py"
SAMPLES = 49_707_579
ROUNDS = 5
SEEKS = 2000
EPOCH_BAR = 50  # Times as fast.
SEEK_BAR = 20  # Microseconds.


def run(command):
    done = subprocess.run([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    if done.returncode != 0:
        sys.exit(f"bench plan: {' '.join(map(str, command))} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def measure_epoch(out):
    ours, peers = [], []
    for seed in range(1, ROUNDS + 1):
        mine = run([OURS, "--samples", SAMPLES, "--seed", seed])
        other = run([sys.executable, PEER, "--samples", SAMPLES, "--seed", seed])
        if mine["samples"] != SAMPLES or other["samples"] != SAMPLES or not other["permutation"]:
            sys.exit("bench plan: an order is not a permutation of all drawings")
        ours.append(SAMPLES / 1e6 / mine["seconds"])
        peers.append(SAMPLES / 1e6 / other["seconds"])
    print(f"epoch: million drawings/s: ours {[round(v, 1) for v in ours]}, peer {[round(v, 2) for v in peers]}", file=sys.stderr)
    out.add("epoch", ours, peers, "Mdrawings/s", EPOCH_BAR)


def measure_seek(out):
    rounds = [run([OURS, "--samples", SAMPLES, "--seed", seed, "--seeks", SEEKS]) for seed in range(1, ROUNDS + 1)]
    print(f"seek: p99 {[round(r['p99_us'], 1) for r in rounds]} us", file=sys.stderr)
    out.add_alone("seek-lane", [r["median_us"] for r in rounds], "us", SEEK_BAR, better="lower")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only")
    parser.add_argument("--data")
    options = parser.parse_args()
    out = figures.Figures("plan")
    for name, measure in (("epoch", measure_epoch), ("seek-lane", measure_seek)):
        if options.only in (None, name):
            measure(out)
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
