"""What the two checks of ingest's memory share: input under new keys, peak memory, equal bytes."""

import gzip
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DOODLE = pathlib.Path(os.environ.get("DOODLE_BUILD", ROOT / "build/release")) / "bin/doodle"
KEY = re.compile(rb'("key_id":")(\d+)(")')
MIB = 1 << 20


def make_input(folder, size):
    """Files of the bundled drawings, again and again under new keys, `size` bytes in all."""
    text = b"".join(gzip.open(path).read() for path in sorted((ROOT / "tests/data/quickdraw/strokes").glob("*.ndjson.gz")))
    written, copy = 0, 0
    for part in range(4):
        with open(folder / f"part-{part}.ndjson", "wb") as out:
            while written < size * (part + 1) // 4:
                written += out.write(KEY.sub(lambda match: b"%s%d%s" % (match[1], int(match[2]) + copy, match[3]), text))
                copy += 1


def ingest(folder, out, *options):
    """The peak memory of the ingest, in bytes."""
    process = subprocess.Popen([DOODLE, "ingest", folder, "--out", out, "--split", "valid=10%", *options], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"doodle ingest {' '.join(options)} ended with {process.returncode}")
    return usage.ru_maxrss * 1024


def same_files(a, b):
    names = sorted(path.name for path in a.iterdir())
    return names == sorted(path.name for path in b.iterdir()) and all((a / name).read_bytes() == (b / name).read_bytes() for name in names)


def check(size, memory, limit):
    """Ingests `size` bytes with `memory` and in memory; the peak of the first is below `limit`, the bytes are equal."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "in").mkdir()
        make_input(folder / "in", size)
        peak = ingest(folder / "in", folder / "small", "--memory", f"{memory // 1024}KiB")
        whole = ingest(folder / "in", folder / "whole", "--memory", f"{max(4 * size, MIB) // 1024}KiB", "--threads", "1")
        print(f"{size / MIB:.0f} MiB of input: peak {peak / MIB:.0f} MiB with --memory {memory / MIB:.2f} MiB, {whole / MIB:.0f} MiB in memory")
        if peak >= limit:
            sys.exit(f"peak memory is {peak / MIB:.0f} MiB, not below {limit / MIB:.0f} MiB")
        if not same_files(folder / "small", folder / "whole"):
            sys.exit("the datasets differ")
        leftovers = [path.name for path in folder.iterdir() if path.name not in ("in", "small", "whole")]
        leftovers += [path.name for path in (folder / "small").iterdir() if path.is_dir()]
        if leftovers:
            sys.exit(f"left behind: {leftovers}")
