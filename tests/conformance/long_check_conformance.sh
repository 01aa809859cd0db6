#!/usr/bin/env bash
# The live comparison with plain PyTorch and timm, for tests/run.sh --long.
exec bash "$(dirname "$0")/run.sh"
