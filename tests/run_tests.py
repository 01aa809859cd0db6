"""Runs the test binaries of a build and the test scripts of the tree, and counts what passed.

A script under tests/ named check_* counts as one test: exit 0 passed, 77 skipped (its last line says why), else failed.
Scripts named long_check_* run with --long only. Binaries run two at a time, scripts one after another: they start
processes of their own.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SKIPPED = 77
BINARY_SECONDS = 600
SCRIPT_SECONDS = 900
LONG_SCRIPT_SECONDS = 9000


class Tally:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, [], []

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


def run(command, environment, seconds):
    """Exit code and output; a run past its limit is a failure that says so."""
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, timeout=seconds, text=True, errors="replace")
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired as error:
        output = error.stdout or b""
        return 124, output.decode(errors="replace") + f"\nstill running after {seconds} s"


def run_binary(path, text, environment):
    """One GoogleTest binary. With a filter that is not in its name, only the cases whose name has the text."""
    tally = Tally()
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [str(path), f"--gtest_output=json:{report.name}"]
        if text and text not in path.name:
            command.append(f"--gtest_filter=*{text}*")
        code, output = run(command, environment, BINARY_SECONDS)
        try:
            suites = json.load(report)["testsuites"]
        except (ValueError, KeyError):
            suites = []
    for suite in suites:
        for case in suite["testsuite"]:
            name = f'{path.name}: {suite["name"]}.{case["name"]}'
            if case.get("failures"):
                tally.failed.append(name)
            elif case["result"] == "SKIPPED":
                tally.skipped.append(name)
            elif case["status"] == "RUN":
                tally.passed += 1
    if code != 0 and not tally.failed:
        tally.failed.append(f"{path.name}: ended with {code}")
    return tally, output if tally.failed or tally.skipped else ""


def run_script(path, environment):
    tally = Tally()
    name = str(path.relative_to(ROOT))
    command = [sys.executable, str(path)] if path.suffix == ".py" else ["bash", str(path)]
    code, output = run(command, environment, LONG_SCRIPT_SECONDS if path.name.startswith("long_") else SCRIPT_SECONDS)
    if code == 0:
        tally.passed += 1
    elif code == SKIPPED:
        lines = output.strip().splitlines() or ["no reason given"]
        tally.skipped.append(f"{name}: {lines[-1]}")
    else:
        tally.failed.append(name)
    return tally, output if code not in (0, SKIPPED) else ""


def find_scripts(text, long):
    found = []
    for path in sorted((ROOT / "tests").glob("*/*check_*")):
        wanted = path.name.startswith("check_") or (long and path.name.startswith("long_check_"))
        if wanted and path.suffix in (".sh", ".py") and text in str(path.relative_to(ROOT)):
            found.append(path)
    return found


def report(name, tally, output, seconds):
    state = "FAILED" if tally.failed else "ok"
    print(f"{state:6} {name} ({tally.passed} passed, {len(tally.skipped)} skipped, {seconds:.1f} s)", flush=True)
    if output:
        print(output, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--filter", default="")
    parser.add_argument("--long", action="store_true")
    options = parser.parse_args()

    environment = dict(os.environ, DOODLE_BUILD=str(options.build), OMP_NUM_THREADS="1")
    total = Tally()

    def timed(function, path, *arguments):
        start = time.monotonic()
        tally, output = function(path, *arguments, environment)
        return path, tally, output, time.monotonic() - start

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        binaries = sorted((options.build / "tests").glob("tests_*"))
        jobs = [pool.submit(timed, run_binary, path, options.filter) for path in binaries if os.access(path, os.X_OK)]
        for job in concurrent.futures.as_completed(jobs):
            path, tally, output, seconds = job.result()
            total.add(tally)
            if tally.passed or tally.failed or tally.skipped:
                report(path.name, tally, output, seconds)
    for script in find_scripts(options.filter, options.long):
        path, tally, output, seconds = timed(run_script, script)
        total.add(tally)
        report(str(path.relative_to(ROOT)), tally, output, seconds)

    for line in total.skipped:
        print("skipped:", line)
    for line in total.failed:
        print("failed:", line)
    print(f"{total.passed} passed, {len(total.failed)} failed, {len(total.skipped)} skipped")
    sys.exit(1 if total.failed or not total.passed else 0)


if __name__ == "__main__":
    main()
