#include "worker/predict/submission.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace doodle {
namespace {

constexpr size_t kGuesses = 3;
constexpr size_t kNpyHeader = 128;  // Room for any shape; a multiple of 64, as NumPy writes it.

// RFC 4180: only a word with a comma or a quote needs quotes; none of Quick, Draw! does.
std::string CsvField(std::string text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

}  // namespace

std::vector<size_t> LargestIndices(std::span<const float> values, size_t count) {
  std::vector<size_t> indices(values.size());
  std::iota(indices.begin(), indices.end(), size_t{0});
  count = std::min(count, values.size());
  std::partial_sort(indices.begin(), indices.begin() + static_cast<ptrdiff_t>(count), indices.end(),
                    [&](size_t a, size_t b) { return values[a] != values[b] ? values[a] > values[b] : a < b; });
  indices.resize(count);
  return indices;
}

void SubmissionBuilder::Add(uint64_t key_id, std::span<const float> probabilities) {
  std::string guesses;
  for (size_t index : LargestIndices(probabilities, kGuesses)) {
    absl::StrAppend(&guesses, guesses.empty() ? "" : " ", absl::StrReplaceAll(classes_[index], {{" ", "_"}}));
  }
  absl::StrAppend(&text_, key_id, ",", CsvField(std::move(guesses)), "\n");
}

NpyBuilder::NpyBuilder(size_t columns) : columns_(columns), bytes_(kNpyHeader, ' ') {}

void NpyBuilder::Add(std::span<const float> row) {
  bytes_.append(reinterpret_cast<const char*>(row.data()), row.size_bytes());
  ++rows_;
}

std::string NpyBuilder::Finish() {
  constexpr size_t kPreamble = 10;  // Magic, version, length of the rest of the header.
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(kNpyHeader - kPreamble);
  header += '\0';
  absl::StrAppend(&header, "{'descr': '<f4', 'fortran_order': False, 'shape': (", rows_, ", ", columns_, "), }");
  std::copy(header.begin(), header.end(), bytes_.begin());
  bytes_[kNpyHeader - 1] = '\n';
  return std::move(bytes_);
}

}  // namespace doodle
