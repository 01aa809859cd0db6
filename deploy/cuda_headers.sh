#!/usr/bin/env bash
# Unpacks the headers of deploy/requirements-cuda.txt to .deps/cuda-headers, for the CUDA plugin. The wheels (1.5 GB)
# are deleted at once; the headers take 21 MB. Does nothing where they are there.
source "$(dirname "$0")/steps.sh"

list=$DOODLE_ROOT/deploy/requirements-cuda.txt
folder=$DOODLE_ROOT/.deps/cuda-headers
stamp=$(sha256sum < "$list")
if [ "$(cat "$folder/.stamp" 2> /dev/null)" = "$stamp" ]; then exit 0; fi

step "download CUDA headers" "check the network and that 2 GB of disk are free, or build with -DDOODLE_CUDA_PLUGIN=OFF"
wheels=$(mktemp -d "$DOODLE_ROOT/.deps/wheels.XXXXXX")
trap 'rm -rf "$wheels"' EXIT
platforms=()
for version in 28 27 24 17 12 5; do platforms+=(--platform "manylinux_2_${version}_x86_64"); done
python3 -m pip --disable-pip-version-check download --quiet --no-deps --no-cache-dir --require-hashes \
  --only-binary=:all: --python-version 3.11 --implementation cp --abi cp311 "${platforms[@]}" \
  --platform manylinux2014_x86_64 --platform any --requirement "$list" --dest "$wheels"

step "unpack CUDA headers" "run it again"
rm -rf "$folder"
mkdir -p "$folder"
python3 - "$folder" "$wheels"/*.whl << 'PYTHON'
import sys
import zipfile

for wheel in sys.argv[2:]:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(sys.argv[1], [name for name in archive.namelist() if "/include/" in name])
PYTHON
printf '%s\n' "$stamp" > "$folder/.stamp"
