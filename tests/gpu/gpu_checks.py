"""Runs jobs on the GPUs of this machine through a whole cluster and prints one line per check."""

import glob
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

ROOT, BIN = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
JOB_SECONDS = 300
LEAST_MAP3 = 0.8  # After two epochs; untrained weights give 0.18.


class Skip(Exception):
    """Why a check does not apply to this machine."""


def gpus():
    return len([path for path in glob.glob("/dev/nvidia*") if re.fullmatch(r"/dev/nvidia\d+", path)])


class Cluster:
    """A coordinator and one worker with a slot per GPU, on free ports, and the ten bundled classes as its dataset."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.dataset = self.folder / "dataset"
        self.doodle("ingest", ROOT / "tests/data/quickdraw/strokes", "--out", self.dataset, "--split", "valid=10%")
        self.job_file = self.folder / "job.yaml"
        self.job_file.write_text(self.doodle("init", "quick"))
        ports = ["--port", "0", "--admin-port", "0", "--worker-admin-port", "0"]
        command = [BIN / "doodle", "up", "--slots", str(gpus()), "--data-dir", self.folder / "up", *ports]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if line.startswith("coordinator"):
                os.environ["DOODLE_COORDINATOR"] = line.split()[1]
            if line.startswith("Ctrl-C"):
                break

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)

    def doodle(self, *arguments):
        done = subprocess.run([BIN / "doodle", *map(str, arguments)], capture_output=True, text=True, timeout=JOB_SECONDS)
        if done.returncode != 0:
            raise AssertionError(f"doodle {arguments[0]}: {(done.stderr or done.stdout).strip()[-300:]}")
        return done.stdout

    def submit(self, name, ranks, *settings):
        fixed = [f"name={name}", f"dataset=file://{self.dataset}", f"ranks.min={ranks}", f"ranks.max={ranks}",
                 "ranks.backend=nccl", "stages[0].epochs=2"]
        flags = [part for setting in [*fixed, *settings] for part in ("--set", setting)]
        return self.doodle("submit", self.job_file, *flags).strip()

    def job(self, name):
        return json.loads(self.doodle("jobs", "describe", name, "--json"))

    def step(self, name):
        try:
            return int(self.job(name)["step"])
        except AssertionError:  # A busy machine may not answer in time; the caller's deadline decides.
            return 0

    def finish(self, name):
        """Waits for the job; its description. It learned, and every rank ended with the same weights."""
        self.doodle("jobs", "wait", name)
        job = self.job(name)
        digests = {json.dumps(rank["digest"], sort_keys=True) for rank in job["ranks"]}
        assert len(digests) == 1, f"{len(digests)} different digests"
        map3 = job["evaluations"][-1]["map3"]
        assert map3 >= LEAST_MAP3, f"map3 {map3:.3f}"
        return job

    def logs(self, name):
        return "".join(path.read_text() for path in (self.folder / "up/jobs" / name / "logs").glob("*.log"))


def need(count):
    if gpus() < count:
        raise Skip(f"needs {count} GPUs, this machine has {gpus()}")


def plugin(cluster):
    cluster.finish(cluster.submit("plugin", 1, "precision=fp32"))
    assert "device=cuda:0" in cluster.logs("plugin"), "the job did not run on the GPU"
    return re.search(r'event=GPU .*', cluster.logs("plugin")).group(0)


def two_ranks(cluster):
    need(2)
    job = cluster.finish(cluster.submit("two-ranks", 2, "precision=fp32"))
    assert len(job["ranks"]) == 2
    return "digests equal " + job["ranks"][0]["digest"]["parameters"][:12]


def fp16(cluster):
    job = cluster.finish(cluster.submit("half", 1, "precision=fp16"))
    return f"map3 {job['evaluations'][-1]['map3']:.3f}"


def checkpoint(cluster):
    name = cluster.submit("kept", 1)
    cluster.finish(name)
    cluster.doodle("checkpoints", "verify", f"{name}@latest")
    export = cluster.folder / "kept.safetensors"
    cluster.doodle("checkpoints", "export", f"{name}@latest", "--out", export)
    return cluster.doodle("evaluate", "--model", export, ROOT / "tests/data/quickdraw/strokes").strip()[:60]


def kill(cluster):
    need(2)
    name = cluster.submit("killed", 2, "stages[0].epochs=6")
    deadline = time.monotonic() + 60
    while cluster.step(name) < 20:
        assert time.monotonic() < deadline, "no 20 steps within 60 s"
        time.sleep(0.5)
    children = subprocess.run(["pgrep", "-f", f"doodle-trainer train --socket {cluster.folder}"], capture_output=True, text=True)
    os.kill(int(children.stdout.split()[0]), signal.SIGKILL)
    job = cluster.finish(name)
    assert len(job["generations"]) >= 2 and job["step"] == job["totalSteps"]
    return f"{len(job['generations'])} generations, restored from {job['generations'][-1]['restoredFrom']}"


CHECKS = [plugin, two_ranks, fp16, checkpoint, kill]


def run(check, cluster):
    try:
        return "passed", check(cluster)
    except Skip as reason:
        return "skipped", str(reason)
    except (AssertionError, subprocess.TimeoutExpired, KeyError, IndexError) as reason:
        return "FAILED", f"{type(reason).__name__}: {reason}"


def main():
    if gpus() == 0:
        rows = [(check.__name__, "skipped", "no GPU on this machine (/dev/nvidia0)") for check in CHECKS]
    else:
        with tempfile.TemporaryDirectory(prefix="doodle-gpu-") as folder:
            cluster = Cluster(folder)
            try:
                rows = [(check.__name__, *run(check, cluster)) for check in CHECKS]
            finally:
                cluster.stop()
    for name, result, detail in rows:
        print(f"{name:<12} {result:<8} {detail}")
    counts = [sum(result == word for _, result, _ in rows) for word in ("passed", "FAILED", "skipped")]
    print(f"{counts[0]} passed, {counts[1]} failed, {counts[2]} skipped")
    return 1 if counts[1] else 0


if __name__ == "__main__":
    sys.exit(main())
