// docs/guides/job-file.md is the reference of the job file; it must not fall behind the message.
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/spec/job_spec_proto.h"
#include "common/spec/job_yaml.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/common/spec/spec_testing.h"

namespace doodle {
namespace {

std::string Guide() {
  std::ifstream file("docs/guides/job-file.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// How the guide writes a field's path: a selection is one field, a schedule's fields go without the stage.
std::string AsInGuide(const std::string& path) {
  absl::string_view name = path;
  for (absl::string_view part : {".named", ".list"}) absl::ConsumeSuffix(&name, part);
  if (absl::StrContains(name, "schedule.")) absl::ConsumePrefix(&name, "stages[0].");
  return absl::StrReplaceAll(name, {{"stages[0].", "stages[]."}});
}

TEST(Guide, DescribesEveryField) {
  const std::string guide = Guide();
  v1::JobSpec spec;
  ForEachScalar(spec, "", [&](const std::string& path, const auto&, const auto&) {
    for (absl::string_view block : {"data", "raster", "augment", "loss", "optimizer"}) {
      if (absl::StartsWith(path, absl::StrCat("stages[0].", block, "."))) return;  // Described with the job's block.
    }
    EXPECT_TRUE(absl::StrContains(guide, absl::StrCat("`", AsInGuide(path), "`"))) << path;
  });
}

TEST(Guide, ItsJobIsAccepted) {
  const std::string guide = Guide();
  const std::string fence = "```yaml\n";
  const size_t begin = guide.find(fence);
  ASSERT_NE(begin, std::string::npos);
  const size_t end = guide.find("```\n", begin + fence.size());
  ASSERT_NE(end, std::string::npos);
  const std::string text = guide.substr(begin + fence.size(), end - begin - fence.size());
  ASSERT_OK_AND_ASSIGN(const v1::JobSpec spec, ParseJobYaml(text, "guide"));
  EXPECT_THAT(FromProto(spec), IsOk());
}

}  // namespace
}  // namespace doodle
