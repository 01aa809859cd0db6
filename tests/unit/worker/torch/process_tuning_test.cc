#include "worker/torch/process_tuning.h"

#include <cstdlib>
#include <string>

#include "ATen/Parallel.h"
#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

TEST(ProcessTuningTest, ThreadsAndCacheAreSet) {
  ASSERT_THAT(TuneProcess({.threads = 1}), IsOk());
  EXPECT_EQ(at::get_num_threads(), 1);
  EXPECT_NE(std::getenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY"), nullptr);
}

TEST(ProcessTuningTest, NoThreadsIsRefused) {
  EXPECT_THAT(TuneProcess({.threads = 0}), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace doodle
