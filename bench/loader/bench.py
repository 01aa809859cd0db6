"""Drawings per second as batches of 256 at 64 px: doodle's loader from shards on all cores, beside torch's DataLoader over
lines of JSON drawn by OpenCV, with the best of 0, 1 and 2 workers.

Ours opens the dataset anew in every round and reads each block from its shard; the peer's file is mapped and warm.
"""

import sys

import loading

BAR = 5


def peer_of(lines, classes, folder):
    return ["lines", lines, "--classes", ",".join(classes)]


if __name__ == "__main__":
    sys.exit(loading.compare("loader", "lines-64px", BAR, peer_of))
