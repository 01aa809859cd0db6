#include "common/ingest/csv_file.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// Reads the field that starts at `at`, which moves behind it: to a comma or the end.
absl::Status TakeField(absl::string_view line, size_t& at, std::string& field) {
  field.clear();
  if (at == line.size() || line[at] != '"') {
    const size_t end = std::min(line.find(',', at), line.size());
    field.assign(line.data() + at, end - at);
    at = end;
    return absl::OkStatus();
  }
  for (++at;; at += 2) {  // Over the doubled quote.
    const size_t quote = line.find('"', at);
    if (quote == absl::string_view::npos) return absl::InvalidArgumentError("a quote is not closed");
    field.append(line.data() + at, quote - at);
    at = quote;
    if (at + 1 == line.size() || line[at + 1] != '"') break;
    field.push_back('"');
  }
  ++at;
  if (at < line.size() && line[at] != ',') return absl::InvalidArgumentError("text after a closing quote");
  return absl::OkStatus();
}

// A value as JSON; `text` is not empty.
absl::Status AppendValue(absl::string_view column, absl::string_view text, std::string& json) {
  if (column == "drawing") {
    // Nothing that would end the list early and add fields of its own: a list of numbers has none of these.
    const bool list = absl::StartsWith(text, "[") && text.find_first_of("{}\":") == absl::string_view::npos;
    if (!list) return absl::InvalidArgumentError("drawing is not a list");
    absl::StrAppend(&json, text);
    return absl::OkStatus();
  }
  if (column == "recognized") {
    const std::string flag = absl::AsciiStrToLower(text);
    if (flag != "true" && flag != "false") return absl::InvalidArgumentError("recognized is not True or False");
    absl::StrAppend(&json, flag);
    return absl::OkStatus();
  }
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return c == '"' || c == '\\' || absl::ascii_iscntrl(static_cast<unsigned char>(c)); })) {
    return absl::InvalidArgumentError(absl::StrCat(column, " has quotes, backslashes or control characters"));
  }
  absl::StrAppend(&json, "\"", text, "\"");
  return absl::OkStatus();
}

bool IsRead(absl::string_view column) {
  return column == "key_id" || column == "drawing" || column == "word" || column == "countrycode" ||
         column == "recognized" || column == "timestamp";
}

}  // namespace

absl::Status SplitCsvLine(absl::string_view line, std::vector<std::string>& fields) {
  size_t count = 0;
  for (size_t at = 0;; ++at) {
    if (count == fields.size()) fields.emplace_back();
    DOODLE_RETURN_IF_ERROR(TakeField(line, at, fields[count++]));
    if (at == line.size()) break;
  }
  fields.resize(count);
  return absl::OkStatus();
}

absl::Status CsvFile::ReadHeader() {
  const auto more = lines_.NextWithText(line_);
  if (absl::IsInvalidArgument(more.status())) return absl::FailedPreconditionError(more.status().message());
  DOODLE_RETURN_IF_ERROR(more.status());
  if (!*more) return absl::FailedPreconditionError("no header");
  std::vector<std::string> columns;
  const absl::Status split = SplitCsvLine(absl::StripPrefix(line_.text, "\xEF\xBB\xBF"), columns);
  if (!split.ok()) return absl::FailedPreconditionError(absl::StrCat("header: ", split.message()));
  for (const absl::string_view needed : {"key_id", "drawing"}) {
    const auto found = std::count(columns.begin(), columns.end(), needed);
    if (found != 1) return absl::FailedPreconditionError(absl::StrCat("header: ", found, " columns ", needed));
  }
  has_words_ = std::count(columns.begin(), columns.end(), "word") > 0;
  columns_ = std::move(columns);
  return absl::OkStatus();
}

absl::Status CsvFile::ToJson() {
  DOODLE_RETURN_IF_ERROR(SplitCsvLine(line_.text, fields_));
  if (fields_.size() != columns_.size()) {
    return absl::InvalidArgumentError(absl::StrCat(fields_.size(), " fields, the header has ", columns_.size()));
  }
  json_ = "{";
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (fields_[i].empty() || !IsRead(columns_[i])) continue;
    absl::StrAppend(&json_, json_.size() > 1 ? "," : "", "\"", columns_[i], "\":");
    DOODLE_RETURN_IF_ERROR(AppendValue(columns_[i], fields_[i], json_));
  }
  json_.push_back('}');
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvFile::Next(Drawing& drawing) {
  if (columns_.empty()) DOODLE_RETURN_IF_ERROR(ReadHeader());
  DOODLE_ASSIGN_OR_RETURN(const bool more, lines_.NextWithText(line_));
  if (!more) return false;
  DOODLE_RETURN_IF_ERROR(ToJson());
  const size_t size = json_.size();
  json_.append(kLinePadding, '\0');
  DOODLE_RETURN_IF_ERROR(parser_.Parse({json_.data(), size}, drawing));
  return true;
}

}  // namespace doodle
