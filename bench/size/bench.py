"""Bytes a drawing takes in a dataset: all of `strokes/` of --data, keys, labels, index and manifest included. No peer; the
same drawings take about 120 bytes each in Google's .bin, without labels.

The dataset is verified first: every block is read again and the sample digest compared.
"""

import json
import pathlib
import sys
import tempfile

import figures

DOODLE = figures.BUILD / "bin/doodle"
BAR = 96


def run(*arguments):
    return json.loads(figures.run("size", [DOODLE, *arguments, "--json"]))


def main():
    options = figures.options()
    out = figures.Figures("size")
    strokes = pathlib.Path(options.data or "/nonexistent") / "strokes"
    if not strokes.is_dir():
        out.add_missing("strokes", "needs --data DIR with strokes/", "bytes/drawing", BAR, better="lower")
    else:
        with tempfile.TemporaryDirectory() as folder:
            dataset = pathlib.Path(folder) / "dataset"
            report = run("ingest", strokes, "--out", dataset)
            if not run("datasets", "verify", dataset)["ok"] or report["drawings"] == 0:
                sys.exit("bench size: the dataset is damaged")
            total = sum(path.stat().st_size for path in dataset.iterdir())
            out.add_alone("strokes", [total / report["drawings"]], "bytes/drawing", BAR, better="lower")
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
