"""Ingest of more than its memory: a hundredth of long_check_ingest_memory.py, with the least memory there is."""

import ingest_memory

ingest_memory.check(size=20 * ingest_memory.MIB, memory=ingest_memory.MIB, limit=64 * ingest_memory.MIB)
