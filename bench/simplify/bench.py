"""Percent of the drawings that exist raw and simplified, in `raw/` and `simplified/` of --data, for which doodle's
simplification gives Google's integers. No peer. How far the others are off is printed beside it: distances of the points
that either side kept from the other side's line.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

import figures

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OURS = pathlib.Path(os.environ.get("DOODLE_BUILD", ROOT / "build/release")) / "bin/doodle-bench-simplify"
BAR = 90.8


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only")
    parser.add_argument("--data", default=os.environ.get("DOODLE_BENCH_DATA"))
    options = parser.parse_args()
    out = figures.Figures("simplify")
    data = pathlib.Path(options.data or "/nonexistent")
    if not (data / "raw").is_dir() or not (data / "simplified").is_dir():
        out.add_missing("equal", "needs --data DIR with raw/ and simplified/", "%", BAR)
    else:
        done = subprocess.run([OURS, "--raw", data / "raw", "--simplified", data / "simplified"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=300)
        if done.returncode != 0:
            sys.exit(f"bench simplify: doodle-bench-simplify ended with {done.returncode}\n{done.stderr[-2000:]}")
        found = json.loads(done.stdout)
        if found["pairs"] == 0:
            sys.exit("bench simplify: no drawing is in both folders")
        near = 100 * found["near_points"] / max(1, found["points"])
        print(f"equal: {found['equal']} of {found['pairs']}; of the others {found['other_strokes']} have another number of strokes, "
              f"{near:.2f} % of {found['points']} points are within 2 units of the other line, the farthest at {found['farthest']:.1f}", file=sys.stderr)
        out.add_alone("equal", [100 * found["equal"] / found["pairs"]], "%", BAR)
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
