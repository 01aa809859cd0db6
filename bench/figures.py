"""Figures of a benchmark: ratios of interleaved runs or values without a peer, one per line, compared with their bars.
And what every benchmark is given: its options and the build that it measures.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("DOODLE_BUILD", ROOT / "build/release"))


def options():
    """`only`: one figure, by name, or None. `data`: a folder with more drawings than the bundled ones, or None."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only")
    parser.add_argument("--data", default=os.environ.get("DOODLE_BENCH_DATA"))
    return parser.parse_args()


def run(bench, command, environment=None):
    """Standard output of a side of a benchmark, which ends with the reason when it fails."""
    command = [*map(str, command)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    if done.returncode != 0:
        sys.exit(f"bench {bench}: {' '.join(command)} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


class Figures:
    """Collects figures of one benchmark; exit_code() is 1 when one misses its bar, 3 when data is missing."""

    def __init__(self, bench):
        self.bench = bench
        self.lines = []
        self.below = False
        self.missing = False

    def add(self, name, ours, peers, unit, bar, better="higher"):
        """`ours` and `peers`: values of the same rounds, in order. The ratio is the median of the rounds' ratios."""
        ratios = [mine / other for mine, other in zip(ours, peers, strict=True)]
        ratio = statistics.median(ratios)
        good = ratio >= bar if better == "higher" else ratio <= bar
        self.below |= not good
        self.lines.append(
            f"bench {self.bench}/{name} ours={statistics.median(ours):.4g} peer={statistics.median(peers):.4g} unit={unit} "
            f"better={better} ratio={ratio:.3f} range={min(ratios):.3f}-{max(ratios):.3f} bar={bar:.2f} "
            f"{'ok' if good else 'below'}")

    def add_alone(self, name, ours, unit, bar, better="higher"):
        """A figure without a peer: the median of the rounds against a bar in the same unit."""
        value = statistics.median(ours)
        good = value >= bar if better == "higher" else value <= bar
        self.below |= not good
        self.lines.append(
            f"bench {self.bench}/{name} ours={value:.4g} peer=- unit={unit} better={better} ratio=- "
            f"range={min(ours):.4g}-{max(ours):.4g} bar={bar:.2f} {'ok' if good else 'below'}")

    def add_missing(self, name, reason, unit, bar, better="higher"):
        self.missing = True
        print(f"{name}: {reason}", file=sys.stderr)
        self.lines.append(f"bench {self.bench}/{name} ours=- peer=- unit={unit} better={better} ratio=- range=- bar={bar:.2f} missing")

    def print_lines(self):
        for line in self.lines:
            print(line)

    def exit_code(self):
        return 1 if self.below else 3 if self.missing else 0
