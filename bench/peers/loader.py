"""An epoch of drawings as batches, as Python programs load them. Prints one JSON line.

loader.py lines FILE.ndjson --workers W    torch's DataLoader over the lines of a file, each a JSON object
loader.py mds DIR --workers W              MosaicML Streaming over MDS shards whose samples are JSON

Both draw with OpenCV's polylines into 64 px. Workers stay between epochs: the first, which starts them and warms the
page cache, is not timed.
"""

import argparse
import json
import mmap
import time

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

SIZE = 64
WIDTH = 3.4  # What OpenCV draws for a thickness of 2.
THICKNESS = 2
SHIFT = 4  # Bits of fraction of a point.


def render(strokes):
    """uint8 [1, 64, 64]; the drawing's frame of 256 lies where RasterFit::kTopLeft puts it."""
    picture = np.zeros((SIZE, SIZE), np.uint8)
    scale = (SIZE - WIDTH) / 255 * (1 << SHIFT)
    move = (WIDTH / 2 - 0.5) * (1 << SHIFT)
    lines = [np.rint(np.array(stroke[:2], np.float32).T * scale + move).astype(np.int32) for stroke in strokes]
    cv2.polylines(picture, lines, False, 255, THICKNESS, cv2.LINE_AA, SHIFT)
    return torch.from_numpy(picture)[None]


class Lines(Dataset):
    """A line is found by its offset and parsed when it is asked for."""

    def __init__(self, path, classes):
        self.classes = {word: index for index, word in enumerate(classes)}
        self.path = path
        self.text = None
        with open(path, "rb") as file:
            lengths = [len(line) for line in file]
        self.offsets = np.concatenate(([0], np.cumsum(lengths)))

    def __len__(self):
        return len(self.offsets) - 1

    def __getitem__(self, index):
        if self.text is None:  # In each worker.
            with open(self.path, "rb") as file:
                self.text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        sample = json.loads(self.text[self.offsets[index] : self.offsets[index + 1]])
        return render(sample["drawing"]), self.classes[sample["word"]]


def open_mds(folder):
    from streaming import StreamingDataset

    class Shards(StreamingDataset):
        def __getitem__(self, index):
            sample = super().__getitem__(index)
            return render(sample["drawing"]), sample["label"]

    return Shards(local=folder, shuffle=True, batch_size=256)


def epoch(loader):
    start = time.perf_counter()
    drawings = sum(len(labels) for _, labels in loader)
    return drawings, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("lines", "mds"))
    parser.add_argument("path")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--classes", default="")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    data = Lines(options.path, options.classes.split(",")) if options.kind == "lines" else open_mds(options.path)
    loader = DataLoader(data, batch_size=256, shuffle=options.kind == "lines" or None, num_workers=options.workers, persistent_workers=options.workers > 0)
    epoch(loader)
    drawings, seconds = epoch(loader)
    print(json.dumps({"drawings": drawings, "seconds": seconds}))


if __name__ == "__main__":
    main()
