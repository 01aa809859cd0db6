"""A cluster of real processes on loopback for the check_* scripts: started in a folder of its own, always stopped.

    with Cluster() as cluster:
        dataset = cluster.ingest()
        cluster.doodle("submit", cluster.job_file(dataset), "--follow")

DOODLE_BUILD names the build folder whose bin/ is tested. Whatever is still running when the block ends, and was not
there by design, fails the check.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DRAWINGS = ROOT / "tests/data/quickdraw/strokes"
BUILD = pathlib.Path(os.environ.get("DOODLE_BUILD", ROOT / "build/dev")).resolve()
SKIPPED = 77
PROGRAMS = ("doodle", "doodle-coordinator", "doodle-worker", "doodle-trainer")

JOB = """
name: {name}
dataset: {dataset}
data: {{split: train, classes: all}}
model: {{name: {model}, in_channels: 1}}
raster: {{size: {size}, line_width: 1.5, fit: center, channels: gray, normalize: unit}}
loss: {{label_smoothing: 0.1}}
optimizer: {{name: adamw, weight_decay: 0.02}}
stages:
  - name: all
    epochs: {epochs}
    global_batch: 64
    schedule: {{kind: one_cycle, max_lr: 4.0e-3, pct_start: 0.3}}
precision: fp32
ranks: {{min: 2, max: 2}}
evaluate: {{split: valid, every: 1ep}}
checkpoint: {{every: {checkpoint}, keep_last: 3, keep_best: 1, metric: map3}}
seed: 1
"""


class CheckFailed(Exception):
    pass


def check(condition, message):
    if not condition:
        raise CheckFailed(message)


def run_check(function):
    """The main of a script: exit code 1 with the reason when a check fails, 77 when the programs are not built."""
    missing = [name for name in PROGRAMS if not (BUILD / "bin" / name).exists()]
    if missing:
        print(f"not built: {', '.join(missing)}")
        sys.exit(SKIPPED)
    start = time.monotonic()
    try:
        function()
    except CheckFailed as failure:
        print(f"FAILED: {failure}")
        sys.exit(1)
    print(f"ok in {time.monotonic() - start:.1f} s")


def until(condition, seconds, what):
    """The first true value of `condition`, looked at every 50 ms."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        check(time.monotonic() < deadline, f"not within {seconds} s: {what}")
        time.sleep(0.05)


