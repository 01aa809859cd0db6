"""kill -9 of the coordinator in mid-run: the gang steps on, the job finishes, and nothing acknowledged is lost."""

import signal

from cluster import Cluster, check, check_finished, run_check, until


def main():
    with Cluster(together=False) as cluster:
        dataset = cluster.ingest()
        job = cluster.submit(cluster.job_file(dataset, epochs=4), "--request-id", "once")
        before = cluster.await_step(job, 70)  # Past the first checkpoint and evaluation.
        trainers = cluster.trainers()

        cluster.daemons["coordinator"].send_signal(signal.SIGKILL)
        cluster.daemons["coordinator"].wait()
        cluster.refused(4, "jobs", "ls", says=cluster.coordinator)
        check(cluster.trainers() == trainers, "the trainers ended with the coordinator")
        cluster.start_coordinator()

        back = until(lambda: cluster.describe(job), 10, "the job of before")
        check(cluster.submit(cluster.folder / "check.yaml", "--request-id", "once") == job, "the request was forgotten")
        check(back["state"] not in ("JOB_STATE_SUCCEEDED", "JOB_STATE_FAILED"), "the job ended before the restart")
        lost = {one["step"] for one in before["evaluations"]} - {one["step"] for one in back["evaluations"]}
        check(not lost, f"evaluations at steps {lost} are lost")
        check(len(cluster.trainers()) == 2, f"trainers: {cluster.trainers()}")
        cluster.doodle("jobs", "wait", job, "--timeout", "90s", timeout=100)

        after = cluster.describe(job)
        check_finished(after)
        check(after["totalSteps"] == before["totalSteps"], "the job has another number of steps")
        check(len(after["generations"]) == 1, f"the gang was disturbed: {after['generations']}")
        check(len(after["evaluations"]) == after["totalEpochs"], f"evaluations: {after['evaluations']}")


run_check(main)
