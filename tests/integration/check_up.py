"""Ctrl-C on `doodle up` in mid-run: within 10 s no process is left; started again, the job goes on to its end."""

import signal
import time

from cluster import Cluster, check, check_finished, processes_of, run_check


def main():
    with Cluster() as cluster:
        dataset = cluster.ingest()
        job = cluster.submit(cluster.job_file(dataset, epochs=3))
        before = cluster.await_step(job, 60)
        check(len(cluster.trainers()) == 2, f"trainers: {cluster.trainers()}")

        start = time.monotonic()
        up = cluster.daemons["up"]
        up.send_signal(signal.SIGINT)
        code = up.wait(30)
        seconds = time.monotonic() - start
        left = processes_of(cluster.folder)
        check(seconds <= 10, f"doodle up took {seconds:.1f} s to end")
        check(not left, f"left behind: {left}")
        check(code in (0, 130), f"doodle up ended with {code}")
        cluster.refused(4, "jobs", "ls", says=cluster.coordinator)

        cluster.start_up()
        cluster.doodle("jobs", "wait", job, "--timeout", "90s", timeout=100)
        after = cluster.describe(job)
        check_finished(after)
        check(after["totalSteps"] == before["totalSteps"], "the job has another number of steps")
        last = after["generations"][-1]
        check(last["restoredFrom"].startswith("checkpoint:"), f"restored from {last['restoredFrom']}")
        print(f"stopped in {seconds:.1f} s, restored from {last['restoredFrom']}")


run_check(main)
