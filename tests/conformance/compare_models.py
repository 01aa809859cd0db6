"""Every model beside timm's, live: compare_models.py TOOL DIRECTORY [NAME...]

TOOL is doodle-conformance; DIRECTORY holds what it writes, and is left as it was. At 128 px and the native size logits
are within 1e-4 of the largest and every gradient within 1e-3, relative L2 norm.
"""

import pathlib
import subprocess
import sys

import safetensors.torch
import timm
import torch

import record

LOGITS_WITHIN, GRADIENTS_WITHIN = 1e-4, 1e-3


def compare(name, size, ours):
    model = record.formula_model(name, 1, record.CLASSES)
    pixels = record.formula_pixels(record.IMAGES, size)
    with torch.no_grad():
        logits = model(pixels)
    _, gradients = record.logits_and_gradients(model.double(), pixels.double())
    difference = ((ours.pop("logits") - logits).abs().max() / logits.abs().max()).item()
    spread = (logits.std(0).mean() / logits.abs().max()).item()
    if set(ours) != set(gradients):
        sys.exit(f"{name}: the parameters differ: {sorted(set(ours) ^ set(gradients))[:5]}")
    worst, where = max(((ours[key] - theirs).norm() / theirs.norm().clamp_min(1e-30), key) for key, theirs in gradients.items())
    print(f"{name} at {size} px: logits {difference:.1e}, gradients at most {worst:.1e} ({where}), spread {spread:.4f}", flush=True)
    return difference <= LOGITS_WITHIN and worst <= GRADIENTS_WITHIN and spread > 1e-3


def main():
    torch.set_num_threads(2)
    tool, directory = sys.argv[1], pathlib.Path(sys.argv[2])
    output = directory / "gradients.safetensors"
    bad = []
    for name in sys.argv[3:] or record.MODELS:
        for size in (128, timm.get_pretrained_cfg(name).input_size[-1]):
            subprocess.run([tool, "gradients", name, str(size), str(output)], check=True)
            if not compare(name, size, safetensors.torch.load_file(output)):
                bad.append(f"{name} at {size} px")
            output.unlink()
    if bad:
        sys.exit("not as timm's: " + ", ".join(bad))


if __name__ == "__main__":
    main()
