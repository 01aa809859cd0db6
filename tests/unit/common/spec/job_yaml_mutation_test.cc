// Damaged job files: whatever arrives, there is an answer, and what is accepted means the same when it is written out.
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>
#include <string>

#include "absl/strings/string_view.h"
#include "common/spec/job_spec_proto.h"
#include "common/spec/job_yaml.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

constexpr absl::string_view kTokens[] = {"null",  "~",     "[",     "]",      "{",  "}",  "&a ", "*a",
                                         "<<: ",  "- ",    "? ",    ": ",     "\n", "\"", "'",   "|\n",
                                         "---\n", "...\n", "1e999", "!!int ", "\t", "#"};

std::string Damaged(std::string text, std::mt19937& random) {
  const size_t at = random() % text.size();
  switch (random() % 4) {
    case 0:
      text.erase(at, random() % 8);
      break;
    case 1:
      text.insert(at, std::string(kTokens[random() % std::size(kTokens)]));
      break;
    case 2:
      text[at] = static_cast<char>(random() % 128);
      break;
    default:
      text.insert(at, text.substr(random() % text.size(), random() % 40));
  }
  return text.empty() ? "x" : text;
}

void CheckMeansTheSameWrittenOut(const v1::JobSpec& spec) {
  ASSERT_OK_AND_ASSIGN(const v1::JobSpec read, ParseJobYaml(JobYaml(spec), "written"));
  EXPECT_EQ(read.SerializeAsString(), spec.SerializeAsString());
  const auto job = FromProto(spec);
  const auto stored = FromProto(WithDefaults(spec));
  ASSERT_EQ(job.status(), stored.status());
  if (job.ok()) {
    EXPECT_EQ(*job, *stored);
  }
}

TEST(ParseJobYaml, DamagedFilesAreRefusedOrMeanOneThing) {
  std::stringstream original;
  original << std::ifstream("examples/two_stages.yaml").rdbuf();
  std::mt19937 random(20261124);
  int accepted = 0;
  for (int i = 0; i < 1500; ++i) {
    std::string text = original.str();
    for (size_t changes = 1 + random() % 3; changes > 0; --changes) text = Damaged(std::move(text), random);
    SCOPED_TRACE(text);
    const auto spec = ParseJobYaml(text, "damaged");
    if (!spec.ok()) {
      EXPECT_THAT(spec, StatusIs(absl::StatusCode::kInvalidArgument, testing::StartsWith("damaged:")));
      continue;
    }
    ++accepted;
    CheckMeansTheSameWrittenOut(*spec);
    if (HasFatalFailure() || HasNonfatalFailure()) return;
  }
  EXPECT_GT(accepted, 100) << "the damage is too heavy to test anything";
}

}  // namespace
}  // namespace doodle
