"""Percent of the drawings that exist raw and simplified, in `raw/` and `simplified/` of --data, for which doodle's
simplification gives Google's integers, and of the others' points, kept by either side, those within 2 units of the other
side's line. No peer.
"""

import json
import pathlib
import sys

import figures

OURS = figures.BUILD / "bin/doodle-bench-simplify"
EQUAL_BAR = 99
NEAR_BAR = 100


def main():
    options = figures.options()
    out = figures.Figures("simplify")
    data = pathlib.Path(options.data or "/nonexistent")
    if not (data / "raw").is_dir() or not (data / "simplified").is_dir():
        out.add_missing("equal", "needs --data DIR with raw/ and simplified/", "%", EQUAL_BAR)
        out.add_missing("near", "needs --data DIR with raw/ and simplified/", "%", NEAR_BAR)
    else:
        found = json.loads(figures.run("simplify", [OURS, "--raw", data / "raw", "--simplified", data / "simplified"]))
        if found["pairs"] == 0:
            sys.exit("bench simplify: no drawing is in both folders")
        near = 100 * found["near_points"] / found["points"] if found["points"] else 100
        near = 0 if found["other_strokes"] else near
        print(f"equal: {found['equal']} of {found['pairs']}; of the others {found['other_strokes']} have another number of strokes, "
              f"{near:.2f} % of {found['points']} points are within 2 units of the other line, the farthest at {found['farthest']:.1f}", file=sys.stderr)
        out.add_alone("equal", [100 * found["equal"] / found["pairs"]], "%", EQUAL_BAR)
        out.add_alone("near", [near], "%", NEAR_BAR)
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
