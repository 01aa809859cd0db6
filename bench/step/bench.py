"""Images per second of the training step, 2 ranks over Gloo, beside Python DDP under torchrun.

As shipped: the peer as its users start it. Equal: the peer with our malloc settings, memory layout and precision.
First both sides take 3 steps from the same weights on the same batch and must agree.
"""

import json
import os
import pathlib
import sys
import tempfile

import numpy
import safetensors.numpy

import figures

OURS = figures.BUILD / "bin/doodle-bench-step"
ROUNDS = 5
SECONDS = "4"
MALLOC = {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str((1 << 63) - 1), "MALLOC_ARENA_MAX": "2"}
# name, model, pixels, batch per rank, bar as shipped in fp32
CASES = [("resnet18-32", "resnet18", 32, 64, 1.1), ("resnet18-64", "resnet18", 64, 32, 1.1), ("smallcnn-32", "smallcnn", 32, 64, 1.2)]
EQUAL_BAR, BF16_BAR = 0.98, 1.5
PARAMETERS_WITHIN, BF16_LOSS_WITHIN = 1e-5, 0.02


def run(command, extra=None):
    """The last line of standard output, as JSON."""
    environment = dict(os.environ, PYTHONPATH=str(figures.ROOT / "bench"), **(extra or {}))
    return json.loads(figures.run("step", command, environment).strip().splitlines()[-1])


def arguments(case):
    _, model, size, batch, _ = case
    return ["--model", model, "--size", str(size), "--batch", str(batch)]


def ours(case, *more):
    return run([OURS, *arguments(case), "--ranks", "2", *more])


def peer(case, *more, environment=None):
    torchrun = pathlib.Path(sys.executable).parent / "torchrun"
    return run([torchrun, "--standalone", "--nproc-per-node", "2", figures.ROOT / "bench/peers/ddp_step.py", *arguments(case), *more], environment)


def check_equal(case, bf16):
    """Both sides compute the same: parameters in fp32, losses in bf16."""
    with tempfile.TemporaryDirectory() as folder:
        start, mine, other = (os.path.join(folder, name) for name in ("start", "ours", "peer"))
        precision = ["--precision", "bf16" if bf16 else "fp32"]
        my_losses = ours(case, *precision, "--steps", "3", "--save-init", start, "--save", mine)["losses"]
        peer_losses = peer(case, "--steps", "3", "--init", start, "--save", other, *(["--bf16", "--channels-last"] if bf16 else []))["losses"]
        if bf16:
            worst = max(abs(a - b) / abs(b) for a, b in zip(my_losses, peer_losses))
            if worst > BF16_LOSS_WITHIN:
                sys.exit(f"bench step: {case[0]} bf16: losses differ by {worst:.3g}: {my_losses} and {peer_losses}")
            return
        a, b = safetensors.numpy.load_file(mine), safetensors.numpy.load_file(other)
        names = [name for name in b if b[name].dtype == numpy.float32 and "running" not in name]
        difference = numpy.sqrt(sum(((a[name].astype(float) - b[name]) ** 2).sum() for name in names))
        length = numpy.sqrt(sum((b[name].astype(float) ** 2).sum() for name in names))
        if difference / length > PARAMETERS_WITHIN:
            sys.exit(f"bench step: {case[0]}: parameters differ by {difference / length:.3g} after 3 steps")


def measure(case, bf16, rates):
    """One round: each configuration once, in turn."""
    variants = [
        ("ours", lambda: ours(case, "--precision", "fp32", "--seconds", SECONDS)),
        ("shipped", lambda: peer(case, "--seconds", SECONDS)),
        ("equal", lambda: peer(case, "--seconds", SECONDS, "--channels-last", environment=MALLOC)),
    ]
    if bf16:
        variants += [
            ("ours-auto", lambda: ours(case, "--precision", "auto", "--seconds", SECONDS)),
            ("equal-bf16", lambda: peer(case, "--seconds", SECONDS, "--channels-last", "--bf16", environment=MALLOC)),
        ]
    for name, call in variants:
        rates.setdefault(name, []).append(call()["images_per_second"])


def main():
    options = figures.options()
    bf16 = "avx512_bf16" in pathlib.Path("/proc/cpuinfo").read_text()
    out = figures.Figures("step")
    for case in CASES:
        name, bar = case[0], case[4]
        if options.only and not options.only.startswith(name):
            continue
        check_equal(case, False)
        if bf16:
            check_equal(case, True)
        rates = {}
        for _ in range(ROUNDS):
            measure(case, bf16, rates)
        print(f"{name}: " + ", ".join(f"{key} {[round(value) for value in values]}" for key, values in rates.items()), file=sys.stderr)
        out.add(f"{name}-fp32-shipped", rates["ours"], rates["shipped"], "images/s", bar)
        out.add(f"{name}-fp32-equal", rates["ours"], rates["equal"], "images/s", EQUAL_BAR)
        if bf16:
            out.add(f"{name}-auto-shipped", rates["ours-auto"], rates["shipped"], "images/s", BF16_BAR)
            out.add(f"{name}-auto-equal", rates["ours-auto"], rates["equal-bf16"], "images/s", EQUAL_BAR)
    out.print_lines()
    return out.exit_code()


if __name__ == "__main__":
    sys.exit(main())
