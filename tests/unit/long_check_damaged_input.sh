#!/usr/bin/env bash
# A million damaged records through the readers of ndjson and tables, a share of it through the others, for tests/run.sh --long.
DOODLE_DAMAGED_RECORDS=1000000 exec "$DOODLE_BUILD/tests/tests_unit_common_ingest" --gtest_filter='Damaged.Lines*:DamagedFormats.*'
