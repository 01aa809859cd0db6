"""Datasets in s3://: written, read, trained from and refused, against a real server that checks every signature."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import s3_server
from cluster import BUILD, DRAWINGS, SKIPPED, Cluster, check, check_finished, run_check

SET = "s3://drawings/sets/The Eiffel Tower"
MANIFEST = "sets/The Eiffel Tower/manifest.json"


class At:
    """Variables of the processes started in the block; None removes one."""

    def __init__(self, variables):
        self.variables = variables

    def __enter__(self):
        self.saved = dict(os.environ)
        for name, value in self.variables.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value

    def __exit__(self, *_):
        os.environ.clear()
        os.environ.update(self.saved)


def check_store(server):
    """The store by itself: parts, ranges, pages, names, wrong keys."""
    program = BUILD / "tests/tests_unit_common_storage"
    check(program.exists(), f"no {program}")
    done = subprocess.run([program, "--gtest_also_run_disabled_tests", "--gtest_filter=*RealStore*"],
                          env=dict(os.environ, DOODLE_TEST_BUCKET=server.bucket), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=240)
    check(done.returncode == 0 and "7 tests ran" in done.stdout.replace("from 1 test suite ", ""), done.stdout[-3000:])


def check_round_trip(cluster, server):
    """Every command sees the same dataset there as on disk."""
    local = cluster.ingest()
    there = cluster.json("ingest", DRAWINGS, "--out", SET, "--split", "valid=10%")
    here = cluster.json("datasets", "describe", local)
    for field in ("digest", "sampleDigest", "drawings", "splits"):
        check(there[field] == here[field], f"{field}: {there[field]} is not {here[field]}")
    described = cluster.json("datasets", "describe", SET)
    check({**described, "uri": ""} == {**here, "uri": ""}, f"described as {described}")
    check(described["uri"] == SET, described["uri"])
    check(cluster.json("datasets", "verify", SET)["ok"], "it does not verify")
    check(cluster.json("datasets", "show", SET, "--count", 3) == cluster.json("datasets", "show", local, "--count", 3),
          "other drawings are shown")
    check(MANIFEST in server.keys(), f"keys: {server.keys()}")
    cluster.refused(1, "ingest", DRAWINGS, "--out", SET, says="exists already")
    cluster.refused(2, "datasets", "split", SET, "--out", "other", "--split", "valid=5%", says="s3://")
    return local


def check_cut(cluster, server, local):
    """A dataset that was cut from another on disk is read in the store, where both were copied."""
    cluster.doodle("datasets", "split", local, "--out", "cut", "--split", "valid=5%")
    for name in ("dataset", "cut"):
        shutil.copytree(cluster.folder / name, server.root / server.bucket / "copied" / name)
    check(cluster.json("datasets", "verify", "s3://drawings/copied/cut")["ok"], "a cut dataset is damaged in the store")


def check_exports(cluster, local):
    """Exported files are the same from either place, go to either place, and are read from either."""
    cluster.doodle("datasets", "export", local, "--out", "from-disk")
    cluster.doodle("datasets", "export", SET, "--out", "from-store")
    files = sorted(path.name for path in (cluster.folder / "from-disk").iterdir())
    check(any(" " in name for name in files), f"no name with a blank: {files}")
    for name in files:
        same = (cluster.folder / "from-disk" / name).read_bytes() == (cluster.folder / "from-store" / name).read_bytes()
        check(same, f"{name} differs")
    cluster.doodle("datasets", "export", local, "--out", "s3://drawings/exported")
    cluster.refused(1, "datasets", "export", local, "--out", "s3://drawings/exported", says="exists already")
    digests = {cluster.json("ingest", source, "--out", f"again-{i}")["sampleDigest"]
               for i, source in enumerate(("from-disk", "s3://drawings/exported", SET))}
    check(len(digests) == 1, f"sample digests: {digests}")


def check_refusals(cluster, server):
    out = ["--out", "s3://drawings/refused"]
    with At({"AWS_SECRET_ACCESS_KEY": "wrong-secret"}):
        for command in (["ingest", DRAWINGS, *out], ["datasets", "describe", SET], ["datasets", "verify", SET]):
            cluster.refused(1, *command, says="secret key")
    with At({"AWS_ACCESS_KEY_ID": "nobody"}):
        cluster.refused(1, "ingest", DRAWINGS, *out, says="access key")
    with At({"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}):
        cluster.refused(1, "datasets", "describe", SET, says=["AWS_ACCESS_KEY_ID", ".aws/credentials"])
    cluster.refused(3, "ingest", DRAWINGS, "--out", "s3://no-such-bucket/set", says=["no-such-bucket", "no such bucket"])
    cluster.refused(3, "datasets", "describe", "s3://no-such-bucket/set", says="no such bucket")
    cluster.refused(3, "datasets", "describe", "s3://drawings/none", says="s3://drawings/none")
    cluster.refused(3, "ingest", "s3://drawings/none", "--out", "none", says="s3://drawings/none")
    check(not [key for key in server.keys() if "refused" in key], "a refused ingest left something")


def check_faults(cluster, server):
    """Overload and broken connections cost time; a kill leaves no manifest and the same command then succeeds."""
    with s3_server.FaultyProxy(server.port) as proxy, At({**server.variables(proxy.port), "DOODLE_CACHE_LIMIT_MIB": "0"}):
        cluster.doodle("ingest", DRAWINGS, "--out", "s3://drawings/faults", "--split", "valid=10%")
        check(cluster.json("datasets", "verify", "s3://drawings/faults")["ok"], "damaged through a bad line")
        check(proxy.faults >= 6, f"only {proxy.faults} faults")
    command = ["ingest", DRAWINGS, "--out", "s3://drawings/killed"]
    variables = {"TMPDIR": str(cluster.folder)}  # Where the killed process leaves its folder.
    with s3_server.FaultyProxy(server.port, holds="manifest.json") as proxy, At({**server.variables(proxy.port), **variables}):
        process = subprocess.Popen([BUILD / "bin/doodle", *map(str, command)], cwd=cluster.folder,
                                   env=cluster.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        check(proxy.held.wait(60), "the manifest is not written")
        process.send_signal(signal.SIGKILL)
        process.wait()
    left = [key for key in server.keys() if key.startswith("killed/")]
    check(left and not any("manifest" in key for key in left), f"left by a kill: {left}")
    cluster.refused(3, "datasets", "describe", "s3://drawings/killed", says="s3://drawings/killed")
    cluster.doodle(*command)
    check(cluster.json("datasets", "verify", "s3://drawings/killed")["ok"], "damaged after a kill")


def check_training(cluster, local):
    """A job reads its dataset through the worker's cache and learns what it learns from disk."""
    states = []
    for name, dataset in (("there", SET), ("here", local)):
        job = cluster.submit(cluster.job_file(dataset, name=name, epochs=1), "--follow").splitlines()[0]
        described = cluster.describe(job)
        check_finished(described)
        states.append({rank["digest"]["parameters"] for rank in described["ranks"]})
    check(states[0] == states[1], f"other weights from s3://: {states}")
    cached = [path.stat().st_size for path in (cluster.data / "worker-0/cache/s3").iterdir()]
    check(cached and sum(cached) <= 64 << 20, f"the worker's cache has {cached}")
    cluster.doodle("datasets", "register", "there", SET)
    check(cluster.json("datasets", "describe", "there")["uri"] == SET, "registered elsewhere")
    figures = cluster.json("evaluate", "--model", "job:there@latest", SET, "--split", "valid")
    check(figures == cluster.json("evaluate", "--model", "job:there@latest", local, "--split", "valid"), "other figures from s3://")


def check_no_secret(folder):
    for path in folder.rglob("*.log"):
        check(s3_server.SECRET not in path.read_text(errors="replace"), f"{path} holds the secret key")


def main():
    path, why = s3_server.program()
    if path is None:
        print(why)
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory(prefix="doodle-s3-") as scratch, s3_server.Server(path, pathlib.Path(scratch)) as server:
        with At({**server.variables(), "DOODLE_CACHE_LIMIT_MIB": "64"}), Cluster() as cluster:
            check_store(server)
            local = check_round_trip(cluster, server)
            check_cut(cluster, server, local)
            check_exports(cluster, local)
            check_refusals(cluster, server)
            check_faults(cluster, server)
            check_training(cluster, local)
            check_no_secret(cluster.folder)


run_check(main)
