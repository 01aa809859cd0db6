"""Loads an export of doodle's into plain PyTorch and timm and compares logits: check.py EXPORT.pth DIRECTORY

DIRECTORY has pixels.npy and logits.npy of `doodle-conformance run`, and may have export.safetensors.
"""

import json
import pathlib
import sys

import numpy as np
import safetensors.torch
import timm
import torch

TOLERANCE = 1e-4  # Of the largest logit.
NORMALIZE = {"none": (0.0, 1.0), "unit": (0.5, 0.5), "imagenet": (0.449, 0.226)}


def compare(name, state, metadata, pixels, expected):
    classes, raster = json.loads(metadata["classes"]), json.loads(metadata["raster"])
    channels, size = int(metadata["in_channels"]), raster["size"]
    model = timm.create_model(metadata["arch"], in_chans=channels, num_classes=len(classes))
    model.load_state_dict(state, strict=True)
    mean, deviation = NORMALIZE[raster["normalize"]]
    inputs = (torch.from_numpy(pixels).view(-1, channels, size, size) / 255 - mean) / deviation
    with torch.no_grad():
        logits = model.eval()(inputs).numpy()
    largest = float(np.abs(expected).max())
    difference = float(np.abs(logits - expected).max())
    spread = float(expected.std(axis=0).mean())
    print(f"{name}: {len(logits)} drawings, largest logit {largest:.4f}, difference {difference:.2e}, spread {spread:.4f}")
    if len(logits) < 64:
        sys.exit(f"{name}: fewer than 64 drawings")
    if difference > TOLERANCE * largest:
        sys.exit(f"{name}: logits differ by more than {TOLERANCE} of the largest")
    if spread < 0.01 * largest:
        sys.exit(f"{name}: logits hardly differ between drawings, so the comparison says nothing")


def main():
    torch.set_num_threads(1)
    export, directory = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    metadata = json.loads(export.with_suffix(".json").read_text())
    pixels, expected = np.load(directory / "pixels.npy"), np.load(directory / "logits.npy")
    compare(export.name, torch.load(export, weights_only=True), metadata, pixels, expected)
    other = directory / "export.safetensors"
    if other.exists():
        with safetensors.safe_open(other, "pt") as file:
            if file.metadata() != metadata:
                sys.exit(f"{other.name}: metadata differs from {export.stem}.json")
        compare(other.name, safetensors.torch.load_file(other), metadata, pixels, expected)


if __name__ == "__main__":
    main()
