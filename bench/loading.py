"""What the benchmarks `loader` and `shards` share: the drawings, our side, the check that both draw the same, the rounds."""

import gzip
import json
import os
import pathlib
import sys
import tempfile

import numpy as np

import copies
import figures

BIN = figures.BUILD / "bin"
PEER = figures.ROOT / "bench/peers/loader.py"
DRAWINGS = figures.ROOT / "tests/data/quickdraw/strokes"
COPIES = 16  # Of the 3,614 bundled drawings, each under other keys.
ROUNDS = 5
WORKERS = (0, 1, 2)
INK, DIFFERENCE = 0.03, 11 / 255  # As bench/render.


def result_of(bench, command):
    return json.loads(figures.run(bench, command).strip().splitlines()[-1])


def write_lines(path):
    """The drawings as one ndjson file; returns the classes."""
    texts = [gzip.open(file).read() for file in sorted(DRAWINGS.glob("*.ndjson.gz"))]
    with open(path, "wb") as out:
        for copy in range(COPIES):
            for text in texts:
                out.write(copies.text_of_copy(text, copy))
    return [json.loads(text.splitlines()[0])["word"] for text in texts]


def ingest(bench, lines, dataset):
    figures.run(bench, [BIN / "doodle", "ingest", lines, "--out", dataset])


def check_equal(bench, lines, dataset, pixels):
    """Our first batch beside the peer's pictures of the same drawings, over the pixels that either side inked."""
    sys.path.insert(0, str(PEER.parent))
    import loader

    figures.run(bench, [BIN / "doodle-bench-loader", dataset, "--pixels", pixels])
    record = np.dtype([("key", "<u8"), ("pixels", "u1", (loader.SIZE, loader.SIZE))])
    ours = np.fromfile(pixels, record)
    with open(lines, "rb") as file:
        strokes = {sample["key_id"]: sample["drawing"] for sample in map(json.loads, file)}
    theirs = np.stack([loader.render(strokes[str(key)])[0].numpy() for key in ours["key"]]).astype(int)
    mine = ours["pixels"].astype(int)
    difference = np.abs(mine - theirs).sum() / ((mine > 0) | (theirs > 0)).sum() / 255
    ink = mine.sum() / theirs.sum()
    print(f"{len(ours)} drawings: mean difference {difference * 255:.1f}/255, ink {ink:.3f}", file=sys.stderr)
    if len(ours) == 0 or difference > DIFFERENCE or abs(ink - 1) > INK:
        sys.exit(f"bench {bench}: the two sides' pictures differ")


def measure(out, bench, name, dataset, peer, bar):
    """Our loader on all cores beside the best number of the peer's workers, which is found first."""
    drawings = result_of(bench, [BIN / "doodle-bench-loader", dataset])["drawings"]

    def rate(command):
        result = result_of(bench, command)
        # A streaming dataset repeats a few drawings so that its workers have equally many.
        if not drawings <= result["drawings"] <= 1.01 * drawings:
            sys.exit(f"bench {bench}: {result['drawings']} drawings of {drawings}")
        return result["drawings"] / result["seconds"]

    peers = {workers: rate([sys.executable, PEER, *peer, "--workers", workers]) for workers in WORKERS}
    best = max(peers, key=peers.get)
    print(f"{name}: peer's drawings/s by workers {({w: round(r) for w, r in peers.items()})}", file=sys.stderr)
    threads = len(os.sched_getaffinity(0))
    ours, others = [], []
    for seed in range(1, ROUNDS + 1):
        ours.append(rate([BIN / "doodle-bench-loader", dataset, "--threads", threads, "--seed", seed]))
        others.append(rate([sys.executable, PEER, *peer, "--workers", best]))
    print(f"{name}: drawings/s: ours {[round(v) for v in ours]}, peer {[round(v) for v in others]}", file=sys.stderr)
    out.add(name, ours, others, "drawings/s", bar)


def compare(bench, name, bar, peer_of):
    """A whole benchmark of one figure. `peer_of(lines, classes, folder)`: the peer's arguments, once its input is made."""
    out = figures.Figures(bench)
    if figures.options().only not in (None, name):
        return out.exit_code()
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        lines, dataset = folder / "drawings.ndjson", folder / "dataset"
        classes = write_lines(lines)
        ingest(bench, lines, dataset)
        peer = peer_of(lines, classes, folder)
        check_equal(bench, lines, dataset, folder / "pixels")
        measure(out, bench, name, dataset, peer, bar)
    out.print_lines()
    return out.exit_code()
