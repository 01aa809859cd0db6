// A dataset of a few thousand one-stroke drawings on disk, for tests of what reads it.
#ifndef DOODLE_TESTS_UNIT_WORKER_DATASET_SMALL_DATASET_H_
#define DOODLE_TESTS_UNIT_WORKER_DATASET_SMALL_DATASET_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/ids/hash64.h"
#include "common/io/file_system.h"
#include "common/shard/dataset_writer.h"
#include "common/status/status.h"

namespace doodle {

// The classes are told apart by the direction of their stroke, so a small model learns them at once.
inline Drawing SmallDrawing(uint64_t key_id) {
  Drawing drawing;
  drawing.key_id = key_id;
  const bool across = key_id % 2 == 0;
  const auto place = static_cast<uint8_t>(40 + key_id % 170);
  drawing.word = across ? "across" : "down";
  drawing.stroke_lengths = {2};
  drawing.x = across ? std::vector<uint8_t>{0, 255} : std::vector<uint8_t>{place, place};
  drawing.y = across ? std::vector<uint8_t>{place, place} : std::vector<uint8_t>{0, 255};
  return drawing;
}

// Keys 1..valid+train by rising hash; the first `valid` of them are split "valid", the rest "train".
inline absl::Status WriteSmallDataset(const std::string& directory, uint64_t valid, uint64_t train) {
  std::vector<uint64_t> keys;
  for (uint64_t key = 1; key <= valid + train; ++key) keys.push_back(key);
  std::sort(keys.begin(), keys.end(), [](uint64_t a, uint64_t b) { return Mix64(a) < Mix64(b); });
  DatasetWriterOptions options;
  options.classes = {"across", "down"};
  DOODLE_ASSIGN_OR_RETURN(auto writer, DatasetWriter::Create(LocalFileSystem(), directory, options));
  for (uint64_t i = 0; i < keys.size(); ++i) {
    if (i == 0) DOODLE_RETURN_IF_ERROR(writer->BeginSplit("valid"));
    if (i == valid) DOODLE_RETURN_IF_ERROR(writer->BeginSplit("train"));
    DOODLE_RETURN_IF_ERROR(writer->Append(SmallDrawing(keys[i])));
  }
  return writer->Finish().status();
}

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_WORKER_DATASET_SMALL_DATASET_H_
