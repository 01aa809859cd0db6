"""2 GiB of input with 64 MiB of memory: the peak stays below 264 MiB, the dataset is that of an ingest in memory."""

import ingest_memory

ingest_memory.check(size=2048 * ingest_memory.MIB, memory=64 * ingest_memory.MIB, limit=264 * ingest_memory.MIB)
