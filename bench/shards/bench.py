"""Drawings per second as batches of 256 at 64 px, both from shards: doodle's loader on all cores, beside MosaicML Streaming
over MDS shards that hold each drawing as JSON, drawn by OpenCV, with the best of 0, 1 and 2 workers.

MDS shards are not compressed, which is their default and the faster choice.
"""

import json
import sys

import loading

BAR = 4


def peer_of(lines, classes, folder):
    from streaming import MDSWriter

    shards = folder / "mds"
    label_of = {word: label for label, word in enumerate(classes)}
    with MDSWriter(out=str(shards), columns={"drawing": "json", "label": "int"}) as writer, open(lines, "rb") as file:
        for sample in map(json.loads, file):
            writer.write({"drawing": sample["drawing"], "label": label_of[sample["word"]]})
    return ["mds", shards]


if __name__ == "__main__":
    sys.exit(loading.compare("shards", "mds-64px", BAR, peer_of))
