"""From drawings to predictions: one job from ingest to export, as a user sees it."""

import csv
import gzip
import json
import struct

from cluster import DRAWINGS, Cluster, check, check_finished, run_check


def keys_of(path):
    with gzip.open(path, "rt") as lines:
        return [json.loads(line)["key_id"] for line in lines]


def check_training(cluster, job_file):
    followed = cluster.run("submit", job_file, "--follow", "--request-id", "once")
    check(followed.returncode == 0, f"submit --follow: {followed.returncode}\n{followed.stderr}")
    check(followed.stdout.strip().splitlines()[0] == "check", f"submit prints {followed.stdout!r}")
    job = cluster.describe("check")
    check_finished(job)
    check(len(job["generations"]) == 1, f"{len(job['generations'])} generations without a fault")
    for rank in job["ranks"]:
        check(rank["samplesShare"] >= 0.4, f"rank {rank.get('rank', 0)} trained on {rank['samplesShare']:.0%}")
    best = max(evaluation["map3"] for evaluation in job["evaluations"])
    check(best >= 0.6, f"map3 {best} after two epochs: it does not learn")
    return job


def check_reading(cluster):
    """Every command that shows a job, as text and as JSON."""
    check("check" in cluster.doodle("jobs", "ls"), "jobs ls")
    check(cluster.json("jobs", "ls")["jobs"][0]["id"] == "check", "jobs ls --json")
    text = cluster.doodle("jobs", "describe", "check")
    check("digests equal: yes" in text, f"jobs describe:\n{text}")
    check("seed" in cluster.doodle("jobs", "history", "check"), "jobs history")
    check(cluster.json("jobs", "history", "check")["evaluations"], "jobs history --json")
    check(cluster.doodle("jobs", "wait", "check").strip() == "SUCCEEDED", "jobs wait")
    check(cluster.json("jobs", "wait", "check")["state"] == "JOB_STATE_SUCCEEDED", "jobs wait --json")
    check(cluster.doodle("jobs", "watch", "check"), "jobs watch")
    for line in cluster.doodle("jobs", "watch", "check", "--json").splitlines():
        check(json.loads(line)["id"] == "check", "jobs watch --json")
    logs = cluster.doodle("jobs", "logs", "check")
    check("r0]" in logs and "r1]" in logs, f"jobs logs:\n{logs}")
    check("r1]" not in cluster.doodle("jobs", "logs", "check", "--rank", 0), "jobs logs --rank 0")
    check(cluster.json("workers", "ls")["workers"][0]["state"] == "WORKER_STATE_LIVE", "workers ls --json")
    marks = cluster.json("checkpoints", "ls", "check")["checkpoints"]
    check(any(one.get("best") for one in marks) and any(one.get("latest") for one in marks), f"no best, latest: {marks}")
    cluster.doodle("checkpoints", "verify", "check@latest")


def check_again(cluster, job_file):
    """The same request gives the same job; another one a new name."""
    check(cluster.submit(job_file, "--request-id", "once") == "check", "the same request id gave another job")
    check(len(cluster.json("jobs", "ls")["jobs"]) == 1, "the same request id made a job")
    dry = cluster.json("submit", job_file, "--dry-run")
    check(int(dry["totalSteps"]) > 0, f"dry run: {dry}")
    check(len(cluster.json("jobs", "ls")["jobs"]) == 1, "a dry run made a job")
    other = cluster.submit(job_file)
    check(other == "check-2", f"the second job is called {other}")
    cluster.doodle("jobs", "cancel", other)
    check(cluster.describe(other)["state"] == "JOB_STATE_CANCELED", "jobs cancel")
    cluster.doodle("jobs", "rm", other)
    cluster.refused(3, "jobs", "describe", other, says=other)


def check_same_name(cluster, job_file):
    """A second job of the same file runs to its end under its own id."""
    other = cluster.submit(job_file)
    check(other != "check", "the second job has the id of the first")
    check(cluster.doodle("jobs", "wait", other).strip() == "SUCCEEDED", f"jobs wait {other}")
    check_finished(cluster.describe(other))
    cluster.doodle("checkpoints", "verify", f"{other}@latest")


def check_use(cluster, dataset, job):
    """Export, evaluate and predict agree on the job's own figures."""
    for name in ("export.safetensors", "export.pth"):
        cluster.doodle("checkpoints", "export", "check@best", "--out", cluster.folder / name)
    check((cluster.folder / "export.json").exists(), "export.pth has no export.json")
    recorded = max(evaluation["map3"] for evaluation in job["evaluations"])
    for model in ("job:check@best", cluster.folder / "export.safetensors", cluster.folder / "export.pth"):
        figures = cluster.json("evaluate", "--model", model, dataset, "--split", "valid")
        check(abs(figures["map3"] - recorded) < 1e-6, f"evaluate {model}: map3 {figures['map3']}, the job {recorded}")
    text = cluster.doodle("evaluate", "--model", "job:check@best", DRAWINGS / "cat.ndjson.gz")
    check(text.startswith("top1=") and "drawings=" in text, f"evaluate prints {text!r}")

    inputs = [DRAWINGS / "The Eiffel Tower.ndjson.gz", DRAWINGS / "cat.ndjson.gz"]
    cluster.doodle("predict", "--model", cluster.folder / "export.pth", *inputs, "--out", cluster.folder / "out.csv",
                   "--probabilities", cluster.folder / "out.npy")
    with open(cluster.folder / "out.csv", newline="") as file:
        rows = list(csv.reader(file))
    check(rows[0] == ["key_id", "word"], f"header {rows[0]}")
    keys = [key for path in inputs for key in keys_of(path)]
    check([row[0] for row in rows[1:]] == keys, "predictions are not in the order of the input")
    for key, words in rows[1:]:
        guesses = words.split(" ")
        check(len(guesses) == 3 and len(set(guesses)) == 3, f"{key}: guesses {words!r}")
    check(any("The_Eiffel_Tower" in row[1] for row in rows), "no word with underscores for blanks")
    data = (cluster.folder / "out.npy").read_bytes()
    check(data[:6] == b"\x93NUMPY", "out.npy is not an array")
    offset = 10 + struct.unpack("<H", data[8:10])[0]
    check(len(data) - offset == 4 * 10 * len(keys), "out.npy has not one float32 for each drawing and class")


def main():
    with Cluster() as cluster:
        dataset = cluster.ingest()
        described = cluster.json("datasets", "describe", dataset)
        check(len(described["classes"]) == 10, f"datasets describe: {described}")
        cluster.doodle("datasets", "verify", dataset)
        job_file = cluster.job_file(dataset)
        job = check_training(cluster, job_file)
        check_reading(cluster)
        check_again(cluster, job_file)
        check_same_name(cluster, job_file)
        check_use(cluster, dataset, job)


run_check(main)
