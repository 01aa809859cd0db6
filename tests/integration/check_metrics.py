"""The metrics of a live run are those of common/metrics/metric_names.h, both ways, and promtool finds no fault."""

import re
import shutil
import subprocess

from cluster import ROOT, Cluster, check, fetch, run_check


def table():
    """(type, source, needs) by name, from the header."""
    text = (ROOT / "common/metrics/metric_names.h").read_text()
    found = {}
    for call in re.findall(r"DefineMetric\((.*?)\);", text, re.S):
        name = re.match(r'\s*"(\w+)"', call).group(1)
        words = re.findall(r"\bk(?:Counter|Gauge|Histogram|Coordinator|Trainer|Leader|Nothing|FirstEvent|Gpu)\b", call)
        check(len(words) >= 2, f"cannot read the definition of {name}")
        needs = next((word for word in words if word in ("kFirstEvent", "kGpu")), "kNothing")
        found[name] = (words[0][1:].lower(), words[1], needs)
    check(len(found) > 25, f"only {len(found)} definitions found")
    return found


def families(page):
    """Type by name of the families that have at least one sample."""
    types = dict(re.findall(r"^# TYPE (\w+) (\w+)$", page, re.M))
    samples = set(re.findall(r"^(doodle_\w+)[{ ]", page, re.M))
    suffixes = ("", "_bucket", "_sum", "_count")
    return {name: kind for name, kind in types.items() if any(name + suffix in samples for suffix in suffixes)}


def compare(definitions, sources, page, events):
    """`events`: whether the first event of each metric has happened."""
    found = families(page)
    for name, kind in found.items():
        check(name in definitions, f"{name} is served and not in metric_names.h")
        check(definitions[name][1] in sources, f"{name} is served by the wrong process")
        check(definitions[name][0] == kind, f"{name} is a {kind}, the table says {definitions[name][0]}")
    for name, (_, source, needs) in definitions.items():
        if source in sources and needs != "kGpu" and (events or needs == "kNothing"):
            check(name in found, f"{name} is in metric_names.h and not served")


def lint(page):
    promtool = shutil.which("promtool")
    if promtool is None:
        print("promtool is not installed: the pages were not linted")
        return
    done = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True, text=True)
    check(done.returncode == 0 and not done.stderr.strip(), f"promtool:\n{done.stdout}{done.stderr}")


def check_pages(cluster, definitions, events):
    for address, sources in ((cluster.admin, ["kCoordinator"]), (cluster.worker_admin, ["kTrainer", "kLeader"])):
        status, page = fetch(address, "/metrics")
        check(status == 200, f"/metrics of {address}: {status}")
        compare(definitions, sources, page, events)
        lint(page)


def main():
    definitions = table()
    with Cluster() as cluster:
        for address in (cluster.admin, cluster.worker_admin):
            for path in ("/livez", "/readyz"):
                check(fetch(address, path)[0] == 200, f"{path} of {address}")
            check(fetch(address, "/nothing")[0] == 404, f"an unknown path of {address}")
        check_pages(cluster, definitions, events=False)
        job = cluster.submit(cluster.job_file(cluster.ingest(), epochs=3))
        cluster.await_step(job, 65)  # Past the first checkpoint and evaluation.
        check_pages(cluster, definitions, events=True)
        step = re.search(rf'^doodle_job_step{{job="{job}"}} (\d+)', fetch(cluster.admin, "/metrics")[1], re.M)
        check(step and int(step.group(1)) >= 65, "doodle_job_step")
        cluster.doodle("jobs", "cancel", job)


run_check(main)
