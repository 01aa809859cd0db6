"""Megabytes a second of simplified ndjson, in memory and on one core, that become drawings: the parser of `doodle ingest`
beside json.loads of Python, line by line, and beside simdjson's DOM parser from C++ with the walk that fills the same drawing.

The input is `strokes/` of --data, else the bundled drawings several times over. First all three compute one digest over
keys, words and strokes. json.loads is timed alone, on text that is already decoded: what a program does with its lists is not
counted against it. Ours also checks every number, list and field.
"""

import argparse
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import zlib

import figures

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("DOODLE_BUILD", ROOT / "build/release"))
OURS = BUILD / "bin/doodle-bench-parse"
BUNDLED = ROOT / "tests/data/quickdraw/strokes"
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
    done = subprocess.run([*pin, OURS, side, path, "--seconds", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    if done.returncode != 0:
        sys.exit(f"bench parse: {side} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def python_digest(lines):
    crc, points = 0, 0
    for line in lines:
        drawing = json.loads(line)
        crc = zlib.crc32(drawing["word"].encode(), zlib.crc32(int(drawing["key_id"]).to_bytes(8, "little"), crc))
        for x, y in drawing["drawing"]:
            crc = zlib.crc32(bytes(y), zlib.crc32(bytes(x), crc))
            points += len(x)
    return {"drawings": len(lines), "points": points, "crc": crc}


def python_speed(lines, size):
    start = time.perf_counter()
    for line in lines:
        json.loads(line)
    return size / 1e6 / (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only")
    parser.add_argument("--data", default=os.environ.get("DOODLE_BENCH_DATA"))
    options = parser.parse_args()
    if not OURS.exists():
        subprocess.check_call(["cmake", "--build", str(BUILD), "--target", OURS.name], stdout=sys.stderr)
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
        speeds = [(run("ours", file.name)["megabytes_per_second"], python_speed(lines, len(text)), run("dom", file.name)["megabytes_per_second"]) for _ in range(ROUNDS)]
    for index, name in enumerate(BARS, start=1):
        if options.only in (None, name):
            out.add(name, [speed[0] for speed in speeds], [speed[index] for speed in speeds], "MB/s", BARS[name])
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