def fetch(address, path):
    """Status and text of http://address/path."""
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def processes_of(folder):
    """Command lines by pid of the living processes that name `folder` in theirs."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        line = " ".join(word.decode(errors="replace") for word in words if word)
        if state != "Z" and str(folder) in line:
            found[int(entry.name)] = line
    return found


class Cluster:
    """`doodle up`, or with together=False a coordinator and a worker of the script's own."""

    def __init__(self, slots=2, together=True):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="doodle-check-"))
        self.data = self.folder / "up"
        self.slots = slots
        self.together = together
        self.daemons = {}
        self.coordinator = self.admin = self.worker_admin = None

    def __enter__(self):
        try:
            if self.together:
                self.start_up()
            else:
                self.start_coordinator()
                self.start_worker()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            self.print_logs()
        left = self.stop()
        if kind is None:
            check(not left, f"still running: {left}")
        shutil.rmtree(self.folder, ignore_errors=True)

    # Daemons.

    def spawn(self, name, program, *arguments):
        self.data.mkdir(parents=True, exist_ok=True)
        log = open(self.folder / f"{name}.log", "ab")
        self.daemons[name] = subprocess.Popen([BUILD / "bin" / program, *map(str, arguments)], stdout=log, stderr=log,
                                              stdin=subprocess.DEVNULL, cwd=self.folder, env=self.environment(),
                                              start_new_session=True)
        log.close()
        return self.daemons[name]

    def addresses(self, name, path):
        def read():
            check(self.daemons[name].poll() is None, f"{name} ended with {self.daemons[name].returncode}")
            try:
                return json.loads(path.read_text())
            except (OSError, ValueError):
                return None
        return until(read, 30, f"{path} of {name}")

    def start_up(self):
        self.spawn("up", "doodle", "up", "--workers", 1, "--slots", self.slots, "--data-dir", self.data, "--port", 0,
                   "--admin-port", 0, "--worker-admin-port", 0)
        addresses = self.addresses("up", self.data / "addresses.json")
        self.coordinator, self.admin = addresses["coordinator"], addresses["admin"]
        self.worker_admin = addresses["workers"][0]["admin"]

    def start_coordinator(self):
        """The first time on free ports, later on the same ones."""
        folder = self.data / "coordinator"
        ports = [address.rsplit(":", 1)[1] if address else 0 for address in (self.coordinator, self.admin)]
        (folder / "addresses.json").unlink(missing_ok=True)
        self.spawn("coordinator", "doodle-coordinator", "--data-dir", folder, "--jobs-uri", self.data / "jobs",
                   "--port", ports[0], "--admin-port", ports[1])
        addresses = self.addresses("coordinator", folder / "addresses.json")
        self.coordinator, self.admin = addresses["grpc"], addresses["admin"]

    def start_worker(self):
        folder = self.data / "worker-0"
        self.spawn("worker", "doodle-worker", "--data-dir", folder, "--coordinator", self.coordinator, "--slots",
                   self.slots, "--admin-port", 0)
        self.worker_admin = self.addresses("worker", folder / "addresses.json")["admin"]

    def stop(self):
        """Ends everything; what outlived its order to end, as command lines."""
        for name in ("up", "worker", "coordinator"):
            process = self.daemons.get(name)
            if process is None or process.poll() is not None:
                continue
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        deadline = time.monotonic() + 3
        left = processes_of(self.folder)
        while left and time.monotonic() < deadline:
            time.sleep(0.05)
            left = processes_of(self.folder)
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return left

    def trainers(self):
        """Pids of the trainers by slot."""
        slots = {}
        for pid, line in processes_of(self.data).items():
            words = line.split()
            if words[0].endswith("doodle-trainer") and "--slot" in words:
                slots[int(words[words.index("--slot") + 1])] = pid
        return slots

    def print_logs(self):
        logs = [*self.folder.glob("*.log"), *self.folder.glob("up/logs/*.log"), *self.folder.glob("up/jobs/*/logs/*")]
        for path in logs:
            print(f"--- the end of {path.relative_to(self.folder)}")
            print("\n".join(path.read_text(errors="replace").splitlines()[-25:]))

    # The command line.

    def environment(self):
        return dict(os.environ, HOME=str(self.folder), XDG_CONFIG_HOME=str(self.folder / "config"), NO_COLOR="1",
                    DOODLE_COORDINATOR=self.coordinator or "")

    def run(self, *arguments, timeout=120):
        return subprocess.run([BUILD / "bin/doodle", *map(str, arguments)], cwd=self.folder, env=self.environment(),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=timeout)

    def doodle(self, *arguments, timeout=120):
        """Standard output of a command that must succeed."""
        done = self.run(*arguments, timeout=timeout)
        command = " ".join(map(str, arguments))
        check(done.returncode == 0, f"doodle {command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def json(self, *arguments, timeout=120):
        output = self.doodle(*arguments, "--json", timeout=timeout)
        try:
            return json.loads(output)
        except ValueError:
            raise CheckFailed(f"doodle {arguments} --json is not one JSON value:\n{output}") from None

    def refused(self, code, *arguments, says):
        """A command that must fail with `code` and say each of `says`."""
        done = self.run(*arguments)
        command = " ".join(map(str, arguments))
        check(done.returncode == code, f"doodle {command}: exit code {done.returncode}, not {code}\n{done.stderr}")
        for text in [says] if isinstance(says, str) else says:
            check(text in done.stdout + done.stderr, f"doodle {command}: no \"{text}\" in\n{done.stdout}{done.stderr}")

    # What most scripts need.

    def ingest(self):
        dataset = self.folder / "dataset"
        self.doodle("ingest", DRAWINGS, "--out", dataset, "--split", "valid=10%")
        return dataset

    def job_file(self, dataset, name="check", epochs=2, size=28, model="smallcnn", checkpoint="1ep"):
        path = self.folder / f"{name}.yaml"
        path.write_text(JOB.format(name=name, dataset=dataset, epochs=epochs, size=size, model=model,
                                   checkpoint=checkpoint))
        return path

    def submit(self, job_file, *arguments):
        return self.doodle("submit", job_file, *arguments).strip()

    def describe(self, job):
        return self.json("jobs", "describe", job)

    def await_step(self, job, step, seconds=60):
        def reached():
            described = self.describe(job)
            check(described["state"] not in ("JOB_STATE_FAILED", "JOB_STATE_SUCCEEDED"),
                  f"{job} is {described['state']} before step {step}: {described.get('reason', '')}")
            return described if int(described.get("step", 0)) >= step else None
        return until(reached, seconds, f"step {step} of {job}")


def check_finished(job):
    """A described job that succeeded with all its steps and equal states on both ranks."""
    check(job["state"] == "JOB_STATE_SUCCEEDED", f"{job['id']} is {job['state']}: {job.get('reason', '')}")
    check(job["step"] == job["totalSteps"], f"step {job['step']} of {job['totalSteps']}")
    ranks = job["ranks"]
    check(len(ranks) == 2, f"{len(ranks)} ranks")
    for part in ("parameters", "optimizer"):
        digests = {rank["digest"][part] for rank in ranks}
        check(len(digests) == 1 and "" not in digests, f"{part} differ: {digests}")
