#include <algorithm>
#include <cstddef>
#include <sstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/catalog/nearest_name.h"
#include "common/ids/utf8.h"
#include "common/spec/yaml_reader.h"
#include "common/status/status.h"
#include "yaml-cpp/anchor.h"
#include "yaml-cpp/eventhandler.h"

namespace doodle {
namespace {

constexpr size_t kMaximumBytes = 1 << 20;

// Where documents begin. All else is dropped: what they hold is read by YAML::Load.
class DocumentStarts : public YAML::EventHandler {
 public:
  const std::vector<YAML::Mark>& marks() const { return marks_; }

  void OnDocumentStart(const YAML::Mark& mark) override { marks_.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  std::vector<YAML::Mark> marks_;
};

std::string Place(absl::string_view origin, const YAML::Mark& mark) {
  return absl::StrCat(origin, ":", mark.line + 1, ":", mark.column + 1);
}

absl::string_view RestOfLine(absl::string_view text, const YAML::Mark& mark) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (static_cast<size_t>(mark.line) >= lines.size()) return "";
  const absl::string_view line = lines[mark.line];
  return line.substr(std::min<size_t>(mark.column, line.size()));
}

// yaml-cpp takes what it cannot parse for one more document, an empty one, and LoadAll then never ends. So documents
// are counted first, and no further than to the second.
absl::Status RefuseSecondDocument(absl::string_view text, absl::string_view origin) {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  DocumentStarts starts;
  while (starts.marks().size() < 2 && parser.HandleNextDocument(starts)) {
  }
  if (starts.marks().size() < 2) return absl::OkStatus();
  const YAML::Mark& second = starts.marks()[1];
  const absl::string_view rest = RestOfLine(text, second);
  if (absl::StartsWith(rest, "---")) {
    return absl::InvalidArgumentError(absl::StrCat(Place(origin, second), ": a second document; one file is one job"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat(Place(origin, second), ": not valid YAML: unexpected `", ShownText(rest), "`"));
}

}  // namespace

std::string YamlPlace(absl::string_view origin, const YAML::Node& node) { return Place(origin, node.Mark()); }

absl::StatusOr<YAML::Node> LoadYaml(absl::string_view text, absl::string_view origin) {
  if (text.size() > kMaximumBytes) {
    return absl::InvalidArgumentError(absl::StrCat(origin, ": longer than ", kMaximumBytes, " bytes"));
  }
  if (const size_t bad = FirstInvalidUtf8(text); bad < text.size()) {
    return absl::InvalidArgumentError(absl::StrCat(origin, ": byte ", bad, " is not UTF-8"));
  }
  try {
    DOODLE_RETURN_IF_ERROR(RefuseSecondDocument(text, origin));
    return YAML::Load(std::string(text));
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(Place(origin, error.mark), ": not valid YAML: ", error.msg));
  }
}

}  // namespace doodle
