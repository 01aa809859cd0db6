"""What cannot be right is refused with the exit code and the words that the documents promise, and never used."""

import json
import shutil
import socket
import subprocess

from cluster import BUILD, DRAWINGS, Cluster, check, check_finished, processes_of, run_check


def edited(job_file, old, new):
    text = job_file.read_text()
    check(old in text, f"the job file has no {old!r}")
    path = job_file.with_name("edited.yaml")
    path.write_text(text.replace(old, new))
    return path


def check_job_files(cluster, dataset):
    """Line and suggestion for YAML, the field for values, its name for what is not built."""
    good = cluster.job_file(dataset)
    for old, new, says in (
            ("seed: 1", "sead: 1", ["edited.yaml:", "sead", "seed"]),
            ("global_batch: 64", "global_batch: many", ["edited.yaml:", "global_batch"]),
            ("weight_decay: 0.02", "weight_decay: -1", ["weight_decay"]),
            ("classes: all", "classes: [cat, unicorn]", ["unicorn"]),
            ("name: smallcnn", "name: smallcn", ["smallcn", "smallcnn"]),
            ("name: check", "name: ../check", ["name"]),
            ("split: train", "split: nothing", ["split"]),
            ("seed: 1", "seed: 1\naugment: {mixup: 0.2}", ["augment.mixup", "not supported yet"]),
            ("seed: 1", "seed: 1\ndeterministic: true", ["deterministic", "not supported yet"]),
            ("kind: one_cycle", "kind: exponential", ["schedule"])):
        cluster.refused(2, "submit", edited(good, old, new), says=says)
    cluster.refused(2, "submit", good, "--set", "stages[0].epoch=3", says=["epoch"])
    cluster.refused(3, "submit", edited(good, str(dataset), "/nowhere/at/all"), says="/nowhere/at/all")
    check(not cluster.json("jobs", "ls")["jobs"], "a refused job exists")


def check_names(cluster, dataset):
    for command in (["jobs", "describe"], ["jobs", "cancel"], ["jobs", "wait"], ["jobs", "logs"], ["checkpoints", "ls"]):
        cluster.refused(3, *command, "nobody", says="nobody")
    cluster.refused(3, "checkpoints", "verify", "nobody@best", says="nobody")
    cluster.refused(2, "jobs", "describe", says="JOB")
    cluster.refused(2, "jobs", "explode", says="explode")
    cluster.refused(3, "ingest", "/nowhere/drawings", "--out", cluster.folder / "none", says="/nowhere/drawings")
    check(not (cluster.folder / "none").exists(), "a failed ingest left its dataset")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    cluster.refused(4, "jobs", "ls", "--coordinator", address, says=address)


def check_bad_lines(cluster):
    """Listed with file, line and reason; above the threshold nothing is left behind."""
    lines = ['{"key_id":"1","word":"cat","recognized":true,"drawing":[[[0,255],[0,255]]]}', "not json"]
    path = cluster.folder / "bad.ndjson"
    path.write_text("\n".join(lines) + "\n")
    cluster.refused(2, "ingest", path, "--out", cluster.folder / "none", says=["bad.ndjson:2"])
    check(not (cluster.folder / "none").exists(), "a failed ingest left its dataset")


def check_hosts(cluster):
    """Beyond loopback only with --insecure."""
    for program, arguments in (("doodle-coordinator", ["--port", "0"]), ("doodle-worker", [])):
        folder = cluster.folder / f"refused-{program}"
        done = subprocess.run([BUILD / "bin" / program, "--data-dir", folder, "--host", "0.0.0.0", "--admin-port", "0",
                               *arguments], capture_output=True, text=True, timeout=20)
        check(done.returncode == 2, f"{program} --host 0.0.0.0: exit code {done.returncode}\n{done.stderr}")
        check("0.0.0.0" in done.stderr and "loopback" in done.stderr, f"{program}: {done.stderr}")
        check(not processes_of(folder), f"{program} still runs")


def flip(path):
    """One bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def check_damaged_dataset(cluster, dataset):
    """A shard with one wrong bit is found, named and not trained on; a manifest likewise."""
    broken = cluster.folder / "broken"
    shutil.copytree(dataset, broken)
    shard = next(path for path in sorted(broken.rglob("*")) if path.is_file() and path.suffix != ".json")
    flip(shard)
    cluster.refused(1, "datasets", "verify", broken, says=shard.name)
    job = cluster.submit(cluster.job_file(broken, name="broken"))
    cluster.refused(1, "jobs", "wait", job, "--timeout", "60s", says="")
    described = cluster.describe(job)
    check(described["state"] == "JOB_STATE_FAILED", f"a job on a damaged shard is {described['state']}")
    check(shard.name in described["reason"], f"the reason does not name {shard.name}: {described['reason']}")

    manifest = broken / "manifest.json"
    manifest.write_text(manifest.read_text()[:-20])
    cluster.refused(1, "datasets", "describe", broken, says="manifest.json")
    cluster.refused(1, "submit", cluster.job_file(broken, name="manifest"), says=[str(broken), "manifest"])


def check_damaged_checkpoint(cluster, dataset):
    job = cluster.submit(cluster.job_file(dataset, epochs=1))
    cluster.doodle("jobs", "wait", job, "--timeout", "60s")
    check_finished(cluster.describe(job))
    name = cluster.json("checkpoints", "ls", job)["checkpoints"][-1]["name"]
    good = cluster.data / "jobs" / job / "checkpoints" / name
    for file in ("model.safetensors", "manifest.json"):
        broken = cluster.folder / f"damaged-{file.split('.')[0]}"
        shutil.copytree(good, broken)
        if file == "manifest.json":
            text = json.loads((broken / file).read_text())
            text["files"][0]["bytes"] += 1
            (broken / file).write_text(json.dumps(text))
        else:
            flip(broken / file)
        says = "model.safetensors" if file == "model.safetensors" else broken.name
        cluster.refused(1, "checkpoints", "verify", broken, says=says)
        cat = DRAWINGS / "cat.ndjson.gz"
        cluster.refused(1, "evaluate", "--model", broken, cat, says=says)
        cluster.refused(1, "predict", "--model", broken, cat, "--out", cluster.folder / "none.csv", says=says)
        cluster.refused(1, "checkpoints", "export", broken, "--out", cluster.folder / "none.pth", says=says)
    for left in ("none.csv", "none.pth", "none.json"):
        check(not (cluster.folder / left).exists(), f"{left} was written from a damaged checkpoint")


def main():
    with Cluster() as cluster:
        dataset = cluster.ingest()
        check_job_files(cluster, dataset)
        check_names(cluster, dataset)
        check_bad_lines(cluster)
        check_hosts(cluster)
        check_damaged_dataset(cluster, dataset)
        check_damaged_checkpoint(cluster, dataset)


run_check(main)
