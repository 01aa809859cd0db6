"""kill -9 of trainers in mid-run, the follower, the leader, both: the job goes on where it was."""

import os
import signal

from cluster import Cluster, check, check_finished, run_check


def check_source(after, killed_at, survivor):
    """Where the last generation went on: a survivor's state, else a checkpoint at most one interval back."""
    last = after["generations"][-1]
    check(int(last["generation"]) >= 2, "the job finished in its first generation")
    source, start = last["restoredFrom"], int(last.get("startStep", 0))
    if survivor:
        check(source == "survivor", f"restored from {source} although a trainer survived")
        check(start >= killed_at, f"starts at {start}, the kill was after {killed_at}")
    else:
        check(source.startswith("checkpoint:"), f"restored from {source}")
        interval = int(after["totalSteps"]) // after["totalEpochs"]
        check(killed_at - start <= interval + 5, f"restored {killed_at - start} steps back")
    ended = after["generations"][0].get("endReason", "")
    check("signal 9" in ended, f"generation 1 ended because of {ended!r}")
    return f"restored from {source} at {start}"


def kill_and_check(cluster, dataset, name, step, victims):
    """Kills the trainers whose ranks `victims` gives for the leader's; the rest is the survivors' work."""
    job_file = cluster.job_file(dataset, name=name, epochs=3)
    job_file.write_text(job_file.read_text() + "audit: true\n")
    job = cluster.submit(job_file)
    before = cluster.await_step(job, step)
    ranks = victims(before["generations"][-1].get("leaderRank", 0))
    slots = {rank.get("rank", 0): rank.get("slot", 0) for rank in before["ranks"]}
    trainers = cluster.trainers()
    for rank in ranks:
        os.kill(trainers[slots[rank]], signal.SIGKILL)
    cluster.doodle("jobs", "wait", job, "--timeout", "90s", timeout=100)
    after = cluster.describe(job)
    check_finished(after)
    check(after["totalSteps"] == before["totalSteps"], "the job has another number of steps")
    audit = cluster.json("audit", job)
    check(audit["ok"] and audit["steps"] == int(after["totalSteps"]) and audit["epochs"] == 3, f"audit: {audit}")
    step = int(before["step"])
    print(f"{name} killed after step {step}:", check_source(after, step, survivor=len(ranks) < 2))


def main():
    with Cluster() as cluster:
        dataset = cluster.ingest()
        kill_and_check(cluster, dataset, "follower", 20, lambda leader: [1 - leader])
        kill_and_check(cluster, dataset, "leader", 20, lambda leader: [leader])
        kill_and_check(cluster, dataset, "both", 75, lambda leader: [0, 1])


run_check(main)
