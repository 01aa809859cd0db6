"""Records what timm's models compute, so that unit tests can compare without Python.

Writes tests/data/models/NAME.json for each model: names and shapes of the state dict, per parameter the norm of its
gradient, and 32 logits, with the weights and images of fixture.py, computed in float64: in float32 rounding decides
which way some activations go, and gradients differ with it. Batch norm uses its running statistics. Run it in the
environment of bench/peers/requirements.txt after a change of fixture.py or for a new model:

    python tests/conformance/record.py [NAME...]
"""

import json
import pathlib
import sys

import numpy as np
import timm
import torch

import fixture

MODELS = (
    "densenet121 densenet169 densenet201 resnet101 resnet152 resnet18 resnet34 resnet50 resnext101_32x4d "
    "resnext101_32x8d resnext50_32x4d seresnet50 seresnext101_32x4d seresnext50_32x4d vgg11 vgg11_bn"
).split()
CLASSES, IMAGES, SIZE = 8, 4, 64


def formula_model(name, in_channels, classes):
    model = timm.create_model(name, in_chans=in_channels, num_classes=classes).eval()
    for key, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            tensor.copy_(torch.from_numpy(fixture.tensor_values(key, tuple(tensor.shape))))
    return model


def formula_pixels(count, size):
    """float32 [count, 1, size, size], normalized to -1..1."""
    pixels = np.stack([fixture.image(i, size) for i in range(count)])[:, None]
    return (torch.from_numpy(pixels).float() / 255 - 0.5) / 0.5


def logits_and_gradients(model, pixels):
    """Gradients of the mean cross-entropy, image i being of class i."""
    logits = model(pixels)
    torch.nn.functional.cross_entropy(logits, torch.arange(len(pixels))).backward()
    return logits.detach(), {name: parameter.grad for name, parameter in model.named_parameters()}


def record(name):
    model = formula_model(name, 1, CLASSES).double()
    logits, gradients = logits_and_gradients(model, formula_pixels(IMAGES, SIZE).double())
    tensors = []
    for key, tensor in model.state_dict().items():
        entry = [key, list(tensor.shape)]
        if key in gradients:
            entry.append(float(f"{gradients[key].norm().item():.5g}"))
        tensors.append(entry)
    return {
        "model": name,
        "peer": f"timm {timm.__version__}, torch {torch.__version__.split('+')[0]}",
        "size": SIZE,
        "logits": [[float(f"{v:.7g}") for v in row] for row in logits.tolist()],
        "tensors": tensors,
    }


def main():
    torch.set_num_threads(1)
    directory = pathlib.Path(__file__).parents[1] / "data" / "models"
    directory.mkdir(exist_ok=True)
    for name in sys.argv[1:] or MODELS:
        path = directory / f"{name}.json"
        text = json.dumps(record(name), separators=(",", ":"))
        path.write_text(text.replace('["', '\n["') + "\n")
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
