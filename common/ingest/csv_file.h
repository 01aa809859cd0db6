// The tables of the Kaggle competition: a header, then a drawing a row.
#ifndef DOODLE_COMMON_INGEST_CSV_FILE_H_
#define DOODLE_COMMON_INGEST_CSV_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/ingest/byte_source.h"
#include "common/ingest/drawing_file.h"
#include "common/ingest/line_reader.h"
#include "common/ingest/ndjson_parser.h"

namespace doodle {

// The fields of a line, quotes taken off and doubled ones made single. INVALID_ARGUMENT for a quote that is not closed
// in the line or is followed by anything but a comma. Reuses `fields`.
absl::Status SplitCsvLine(absl::string_view line, std::vector<std::string>& fields);

// Columns in any order: key_id and drawing must be there; word, countrycode, recognized (True or False) and timestamp
// may be missing or empty; others are ignored. A row becomes a line for NdjsonParser, so that simplified and raw tables
// are checked as ndjson is. A row is one line: no line ends inside quotes. Next: INVALID_ARGUMENT for a bad row;
// FAILED_PRECONDITION for a header that is missing or lacks a column. Thread-compatible.
class CsvFile final : public DrawingFile {
 public:
  CsvFile(std::unique_ptr<ByteSource> source, PointsKind points) : lines_(std::move(source)), parser_(points) {}

  absl::StatusOr<bool> Next(Drawing& drawing) override;
  bool has_words() const override { return has_words_; }
  uint64_t place() const override { return line_.number; }
  uint64_t bytes_read() const override { return lines_.bytes_read(); }

 private:
  absl::Status ReadHeader();
  absl::Status ToJson();

  LineReader lines_;
  Line line_;
  NdjsonParser parser_;
  std::vector<std::string> columns_;  // Empty until the header is read.
  bool has_words_ = true;
  std::vector<std::string> fields_;
  std::string json_;  // Of the row, kLinePadding bytes more behind it.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_CSV_FILE_H_
