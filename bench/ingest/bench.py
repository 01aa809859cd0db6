"""Megabytes a second of ndjson.gz that `doodle ingest` turns into a dataset, beside gunzip alone, one core a file.

The input is `strokes/` of --data, several times under other keys, as one file a core: gunzip -c of each at once is the least
that a reader of these files can take. Ingest also parses, sorts, compresses, checksums and syncs what it writes. Both read
the files from memory. The dataset must hold every drawing.
"""

import argparse
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import figures

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DOODLE = pathlib.Path(os.environ.get("DOODLE_BUILD", ROOT / "build/release")) / "bin/doodle"
ROUNDS = 5
COPIES = 2  # Of the drawings, in each file.
BAR = 1 / 1.3
KEY = re.compile(rb'("key_id":")(\d+)(")')


def make_inputs(strokes, folder, files):
    """`files` files of all drawings, COPIES times each, no key twice; the number of drawings."""
    text = b"".join(gzip.open(path).read() for path in sorted(strokes.glob("*.ndjson.gz")))
    for file in range(files):
        with gzip.open(folder / f"part-{file}.ndjson.gz", "wb", compresslevel=6) as out:
            for copy in range(file * COPIES, (file + 1) * COPIES):
                out.write(KEY.sub(lambda match: b"%s%d%s" % (match[1], int(match[2]) + copy, match[3]), text))
    return text.count(b"\n") * COPIES * files


def seconds_of_gunzip(inputs):
    start = time.perf_counter()
    running = [subprocess.Popen(["gunzip", "-c", path], stdout=subprocess.DEVNULL) for path in inputs]
    if any(process.wait(timeout=300) for process in running):
        sys.exit("bench ingest: gunzip failed")
    return time.perf_counter() - start


def seconds_of_ingest(folder, dataset, threads, drawings):
    shutil.rmtree(dataset, ignore_errors=True)
    start = time.perf_counter()
    done = subprocess.run([DOODLE, "ingest", folder, "--out", dataset, "--threads", str(threads), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"bench ingest: doodle ingest ended with {done.returncode}\n{done.stderr[-2000:]}")
    if json.loads(done.stdout)["drawings"] != drawings:
        sys.exit(f"bench ingest: {json.loads(done.stdout)['drawings']} drawings of {drawings}")
    return seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only")
    parser.add_argument("--data", default=os.environ.get("DOODLE_BENCH_DATA"))
    options = parser.parse_args()
    out = figures.Figures("ingest")
    strokes = pathlib.Path(options.data or "/nonexistent") / "strokes"
    if not strokes.is_dir():
        out.add_missing("ndjson-gz", "needs --data DIR with strokes/", "MB/s", BAR)
        out.print_lines()
        return out.exit_code()
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name) / "in"
        folder.mkdir()
        drawings = make_inputs(strokes, folder, cores)
        inputs = sorted(folder.iterdir())
        megabytes = sum(path.stat().st_size for path in inputs) / 1e6
        ours, peers = [], []
        for _ in range(ROUNDS):
            ours.append(megabytes / seconds_of_ingest(folder, pathlib.Path(name) / "dataset", cores, drawings))
            peers.append(megabytes / seconds_of_gunzip(inputs))
        out.add("ndjson-gz", ours, peers, "MB/s", BAR)
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
