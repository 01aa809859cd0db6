"""Points as drawn, from `ingest --raw` through a job with time channels to an evaluation and an export."""

from cluster import ROOT, Cluster, check, check_finished, run_check

RAW = ROOT / "tests/data/quickdraw/pairs/raw.ndjson.gz"


def main():
    with Cluster() as cluster:
        dataset = cluster.folder / "raw"
        made = cluster.json("ingest", RAW, "--out", dataset, "--raw", "--split", "valid=10%")
        check(made["points"] == "raw" and made["drawings"] == 300, f"ingest --raw: {made}")
        job_file = cluster.job_file(dataset, epochs=1)
        job_file.write_text(job_file.read_text().replace("in_channels: 1", "in_channels: 3")
                            .replace("channels: gray", "channels: time")
                            + "augment: {rotate: 10, stroke_drop: 0.2, time_jitter: 0.2}\n")
        check(cluster.run("submit", job_file, "--follow").returncode == 0, "submit --follow")
        check_finished(cluster.describe("check"))
        check("without times" not in cluster.doodle("jobs", "logs", "check"), "raw points came without times")
        figures = cluster.json("evaluate", "--model", "job:check@latest", dataset, "--split", "valid")
        check(figures["drawings"] == 30, f"evaluate: {figures}")
        cluster.doodle("datasets", "export", dataset, "--out", cluster.folder / "lines")
        again = cluster.json("ingest", cluster.folder / "lines", "--out", cluster.folder / "again", "--raw")
        check(again["sampleDigest"] == made["sampleDigest"], "an export that is read again has another sample digest")


run_check(main)
