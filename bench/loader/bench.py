"""Drawings per second as batches of 256 at 64 px: doodle's loader from shards on all cores, beside torch's DataLoader over
lines of JSON drawn by OpenCV, with the best of 0, 1 and 2 workers.

Ours opens the dataset anew in every round and reads each block from its shard; the peer's file is mapped and warm.
"""

import argparse
import pathlib
import sys
import tempfile

import figures
import loading

BAR = 5


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only")
    parser.add_argument("--data")
    parser.parse_args()
    out = figures.Figures("loader")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        lines, dataset = folder / "drawings.ndjson", folder / "dataset"
        classes = loading.write_lines(lines)
        loading.ingest("loader", lines, dataset)
        loading.check_equal("loader", lines, dataset, folder / "pixels")
        loading.measure(out, "loader", "lines-64px", dataset, ["lines", lines, "--classes", ",".join(classes)], BAR)
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
