#include "worker/collective/cuda_device.h"

#include <gtest/gtest.h>

#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

TEST(CudaDeviceTest, AVoltaNeedsACudnnThatStillKnowsIt) {
  EXPECT_THAT(CheckVersions(70, 91002, 22705), IsOk());
  EXPECT_THAT(CheckVersions(70, 91100, 22705), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("cuDNN")));
  EXPECT_THAT(CheckVersions(75, 92000, 22705), IsOk());
}

TEST(CudaDeviceTest, AnOlderChipOrAnotherNcclIsRefused) {
  EXPECT_THAT(CheckVersions(61, 91002, 22705), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("6.1")));
  EXPECT_THAT(CheckVersions(80, 91002, 22809), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("NCCL")));
}

TEST(CudaDeviceTest, WithoutAGpuTheAnswerIsOneLine) {
  if (MachineHasGpu()) GTEST_SKIP() << "this machine has a GPU";
  EXPECT_THAT(CudaDevice::Open("doodle-cuda.so", 0).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("no GPU found")));
}

}  // namespace
}  // namespace doodle
