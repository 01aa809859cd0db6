"""Records what PyTorch's plain optimizers compute: tests/data/torch_optimizers.json, compared by
tests/unit/worker/optim/optimizer_test.cc. The starting values and gradients come from fixture.py.

    python tests/conformance/record_optimizers.py
"""

import json
import pathlib

import torch

import fixture

STEPS = 7
SHAPES = {"conv.weight": (3, 2, 2, 2), "fc.weight": (2, 5), "norm.weight": (3,), "fc.bias": (2,)}
CASES = {
    "adamw": {"kind": "adamw", "weight_decay": 0.05, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8, "cycle": False},
    "adamw_cycled_beta1": {"kind": "adamw", "weight_decay": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-6, "cycle": True},
    "sgd": {"kind": "sgd", "weight_decay": 0.0, "momentum": 0.0, "nesterov": False, "cycle": False},
    "sgd_momentum": {"kind": "sgd", "weight_decay": 0.01, "momentum": 0.9, "nesterov": False, "cycle": True},
    "sgd_nesterov": {"kind": "sgd", "weight_decay": 0.001, "momentum": 0.8, "nesterov": True, "cycle": False},
}


def values(name, shape):
    return torch.from_numpy(fixture.tensor_values(name, shape)).float()


def run(case):
    params = {name: torch.nn.Parameter(values(name, shape)) for name, shape in SHAPES.items()}
    groups = [
        {"params": [p for p in params.values() if p.dim() > 1], "weight_decay": case["weight_decay"]},
        {"params": [p for p in params.values() if p.dim() <= 1], "weight_decay": 0.0},
    ]
    if case["kind"] == "adamw":
        optimizer = torch.optim.AdamW(groups, betas=(case["beta1"], case["beta2"]), eps=case["eps"], foreach=False)
    else:
        optimizer = torch.optim.SGD(groups, momentum=case["momentum"], nesterov=case["nesterov"], foreach=False)
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = 0.01 * (1 + step)
            if case["cycle"] and case["kind"] == "adamw":
                group["betas"] = (0.95 - 0.01 * step, case["beta2"])
            elif case["cycle"]:
                group["momentum"] = 0.95 - 0.01 * step
        for name, param in params.items():
            param.grad = values(f"gradient.{step}.{name}", SHAPES[name])
        optimizer.step()
    return {name: [float(f"{v:.9g}") for v in param.detach().flatten().tolist()] for name, param in params.items()}


def main():
    record = {"peer": f"torch {torch.__version__.split('+')[0]}", "steps": STEPS, "shapes": SHAPES, "cases": []}
    for name, case in CASES.items():
        record["cases"].append({"name": name, **case, "result": run(case)})
    path = pathlib.Path(__file__).parents[1] / "data" / "torch_optimizers.json"
    path.write_text(json.dumps(record, indent=1).replace("\n     ", " ") + "\n")
    print(path)


if __name__ == "__main__":
    main()
