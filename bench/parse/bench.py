"""Megabytes a second of simplified ndjson, in memory and on one core, that become drawings: the parser of `doodle ingest`
beside Python's json, line by line, and beside simdjson's DOM parser from C++ with the walk that fills the same drawing.

The input is `strokes/` of --data, else the bundled drawings several times over. First all three compute one digest over
keys, words and strokes. Python is timed as a loader uses it: json.loads on text that is already decoded, then the record that
ours fills, its strokes as numpy arrays of bytes, its key as a number. json.loads with nothing done to its lists is
printed beside, without a bar. Ours also checks every number, list and field.
"""

import gzip
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

import numpy as np

import figures

OURS = figures.BUILD / "bin/doodle-bench-parse"
BUNDLED = figures.ROOT / "tests/data/quickdraw/strokes"
LEAST_BYTES = 20_000_000
ROUNDS = 5
BARS = {"python-json": 30.0, "simdjson-dom": 1.0}


def input_text(data):
    strokes = pathlib.Path(data) / "strokes" if data else BUNDLED
    text = b"".join(gzip.open(path).read() for path in sorted(strokes.glob("*.ndjson.gz")))
    if not text:
        sys.exit(f"bench parse: no .ndjson.gz in {strokes}")
    return text * -(-LEAST_BYTES // len(text))


def run(side, path):
    pin = ["taskset", "-c", "0"] if shutil.which("taskset") else []
    return json.loads(figures.run("parse", [*pin, OURS, side, path, "--seconds", "1"]))


def python_digest(lines):
    crc, points = 0, 0
    for line in lines:
        drawing = json.loads(line)
        crc = zlib.crc32(drawing["word"].encode(), zlib.crc32(int(drawing["key_id"]).to_bytes(8, "little"), crc))
        for x, y in drawing["drawing"]:
            crc = zlib.crc32(bytes(y), zlib.crc32(bytes(x), crc))
            points += len(x)
    return {"drawings": len(lines), "points": points, "crc": crc}


def python_drawing(line):
    found = json.loads(line)
    return int(found["key_id"]), found["word"], [np.array(stroke, np.uint8) for stroke in found["drawing"]]


def python_speed(lines, size, parse):
    start = time.perf_counter()
    for line in lines:
        parse(line)
    return size / 1e6 / (time.perf_counter() - start)


def round_of(path, lines, size):
    """Megabytes a second: ours, Python's records, simdjson's DOM, json.loads alone."""
    return (run("ours", path)["megabytes_per_second"], python_speed(lines, size, python_drawing),
            run("dom", path)["megabytes_per_second"], python_speed(lines, size, json.loads))


def main():
    options = figures.options()
    if not OURS.exists():
        subprocess.check_call(["cmake", "--build", str(figures.BUILD), "--target", OURS.name], stdout=sys.stderr)
    text = input_text(options.data)
    lines = text.decode().splitlines()
    out = figures.Figures("parse")
    with tempfile.NamedTemporaryFile(suffix=".ndjson") as file:
        file.write(text)
        file.flush()
        expected = python_digest(lines)
        for side in ("ours", "dom"):
            found = run(side, file.name)
            if any(found[name] != value for name, value in expected.items()):
                sys.exit(f"bench parse: {side} found {found}, Python {expected}")
        speeds = [round_of(file.name, lines, len(text)) for _ in range(ROUNDS)]
    print("json.loads alone: %.1f MB/s, ratio %.2f" % (statistics.median(s[3] for s in speeds), statistics.median(s[0] / s[3] for s in speeds)))
    for index, name in enumerate(BARS, start=1):
        if options.only in (None, name):
            out.add(name, [speed[0] for speed in speeds], [speed[index] for speed in speeds], "MB/s", BARS[name])
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
