"""Drawings per second as batches of 256 at 64 px, both from shards: doodle's loader on all cores, beside MosaicML Streaming
over MDS shards that hold each drawing as JSON, drawn by OpenCV, with the best of 0, 1 and 2 workers.

MDS shards are not compressed, which is their default and the faster choice.
"""

import argparse
import json
import pathlib
import sys
import tempfile

import figures
import loading

BAR = 4


def write_mds(lines, folder, classes):
    from streaming import MDSWriter

    label_of = {word: label for label, word in enumerate(classes)}
    with MDSWriter(out=str(folder), columns={"drawing": "json", "label": "int"}) as writer, open(lines, "rb") as file:
        for sample in map(json.loads, file):
            writer.write({"drawing": sample["drawing"], "label": label_of[sample["word"]]})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only")
    parser.add_argument("--data")
    parser.parse_args()
    out = figures.Figures("shards")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        lines, dataset, mds = folder / "drawings.ndjson", folder / "dataset", folder / "mds"
        classes = loading.write_lines(lines)
        loading.ingest("shards", lines, dataset)
        write_mds(lines, mds, classes)
        loading.check_equal("shards", lines, dataset, folder / "pixels")
        loading.measure(out, "shards", "mds-64px", dataset, ["mds", mds], BAR)
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
