// Whatever a table, a binary file or an archive holds, its reader gives sound drawings or says what is wrong.
#include <algorithm>
#include <string>
#include <vector>

#include "common/drawing/drawing_check.h"
#include "common/ingest/drawing_reader.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/damaged_records.h"
#include "tests/unit/common/ingest/mutator.h"
#include "tests/unit/common/ingest/test_archives.h"
#include "tests/unit/common/ingest/test_files.h"
#include "tests/unit/common/ingest/test_pickles.h"

namespace doodle {
namespace {

struct Outcome {
  std::vector<Drawing> drawings;
  size_t refused = 0;
  absl::Status end;  // OK at the end of the input.
};

class DamagedFormats : public ::testing::Test {
 protected:
  Outcome Read(const std::string& name, const std::string& bytes) {
    WriteText(directory_.File(name), bytes);
    Outcome outcome;
    const auto reader = DrawingReader::Open({directory_.File(name)});
    outcome.end = reader.status();
    if (!reader.ok()) return outcome;
    for (Drawing drawing; true;) {
      const auto more = (*reader)->Next(drawing);
      if (more.ok() && !*more) return outcome;
      if (more.ok()) {
        EXPECT_THAT(CheckDrawing(drawing), IsOk());
        outcome.drawings.push_back(drawing);
      } else if (absl::IsInvalidArgument(more.status())) {
        ++outcome.refused;
        EXPECT_FALSE((*reader)->bad_line().reason.empty());
      } else {
        outcome.end = more.status();
        return outcome;
      }
    }
  }

  // An input that is refused as a whole is named.
  static void ExpectNamed(const Outcome& outcome, const std::string& name) {
    if (outcome.end.ok()) return;
    EXPECT_THAT(std::string(outcome.end.message()), ::testing::HasSubstr(name));
  }

  // One bit flipped, a piece cut out, doubled or cut off.
  std::string DamageBytes(std::string bytes, size_t from) {
    const size_t at = from + mutator_.Below(bytes.size() - from);
    switch (mutator_.Below(4)) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        bytes.erase(at, 1 + mutator_.Below(20));
        break;
      case 2:
        bytes.insert(at, bytes.substr(from, 1 + mutator_.Below(20)));
        break;
      default:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << mutator_.Below(8)));
    }
    return bytes;
  }

  TemporaryDirectory directory_;
  Mutator mutator_{20'260'102};
};

TEST_F(DamagedFormats, RowsOfATableAreReadOrRefused) {
  const std::string row = R"(VE,"[[[17, 18, 255], [3, 4, 0]], [[5], [6]]]",5201136883597312,False,)"
                          "2017-03-02 23:25:10.07453,The Eiffel Tower";
  constexpr size_t kInFile = 1000;
  size_t good = 0;
  size_t refused = 0;
  const size_t records = DamagedRecords();
  for (size_t done = 0; done < records; done += kInFile) {
    std::string text = "countrycode,drawing,key_id,recognized,timestamp,word\n";
    for (size_t i = 0; i < kInFile; ++i) text += mutator_.Damage(row) + "\n";
    const Outcome outcome = Read("a.csv", text);
    ASSERT_THAT(outcome.end, IsOk());
    good += outcome.drawings.size();
    refused += outcome.refused;
  }
  EXPECT_GT(good, records / 50);
  EXPECT_GT(refused, records / 3);
}

TEST_F(DamagedFormats, BinaryRecordsAreReadOrRefusedOrEndTheFile) {
  std::string record("\x00\x00\x60\x0c\x68\x7a\x12\x00VE\x01\xd6\xa9\xb8\x58\x02\x00", 17);
  record += std::string("\x02\x00\x82\x71\x48\x28\x01\x00\x07\x08", 10);
  size_t good = 0;
  size_t ended = 0;
  for (size_t round = 0; round < DamagedRecords() / 5; ++round) {
    const Outcome outcome = Read("cat.bin", record + DamageBytes(record + record, 0));
    ExpectNamed(outcome, "cat.bin: ");
    good += outcome.drawings.size();
    ended += absl::IsDataLoss(outcome.end);
  }
  EXPECT_GT(good, DamagedRecords() / 5);
  EXPECT_GT(ended, DamagedRecords() / 50);
}

TEST_F(DamagedFormats, PickledArraysAreReadOrRefusedAndNothingIsCalled) {
  const std::string npy = PickledStrokes({{{255, 7, 0}, {-255, 0, 1}}, {{1, 2, 1}}, {{3, 4, 0}, {5, 6, 0}}});
  size_t refused = 0;
  for (size_t round = 0; round < DamagedRecords() / 5; ++round) {
    const Outcome outcome = Read("cat.npy", DamageBytes(npy, 6));
    ExpectNamed(outcome, "cat.npy");
    refused += !outcome.end.ok();
  }
  EXPECT_GT(refused, DamagedRecords() / 10);
}

// What comes before the damage is what the whole begins with; bytes that a checksum covers are never other drawings.
TEST_F(DamagedFormats, PackedFilesAreNeverTakenForWholeWithOtherDrawings) {
  std::string text;
  for (int i = 0; i < 400; ++i) text += LineOf(std::to_string(i * 977), "cat", i % 256);
  WriteZip(directory_.File("whole.zip"), {{"a.ndjson", text}, {"b.ndjson.gz", Gzip(text)}});
  const std::string zip = *ReadFile(LocalFileSystem(), directory_.File("whole.zip"));
  const std::vector<std::pair<std::string, std::string>> files = {{"a.ndjson.zst", Zstd(text)}, {"a.zip", zip}};
  for (const auto& [name, bytes] : files) {
    const std::vector<Drawing> whole = Read(name, bytes).drawings;
    ASSERT_GE(whole.size(), 400U);
    size_t failed = 0;
    for (size_t round = 0; round < DamagedRecords() / 20; ++round) {
      const Outcome outcome = Read(name, DamageBytes(bytes, 4));
      ExpectNamed(outcome, name);
      failed += !outcome.end.ok();
      if (!outcome.end.ok() || outcome.drawings == whole) continue;
      // A damaged name in a zip's directory can make a member something else, which is passed over.
      EXPECT_EQ(name, "a.zip");
      EXPECT_LT(outcome.drawings.size(), whole.size());
    }
    EXPECT_GT(failed, DamagedRecords() / 40) << name;
  }
}

}  // namespace
}  // namespace doodle
