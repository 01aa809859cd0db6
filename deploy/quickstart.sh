#!/usr/bin/env bash
# Sets everything up and runs the main job on real drawings: ingest, a coordinator and one worker with two slots on
# loopback, a job over RPC, then evaluate, export and predict. Stops what it started; the results stay in
# out/quickstart-<time>. Run again, it neither downloads nor rebuilds.
#   deploy/quickstart.sh [--set FIELD=VALUE]...     as for `doodle submit`
source "$(dirname "$0")/steps.sh"
cd "$DOODLE_ROOT"

"$DOODLE_ROOT/deploy/setup.sh"
"$DOODLE_ROOT/deploy/build.sh" release doodle doodle-coordinator doodle-worker doodle-trainer

bin=$DOODLE_ROOT/build/release/bin
drawings=$DOODLE_ROOT/tests/data/quickdraw/strokes
results=$DOODLE_ROOT/out/quickstart-$(date +%Y%m%d-%H%M%S)
mkdir -p "$results"
started=$SECONDS
cluster=

stop_cluster() {
  if [ -n "$cluster" ]; then
    kill -TERM "$cluster" 2> /dev/null || true
    wait "$cluster" || true
    cluster=
  fi
}
trap stop_cluster EXIT

# field FILE EXPRESSION: a value of a JSON file; `it` is the whole.
field() {
  python3 -c 'import json, sys; it = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"
}

step "ingest the bundled drawings" "see the list of bad lines above"
"$bin/doodle" ingest "$drawings" --out "$results/dataset" --split valid=10%

step "start a coordinator and a worker with two slots" "see the logs in $results/cluster/logs"
"$bin/doodle" up --workers 1 --slots 2 --data-dir "$results/cluster" --port 0 --admin-port 0 --worker-admin-port 0 \
  > "$results/up.txt" 2>&1 &
cluster=$!
for _ in $(seq 100); do
  [ -s "$results/cluster/coordinator/addresses.json" ] && [ -s "$results/cluster/worker-0/addresses.json" ] && break
  kill -0 "$cluster" 2> /dev/null || { cat "$results/up.txt" >&2; false; }
  sleep 0.1
done
DOODLE_COORDINATOR=$(field "$results/cluster/coordinator/addresses.json" 'it["grpc"]')
export DOODLE_COORDINATOR
metrics=http://$(field "$results/cluster/coordinator/addresses.json" 'it["admin"]')/metrics
printf 'In a second terminal:\n  export DOODLE_COORDINATOR=%s\n  %s jobs ls\n  %s jobs watch quick\n  curl %s\n' \
  "$DOODLE_COORDINATOR" "$bin/doodle" "$bin/doodle" "$metrics" >&2

step "train" "see: doodle jobs logs quick, and $results/cluster/jobs/quick/logs"
"$bin/doodle" init quick > "$results/quick.yaml"
"$bin/doodle" submit "$results/quick.yaml" --set "dataset=$results/dataset" "$@" --follow
python3 -c 'import sys, urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1]).read().decode())' \
  "$metrics" > "$results/metrics.txt"

step "evaluate on the valid split" "the message above says what does not fit"
"$bin/doodle" evaluate --model job:quick@latest --split valid --json "$results/dataset" > "$results/evaluation.json"

step "export" "the message above says which file"
"$bin/doodle" checkpoints export quick@latest --out "$results/quick.pth"
"$bin/doodle" checkpoints export quick@latest --out "$results/quick.safetensors"

step "predict" "the message above says which drawing"
"$bin/doodle" predict --model "$results/quick.pth" "$drawings/cat.ndjson.gz" --out "$results/predictions.csv"
head -n 4 "$results/predictions.csv"

step "describe" "the coordinator's log is in $results/cluster/logs"
"$bin/doodle" jobs describe quick
"$bin/doodle" jobs describe quick --json > "$results/describe.json"
checkpoint=$(field "$results/describe.json" 'it["jobDirectory"] + "/checkpoints/" + next(c["name"] for c in it["checkpoints"] if c.get("latest"))')

step "stop" "end the processes of $results/cluster by hand"
stop_cluster
trap - EXIT

python3 - "$results/evaluation.json" << END
import json, sys
e = json.load(open(sys.argv[1]))
print(f"quickstart: top1={e['top1']:.3f} map3={e['map3']:.3f} drawings={int(e['drawings'])} seconds=$((SECONDS - started)) "
      "checkpoint=$checkpoint export=$results/quick.pth metrics=$metrics")
END
