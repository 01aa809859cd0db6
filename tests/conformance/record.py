"""Records what timm's resnet18 computes, so that unit tests can compare without Python.

Writes tests/data/timm_resnet18.json: names, types and shapes of the state dict, and the logits of 64 images with the
weights of fixture.py. Run it in the environment of requirements.txt after a change of fixture.py:

    python tests/conformance/record.py
"""

import json
import pathlib

import numpy as np
import timm
import torch

import fixture

CLASSES, IMAGES, SIZE = 10, 64, 32


def main():
    torch.set_num_threads(1)
    model = timm.create_model("resnet18", in_chans=1, num_classes=CLASSES).eval()
    tensors = []
    for name, tensor in model.state_dict().items():
        tensors.append({"name": name, "type": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape)})
        if tensor.is_floating_point():
            tensor.copy_(torch.from_numpy(fixture.tensor_values(name, tuple(tensor.shape))))
    pixels = np.stack([fixture.image(i, SIZE) for i in range(IMAGES)])[:, None]
    inputs = (torch.from_numpy(pixels).float() / 255 - 0.5) / 0.5
    with torch.no_grad():
        logits = model(inputs)
    record = {
        "model": "resnet18",
        "peer": f"timm {timm.__version__}, torch {torch.__version__.split('+')[0]}",
        "in_channels": 1,
        "classes": CLASSES,
        "size": SIZE,
        "normalize": "unit",
        "tensors": tensors,
        "logits": [[round(float(v), 6) for v in row] for row in logits],
    }
    path = pathlib.Path(__file__).parents[1] / "data" / "timm_resnet18.json"
    path.parent.mkdir(exist_ok=True)
    lines = json.dumps(record).replace('{"name"', '\n{"name"').replace('"logits": [', '"logits": [\n').replace("], [", "],\n[")
    path.write_text(lines + "\n")
    print(f"{path}: largest logit {logits.abs().max():.4f}, spread between images {logits.std(0).mean():.4f}")


if __name__ == "__main__":
    main()
