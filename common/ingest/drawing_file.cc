#include "common/ingest/drawing_file.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/ingest/bin_file.h"
#include "common/ingest/byte_source.h"
#include "common/ingest/csv_file.h"
#include "common/ingest/line_reader.h"
#include "common/ingest/ndjson_parser.h"
#include "common/status/status.h"

namespace doodle {
namespace {

class NdjsonFile final : public DrawingFile {
 public:
  explicit NdjsonFile(std::unique_ptr<ByteSource> source) : lines_(std::move(source)) {}

  absl::StatusOr<bool> Next(Drawing& drawing) override {
    do {
      DOODLE_ASSIGN_OR_RETURN(const bool more, lines_.Next(line_), absl::StrCat("after line ", line_.number));
      if (!more) return false;
      if (line_.too_long) {
        return absl::InvalidArgumentError(absl::StrCat("line is longer than ", kMaxLineBytes, " bytes"));
      }
    } while (line_.text.find_first_not_of(" \t") == absl::string_view::npos);
    DOODLE_RETURN_IF_ERROR(parser_.Parse(line_.text, drawing));
    return true;
  }

  uint64_t place() const override { return line_.number; }
  uint64_t bytes_read() const override { return lines_.bytes_read(); }

 private:
  LineReader lines_;
  Line line_;
  NdjsonParser parser_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DrawingFile>> OpenDrawingFile(FileSystem& files, const std::string& path) {
  DOODLE_ASSIGN_OR_RETURN(auto source, OpenByteSource(files, path));
  const absl::string_view name = absl::StripSuffix(path, ".gz");
  if (absl::EndsWith(name, ".csv")) return std::make_unique<CsvFile>(std::move(source));
  if (absl::EndsWith(name, ".bin")) return std::make_unique<BinFile>(std::move(source), BinWord(path));
  return std::make_unique<NdjsonFile>(std::move(source));
}

}  // namespace doodle
