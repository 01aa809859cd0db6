"""Rasters of three and six channels with every augmentation, from ingest to predictions, with and without times."""

import gzip
import json

from cluster import DRAWINGS, ROOT, Cluster, check, check_finished, run_check

RAW = ROOT / "tests/data/quickdraw/pairs/raw.ndjson.gz"

JOB = """
name: {name}
dataset: {dataset}
model: {{name: smallcnn}}
raster: {{size: 28, line_width: 1.5, channels: {channels}}}
augment: {{hflip: 0.5, rotate: 10, scale: 0.1, shift: 0.05, point_drop: 0.1, stroke_drop: 0.1, time_jitter: 0.2}}
stages:
  - {{epochs: 2, global_batch: 32, schedule: {{kind: one_cycle, max_lr: 4.0e-3, pct_start: 0.3}}}}
precision: fp32
ranks: {{min: 2, max: 2}}
evaluate: {{split: valid, every: 1ep}}
"""

TIMED = "[delay, draw_time, number, speed, acceleration, point]"


def timed_drawings(folder):
    """The 300 raw drawings, whose points have times, as two classes: those of few strokes and those of many."""
    path = folder / "timed.ndjson"
    with gzip.open(RAW, "rt") as lines, open(path, "w") as out:
        for line in lines:
            drawing = json.loads(line)
            drawing["word"] = "few" if len(drawing["drawing"]) < 5 else "many"
            out.write(json.dumps(drawing) + "\n")
    return path


def check_job(cluster, name, channels, inputs):
    """Trains, and evaluates and predicts with the exported weights. Gives the warnings about times in the job's log."""
    dataset = cluster.folder / f"{name}-dataset"
    cluster.doodle("ingest", *inputs, "--out", dataset, "--split", "valid=20%")
    job_file = cluster.folder / f"{name}.yaml"
    job_file.write_text(JOB.format(name=name, dataset=dataset, channels=channels))
    cluster.doodle("submit", job_file, "--follow")
    job = cluster.describe(name)
    check_finished(job)
    recorded = max(evaluation["map3"] for evaluation in job["evaluations"])
    weights = cluster.folder / f"{name}.pth"
    cluster.doodle("checkpoints", "export", f"{name}@best", "--out", weights)
    figures = cluster.json("evaluate", "--model", weights, dataset, "--split", "valid")
    check(abs(figures["map3"] - recorded) < 1e-6, f"{name}: evaluate says map3 {figures['map3']}, the job {recorded}")
    table = cluster.folder / f"{name}.csv"
    cluster.doodle("predict", "--model", weights, *inputs, "--out", table)
    drawings = cluster.json("datasets", "describe", dataset)["drawings"]
    check(len(table.read_text().splitlines()) == int(drawings) + 1, f"{name}: not one prediction for each drawing")
    return [line for line in cluster.doodle("jobs", "logs", name).splitlines() if "without times" in line]


def main():
    with Cluster() as cluster:
        plain = [DRAWINGS / "cat.ndjson.gz", DRAWINGS / "house.ndjson.gz"]
        check(not check_job(cluster, "thirds", "thirds", plain), "channels that need no times warn of none")
        warnings = check_job(cluster, "plain", "time", plain)
        check(len(warnings) == 2, f"not one warning for each rank: {warnings}")
        check(not check_job(cluster, "timed", TIMED, [timed_drawings(cluster.folder)]), "drawings with times are warned of")


run_check(main)
