#!/usr/bin/env python3
"""Compares the source tree with layers.txt: layers, include doors, sizes. Needs Python 3.9 and nothing else.

    tests/architecture/check.py [ROOT]

Prints each problem as path:line and exits 1 if there is one; prints the sizes beside their targets.
"""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import rules
import source
from table import Table

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = {"build", "out", "__pycache__", "node_modules"}
# Median and 95th percentile to aim for, by kind of file.
TARGETS = {"header": (90, 250), "source": (140, 300), "test": (180, 350), "function": (12, 40)}


def list_files(root):
    """Tracked and new files where there is git, else everything but build outputs."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True, check=False) if (root / ".git").exists() else None
    if listed is not None and listed.returncode == 0:
        return [p for p in listed.stdout.split("\0") if p and (root / p).is_file()]
    files = []
    for folder, names, leaves in os.walk(root):
        names[:] = [n for n in names if n not in SKIPPED and (not n.startswith(".") or n in (".ci", ".github"))]
        files += [str((pathlib.Path(folder) / leaf).relative_to(root)) for leaf in leaves]
    return files


def read_tree(root):
    """Texts of the files that a rule reads; of the others only the path counts."""
    texts = {}
    for path in list_files(root):
        readable = path.endswith(rules.SIZED)
        texts[path] = (root / path).read_text(encoding="utf-8", errors="replace") if readable else ""
    return rules.Tree(Table((HERE / "layers.txt").read_text(encoding="utf-8")), texts)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0


def measure(tree):
    """Lines by kind of file, and of functions outside tests."""
    lines = {kind: [] for kind in TARGETS}
    prose = {"header": [0, 0], "source": [0, 0]}
    for path in tree.cpp():
        text = tree.texts[path]
        kind = "test" if path.startswith("tests/") else "header" if path.endswith(".h") else "source"
        lines[kind].append(text.count("\n"))
        if kind == "test":
            continue
        prose[kind][0] += source.comment_lines(text)
        prose[kind][1] += text.count("\n")
        lines["function"] += [function.lines for function in source.cpp_functions(text)]
    return lines, prose


def print_sizes(tree):
    lines, prose = measure(tree)
    for kind, (median, high) in TARGETS.items():
        values = lines[kind]
        print(f"{kind}: {len(values)}, median {percentile(values, 0.5)} (target {median}), "
              f"95th {percentile(values, 0.95)} (target {high}), max {max(values, default=0)}")
    for kind, target in (("header", "28-40"), ("source", "5-10")):
        comments, total = prose[kind]
        print(f"{kind} prose: {100 * comments // max(1, total)} % (target {target})")


def main(arguments):
    root = pathlib.Path(arguments[1] if len(arguments) > 1 else HERE.parent.parent).resolve()
    tree = read_tree(root)
    problems = [problem for rule in rules.ALL for problem in rule(tree)]
    for problem in problems:
        print(problem)
    print_sizes(tree)
    print(f"architecture: {len(tree.texts)} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
