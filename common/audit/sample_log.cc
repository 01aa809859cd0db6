#include "common/audit/sample_log.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint64_t kChunk = uint64_t{1} << 20;

std::string Header(const SampleLogOwner& owner) {
  return absl::StrCat("doodle-samples 1 generation ", owner.generation, " rank ", owner.rank);
}

bool ParseUse(absl::string_view text, SampleUse& use) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  return parts.size() == 3 && absl::SimpleAtoi(parts[0], &use.lane) && absl::SimpleAtoi(parts[1], &use.epoch) &&
         absl::SimpleAtoi(parts[2], &use.key_id);
}

bool ParseLine(absl::string_view text, SampleLine& line) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ');
  if (words.size() < 2 || !absl::SimpleAtoi(words[0], &line.step)) return false;
  line.skipped = words[1] == "skipped";
  if (line.skipped) return words.size() == 2;
  line.uses.resize(words.size() - 1);
  for (size_t i = 1; i < words.size(); ++i) {
    if (!ParseUse(words[i], line.uses[i - 1])) return false;
  }
  return true;
}

}  // namespace

std::string SampleLogName(const SampleLogOwner& owner) {
  return absl::StrCat("g", owner.generation, "-r", owner.rank, ".samples");
}

std::optional<SampleLogOwner> ParseSampleLogName(absl::string_view name) {
  SampleLogOwner owner;
  if (!absl::ConsumePrefix(&name, "g") || !absl::ConsumeSuffix(&name, ".samples")) return std::nullopt;
  const std::vector<absl::string_view> parts = absl::StrSplit(name, "-r");
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &owner.generation) || !absl::SimpleAtoi(parts[1], &owner.rank)) {
    return std::nullopt;
  }
  return owner;
}

absl::StatusOr<std::unique_ptr<SampleLog>> SampleLog::Create(FileSystem& files, const std::string& directory,
                                                             const SampleLogOwner& owner) {
  DOODLE_RETURN_IF_ERROR(files.MakeDirectories(directory));
  DOODLE_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                          files.Create(absl::StrCat(directory, "/", SampleLogName(owner))));
  DOODLE_RETURN_IF_ERROR(file->Append(absl::StrCat(Header(owner), "\n")));
  return std::unique_ptr<SampleLog>(new SampleLog(std::move(file)));
}

absl::Status SampleLog::Append(uint64_t step, const std::vector<SampleUse>& uses) {
  if (uses.empty()) return absl::OkStatus();
  std::string line = absl::StrCat(step);
  for (const SampleUse& use : uses) absl::StrAppend(&line, " ", use.lane, "/", use.epoch, "/", use.key_id);
  line.push_back('\n');
  return file_->Append(line);
}

absl::Status SampleLog::AppendSkipped(uint64_t step) { return file_->Append(absl::StrCat(step, " skipped\n")); }

absl::StatusOr<std::unique_ptr<SampleLogReader>> SampleLogReader::Open(FileSystem& files, const std::string& directory,
                                                                       const SampleLogOwner& owner) {
  const std::string path = absl::StrCat(directory, "/", SampleLogName(owner));
  DOODLE_ASSIGN_OR_RETURN(std::unique_ptr<RandomAccessFile> file, files.Open(path));
  std::unique_ptr<SampleLogReader> reader(new SampleLogReader(std::move(file), path));
  DOODLE_ASSIGN_OR_RETURN(const std::optional<std::string> header, reader->NextLine());
  // Killed before its first line was whole: nothing was contributed.
  if (header && *header != Header(owner)) return absl::DataLossError(absl::StrCat(path, ": is no such log"));
  return reader;
}

absl::StatusOr<std::optional<std::string>> SampleLogReader::NextLine() {
  for (;;) {
    const size_t end = buffer_.find('\n', used_);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(used_, end - used_);
      used_ = end + 1;
      ++line_;
      return line;
    }
    const uint64_t length = std::min(kChunk, file_->size() - offset_);
    if (length == 0) return std::nullopt;
    buffer_.erase(0, std::exchange(used_, 0));
    DOODLE_ASSIGN_OR_RETURN(const std::string more, file_->Read(offset_, length), path_);
    buffer_ += more;
    offset_ += length;
  }
}

absl::StatusOr<std::optional<SampleLine>> SampleLogReader::Next() {
  DOODLE_ASSIGN_OR_RETURN(const std::optional<std::string> text, NextLine());
  if (!text) return std::nullopt;
  SampleLine line;
  if (!ParseLine(*text, line)) return absl::DataLossError(absl::StrCat(path_, ":", line_, ": is no line of a log"));
  return line;
}

}  // namespace doodle
