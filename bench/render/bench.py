"""Pictures per second and core, beside OpenCV's polylines with LINE_AA from C++, with its points placed beforehand;
Pillow from Python is shown beside, without a bar.

Both draw the bundled drawings. First the pictures are compared: the ink of all within INK, the mean difference over the
pixels inked on either side within the line's own bound. Our width is the one that has OpenCV's ink: an anti-aliased
line of its thickness t is t + 1.4 pixels wide for an even t. What differs is the edge: OpenCV draws it as a soft line of
its own around the filled inside, and blends it anew for each piece of a stroke. So the difference is a matter of how
much of a line is edge: 15/255 for a thickness of 1, 10 for 2, 8 for 4, 5 for 6, at 64 px. Moving either side by parts
of a pixel, finer coordinates and the mean of OpenCV's eight mirrored pictures change it by less than 1. Lines of
thickness 6 are alike within 6/255 and carry the plain figures; those of thickness 2, which people train on, are shown as
"-thin" with the difference they have.
"""

import gzip
import itertools
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
import typing

import PIL.Image
import PIL.ImageDraw

import figures

OURS = figures.BUILD / "bin/doodle-bench-render"
DRAWINGS = figures.ROOT / "tests/data/quickdraw/strokes"
PACKAGE = "libopencv-imgproc-dev"
ROUNDS = 5
SECONDS = "1"
BAR = 1.5
INK = 0.03


class Line(typing.NamedTuple):
    suffix: str  # Of the figure's name.
    width: float  # Ours, pixels.
    thickness: int  # OpenCV's.
    difference: float  # Bound of the mean difference, of 255.


LINES = (Line("", 7.4, 6, 6), Line("-thin", 3.4, 2, 11))


def install_peer():
    """OpenCV and the program that calls it, which is built only where OpenCV is."""
    if not pathlib.Path("/usr/include/opencv4/opencv2/imgproc.hpp").exists():
        root = [] if os.getuid() == 0 else ["sudo", "-n"]
        if subprocess.call([*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", PACKAGE], stdout=subprocess.DEVNULL):
            sys.exit(f"bench render: needs the Debian package {PACKAGE}")
    if not OURS.exists():
        subprocess.check_call(["cmake", str(figures.BUILD)], stdout=subprocess.DEVNULL)
        subprocess.check_call(["cmake", "--build", str(figures.BUILD), "--target", OURS.name], stdout=sys.stderr)


def run(size, channels, line, side):
    command = [OURS, side, DRAWINGS, "--size", size, "--channels", channels, "--width", line.width, "--thickness", line.thickness, "--seconds", SECONDS]
    if shutil.which("taskset"):
        command = ["taskset", "-c", "0", *command]
    return json.loads(figures.run("render", command).strip().splitlines()[-1])


def check_equal(name, size, channels, line):
    found = run(size, channels, line, "compare")
    print(f"{name}: mean difference {found['mean_difference']:.1f}/255, ink {found['ink_ratio']:.3f} over {found['drawings']} drawings", file=sys.stderr)
    if abs(found["ink_ratio"] - 1) > INK or found["mean_difference"] > line.difference:
        sys.exit(f"bench render: {name}: the two sides' pictures differ")


def pillow(size, channels, width):
    """Pictures per second of Pillow's lines, which are not anti-aliased, over one class."""
    with gzip.open(DRAWINGS / "cat.ndjson.gz", "rt") as lines:
        scale = (size - width) / 255
        drawings = [[[(width / 2 + scale * x, width / 2 + scale * y) for x, y in zip(*stroke)] for stroke in json.loads(line)["drawing"]] for line in lines]
    start = time.perf_counter()
    for strokes in drawings:
        picture = PIL.Image.new("L" if channels == 1 else "RGB", (size, size))
        draw = PIL.ImageDraw.Draw(picture)
        for points in strokes:
            draw.line(points, fill="white", width=round(width), joint="curve")
        picture.tobytes()
    return len(drawings) / (time.perf_counter() - start)


def main():
    options = figures.options()
    install_peer()
    out = figures.Figures("render")
    for line, size, channels in itertools.product(LINES, (64, 128), (1, 3)):
        name = f"{size}px-{channels}ch{line.suffix}"
        if options.only not in (None, name):
            continue
        check_equal(name, size, channels, line)
        rounds = [(run(size, channels, line, "ours"), run(size, channels, line, "opencv"), pillow(size, channels, line.width)) for _ in range(ROUNDS)]
        ours, peers = ([r[i]["images_per_second"] for r in rounds] for i in (0, 1))
        print(f"{name}: ours {[round(v) for v in ours]}, OpenCV {[round(v) for v in peers]}, Pillow {statistics.median(r[2] for r in rounds):.0f}", file=sys.stderr)
        out.add(name, ours, peers, "images/s", BAR)
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
