#!/bin/bash
# Exports beside plain PyTorch and timm, in an environment of their own.
#
#     tests/conformance/run.sh [EXPORT.pth]
#
# Without an export, one is made from formula weights. EXPORT.pth needs its .json beside it; 64 bundled drawings are
# compared. The environment, .deps/conformance, is made once: it downloads about 3 GB and takes 7 GB of disk, because
# plain PyTorch does not import without its CUDA packages. CONFORMANCE_PYTHON names the python of an environment that
# has requirements.txt already.
set -euo pipefail
cd "$(dirname "$0")/../.."

tool=${DOODLE_BUILD_DIR:-build/dev}/bin/doodle-conformance
if [ ! -x "$tool" ]; then
  echo "conformance: $tool is missing; build the target doodle-conformance, or set DOODLE_BUILD_DIR" >&2
  exit 1
fi

python=${CONFORMANCE_PYTHON:-.deps/conformance/bin/python}
if [ ! -x "$python" ]; then
  python3 -m venv .deps/conformance
  .deps/conformance/bin/pip install --quiet --no-cache-dir -r tests/conformance/requirements.txt
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export_file=${1:-$work/formula.pth}
[ $# -gt 0 ] || "$tool" make "$export_file"
"$tool" run "$export_file" "$work" 64 tests/data/quickdraw/strokes
[ $# -gt 0 ] || mv "$export_file.safetensors" "$work/export.safetensors"
"$python" tests/conformance/check.py "$export_file" "$work"
echo "conformance: passed"
