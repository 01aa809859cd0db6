#!/usr/bin/env bash
# Exports beside plain PyTorch and timm, in the peers' environment (bench/peers/requirements.txt, made once below
# .deps/peers: about 7 GB, because plain PyTorch does not import without its CUDA packages).
#   tests/conformance/run.sh [EXPORT.pth]
# Without an export, one is made from formula weights, and then every model with timm's names is compared at 128 px and its
# native size: logits and gradients. EXPORT.pth needs its .json beside it; 64 bundled drawings are
# compared.
source "$(dirname "$0")/../../deploy/steps.sh"
cd "$DOODLE_ROOT"

tool=${DOODLE_BUILD:-build/release}/bin/doodle-conformance
step "find doodle-conformance" "build it with deploy/build.sh release, or set DOODLE_BUILD to a build folder"
[ -x "$tool" ]

step "install the Python peers" "check the network and that 10 GB of disk are free"
install_peers

step "compare with plain PyTorch and timm" "the difference is above"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export_file=${1:-$work/formula.pth}
[ $# -gt 0 ] || "$tool" make "$export_file"
"$tool" run "$export_file" "$work" 64 tests/data/quickdraw/strokes
[ $# -gt 0 ] || mv "$export_file.safetensors" "$work/export.safetensors"
"$DOODLE_PEERS/bin/python" tests/conformance/check.py "$export_file" "$work"
[ $# -gt 0 ] || "$DOODLE_PEERS/bin/python" tests/conformance/compare_models.py "$tool" "$work"
echo "conformance: passed"
