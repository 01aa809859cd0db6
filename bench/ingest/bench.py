"""Megabytes a second of packed input that `doodle ingest` turns into a dataset, beside unpacking alone, one core a file:
ndjson.gz beside gunzip -c, and tables as Kaggle's in a zip each beside unzip -p.

The input is `strokes/` of --data, several times under other keys, as one file a core. All files are unpacked at once. Ingest
also parses, sorts, compresses, checksums and syncs what it writes. Both read the files from memory. The dataset must hold
every drawing.
"""

import csv
import gzip
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

import copies
import figures

DOODLE = figures.BUILD / "bin/doodle"
ROUNDS = 5
COPIES = 2  # Of the drawings, in each file.
BAR = 1 / 1.3


def write_gzip(path, texts):
    with gzip.open(path, "wb", compresslevel=6) as out:
        for text in texts:
            out.write(text)


def write_csv_zip(path, texts):
    """A table with Kaggle's columns and its way to write a drawing."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive, archive.open(path.stem, "w", force_zip64=True) as member:
        with io.TextIOWrapper(member, newline="") as out:
            rows = csv.writer(out, lineterminator="\n")
            rows.writerow(["countrycode", "drawing", "key_id", "recognized", "timestamp", "word"])
            for line in (line for text in texts for line in text.splitlines()):
                drawing = json.loads(line)
                rows.writerow([drawing.get("countrycode", "US"), json.dumps(drawing["drawing"]), drawing["key_id"], drawing.get("recognized", True),
                               drawing.get("timestamp", "2017-03-08 21:12:07.266040"), drawing["word"]])


# A figure's name: the ending of its files, what writes one, what unpacks one.
FORMATS = {
    "ndjson-gz": (".ndjson.gz", write_gzip, ["gunzip", "-c"]),
    "csv-zip": (".csv.zip", write_csv_zip, ["unzip", "-p"]),
}


def make_inputs(strokes, folder, files, name="ndjson-gz"):
    """`files` files of all drawings, COPIES times each; the number of drawings."""
    ending, write, _ = FORMATS[name]
    text = b"".join(gzip.open(path).read() for path in sorted(strokes.glob("*.ndjson.gz")))
    for file in range(files):
        write(folder / f"part-{file}{ending}", (copies.text_of_copy(text, copy) for copy in range(file * COPIES, (file + 1) * COPIES)))
    return text.count(b"\n") * COPIES * files


def seconds_of_unpacking(inputs, command):
    start = time.perf_counter()
    running = [subprocess.Popen([*command, path], stdout=subprocess.DEVNULL) for path in inputs]
    if any([process.wait(timeout=300) for process in running]):
        sys.exit(f"bench ingest: {command[0]} failed")
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


def measure(out, name, strokes):
    command = FORMATS[name][2]
    if shutil.which(command[0]) is None:
        sys.exit(f"bench ingest: needs {command[0]}, the Debian package of that name")
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "in"
        folder.mkdir()
        drawings = make_inputs(strokes, folder, cores, name)
        inputs = sorted(folder.iterdir())
        megabytes = sum(path.stat().st_size for path in inputs) / 1e6
        ours, peers = [], []
        for _ in range(ROUNDS):
            ours.append(megabytes / seconds_of_ingest(folder, pathlib.Path(temporary) / "dataset", cores, drawings))
            peers.append(megabytes / seconds_of_unpacking(inputs, command))
        out.add(name, ours, peers, "MB/s", BAR)


def main():
    options = figures.options()
    out = figures.Figures("ingest")
    strokes = pathlib.Path(options.data or "/nonexistent") / "strokes"
    for name in FORMATS:
        if options.only not in (None, name):
            continue
        if strokes.is_dir():
            measure(out, name, strokes)
        else:
            out.add_missing(name, "needs --data DIR with strokes/", "MB/s", BAR)
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
