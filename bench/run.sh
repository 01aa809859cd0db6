#!/usr/bin/env bash
# Runs benchmarks against their peers, interleaved on this machine, and prints one line per figure.
#   bench/run.sh NAME...|all [--only FIGURE] [--data DIR]
# NAME is a folder here with a bench.py: step. Exit 0 all at or above their bars, 1 one below, 2 wrong usage,
# 3 data is missing. The first run installs the Python peers below .deps/peers (about 7 GB).
source "$(dirname "$0")/../deploy/steps.sh"
cd "$DOODLE_ROOT"

names=()
options=()
while [ $# -gt 0 ]; do
  case $1 in
    --only | --data) options+=("$1" "${2:?$1 needs a value}"); shift 2 ;;
    all) for script in bench/*/bench.py; do names+=("$(basename "$(dirname "$script")")"); done; shift ;;
    *)
      if [ ! -f "bench/$1/bench.py" ]; then
        printf 'bench/run.sh: no benchmark %s (there are: %s)\n' "$1" "$(ls bench/*/bench.py | xargs -n 1 dirname | xargs -n 1 basename | xargs)" >&2
        exit 2
      fi
      names+=("$1"); shift ;;
  esac
done
[ ${#names[@]} -gt 0 ] || { echo 'usage: bench/run.sh NAME...|all [--only FIGURE] [--data DIR]' >&2; exit 2; }

deploy/setup.sh
deploy/build.sh release
step "install the Python peers" "check the network and that 10 GB of disk are free"
install_peers

trap - ERR
worst=0
for name in "${names[@]}"; do
  code=0
  PYTHONPATH=bench "$DOODLE_PEERS/bin/python" "bench/$name/bench.py" "${options[@]}" || code=$?
  [ "$code" -gt "$worst" ] && worst=$code
done
exit "$worst"
