#include "common/ingest/drawing_file.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/drawing/drawing_check.h"
#include "common/ingest/bin_file.h"
#include "common/ingest/byte_source.h"
#include "common/ingest/csv_file.h"
#include "common/ingest/file_label.h"
#include "common/ingest/line_reader.h"
#include "common/ingest/ndjson_parser.h"
#include "common/ingest/stroke_array_file.h"
#include "common/status/status.h"

namespace doodle {
namespace {

class NdjsonFile final : public DrawingFile {
 public:
  NdjsonFile(std::unique_ptr<ByteSource> source, PointsKind points) : lines_(std::move(source)), parser_(points) {}

  absl::StatusOr<bool> Next(Drawing& drawing) override {
    DOODLE_ASSIGN_OR_RETURN(const bool more, lines_.NextWithText(line_));
    if (!more) return false;
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

// Only what has times can be kept as drawn.
absl::Status CheckPoints(absl::string_view what, PointsKind points) {
  if (points == PointsKind::kSimplified) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(what, " has simplified points: raw points are wanted, and it has none"));
}

absl::StatusOr<std::string> LabelOf(absl::string_view name, const std::string& label) {
  std::string word = label.empty() ? LabelOfFile(name) : label;
  DOODLE_RETURN_IF_ERROR(CheckWord(word), "no label in the file's name");
  return word;
}

// Of a format without words. The members of an .npz are train, valid and test: its own name has the label.
absl::StatusOr<std::string> LabelOf(const InputFile& input, const std::string& label) {
  return LabelOf(absl::EndsWith(input.archive, ".npz") ? input.archive : input.name(), label);
}

absl::StatusOr<std::unique_ptr<DrawingFile>> OpenContent(UnpackedContent content, const InputFile& input,
                                                         PointsKind points, const std::string& label) {
  switch (content.format) {
    case ContentFormat::kNdjson:
      return std::make_unique<NdjsonFile>(std::move(content.source), points);
    case ContentFormat::kTable:
      return std::make_unique<CsvFile>(std::move(content.source), points);
    case ContentFormat::kBin: {
      DOODLE_RETURN_IF_ERROR(CheckPoints("a .bin file", points));
      DOODLE_ASSIGN_OR_RETURN(std::string word, LabelOf(input, label));
      return std::make_unique<BinFile>(std::move(content.source), std::move(word));
    }
    case ContentFormat::kStrokeArrays: {
      DOODLE_RETURN_IF_ERROR(CheckPoints("an .npz file", points));
      DOODLE_ASSIGN_OR_RETURN(std::string word, LabelOf(input, label));
      return std::make_unique<StrokeArrayFile>(std::move(content.source), std::move(word));
    }
    case ContentFormat::kBitmaps:
      return absl::UnimplementedError("npy bitmaps hold no strokes");
    case ContentFormat::kSubmission:
      return absl::FailedPreconditionError("a table of answers, key_id and word, holds no drawings");
    case ContentFormat::kUnknown:
      return absl::FailedPreconditionError(absl::StrCat("no known format: ", kKnownFormats));
    default:  // A zip; Unpack has taken the others off.
      return absl::UnimplementedError("a zip inside a zip: unpack the outer one first");
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<DrawingFile>> OpenDrawingFile(FileSystem& files, const InputFile& input,
                                                             PointsKind points, const std::string& label) {
  DOODLE_ASSIGN_OR_RETURN(UnpackedContent content, OpenInputFile(files, input));
  DOODLE_ASSIGN_OR_RETURN(auto file, OpenContent(std::move(content), input, points, label), input.path);
  return file;
}

}  // namespace doodle
