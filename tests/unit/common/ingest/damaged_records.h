// How much damaged input a test makes.
#ifndef DOODLE_TESTS_UNIT_COMMON_INGEST_DAMAGED_RECORDS_H_
#define DOODLE_TESTS_UNIT_COMMON_INGEST_DAMAGED_RECORDS_H_

#include <cstdint>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "gtest/gtest.h"

namespace doodle {

// 10,000, or as many as the long test wants.
inline size_t DamagedRecords() {
  const char* const text = std::getenv("DOODLE_DAMAGED_RECORDS");
  uint64_t records = 10'000;
  if (text != nullptr && !absl::SimpleAtoi(text, &records)) ADD_FAILURE() << "DOODLE_DAMAGED_RECORDS: " << text;
  return records;
}

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_COMMON_INGEST_DAMAGED_RECORDS_H_
