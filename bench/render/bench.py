"""Pictures per second and core, beside OpenCV's polylines with LINE_AA from C++, with its points placed beforehand;
Pillow from Python is shown beside, without a bar.

Both draw the bundled drawings. OpenCV's anti-aliased line of thickness 2 is 3.4 pixels wide on average, so that is our
width. First the pictures are compared: the ink of all within 3 %, the mean difference over the pixels inked on either
side within DIFFERENCE. OpenCV fills one edge of a thick line a pixel too far, depending on its direction; that is most
of the difference.
"""

import argparse
import gzip
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import PIL.Image
import PIL.ImageDraw

import figures

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build" / os.environ.get("DOODLE_BENCH_PRESET", "release")
OURS = BUILD / "bin/doodle-bench-render"
DRAWINGS = ROOT / "tests/data/quickdraw/strokes"
PACKAGE = "libopencv-imgproc-dev"
ROUNDS = 5
SECONDS = "1"
WIDTH, THICKNESS = "3.4", "2"
BAR = 1.5
INK, DIFFERENCE = 0.03, 11 / 255


def install_peer():
    """OpenCV and the program that calls it, which is built only where OpenCV is."""
    if not pathlib.Path("/usr/include/opencv4/opencv2/imgproc.hpp").exists():
        root = [] if os.getuid() == 0 else ["sudo", "-n"]
        if subprocess.call([*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", PACKAGE], stdout=subprocess.DEVNULL):
            sys.exit(f"bench render: needs the Debian package {PACKAGE}")
    if not OURS.exists():
        subprocess.check_call(["cmake", str(BUILD)], stdout=subprocess.DEVNULL)
        subprocess.check_call(["cmake", "--build", str(BUILD), "--target", OURS.name], stdout=sys.stderr)


def run(size, channels, side):
    command = [OURS, side, DRAWINGS, "--size", size, "--channels", channels, "--width", WIDTH, "--thickness", THICKNESS, "--seconds", SECONDS]
    if shutil.which("taskset"):
        command = ["taskset", "-c", "0", *command]
    done = subprocess.run([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    if done.returncode != 0:
        sys.exit(f"bench render: {side} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def check_equal(name, size, channels):
    found = run(size, channels, "compare")
    print(f"{name}: mean difference {found['mean_difference']:.1f}/255, ink {found['ink_ratio']:.3f} over {found['drawings']} drawings", file=sys.stderr)
    if abs(found["ink_ratio"] - 1) > INK or found["mean_difference"] / 255 > DIFFERENCE:
        sys.exit(f"bench render: {name}: the two sides' pictures differ")


def pillow(size, channels):
    """Pictures per second of Pillow's lines, which are not anti-aliased, over one class."""
    with gzip.open(DRAWINGS / "cat.ndjson.gz", "rt") as lines:
        scale = (size - 3.4) / 255
        drawings = [[[(1.7 + scale * x, 1.7 + scale * y) for x, y in zip(*stroke)] for stroke in json.loads(line)["drawing"]] for line in lines]
    start = time.perf_counter()
    for strokes in drawings:
        picture = PIL.Image.new("L" if channels == 1 else "RGB", (size, size))
        draw = PIL.ImageDraw.Draw(picture)
        for points in strokes:
            draw.line(points, fill="white", width=3, joint="curve")
        picture.tobytes()
    return len(drawings) / (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only")
    parser.add_argument("--data")
    options = parser.parse_args()
    install_peer()
    out = figures.Figures("render")
    for size in (64, 128):
        for channels in (1, 3):
            name = f"{size}px-{channels}ch"
            if options.only not in (None, name):
                continue
            check_equal(name, size, channels)
            rounds = [(run(size, channels, "ours"), run(size, channels, "opencv"), pillow(size, channels)) for _ in range(ROUNDS)]
            ours, peers = ([r[i]["images_per_second"] for r in rounds] for i in (0, 1))
            print(f"{name}: ours {[round(v) for v in ours]}, OpenCV {[round(v) for v in peers]}, Pillow {statistics.median(r[2] for r in rounds):.0f}", file=sys.stderr)
            out.add(name, ours, peers, "images/s", BAR)
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
