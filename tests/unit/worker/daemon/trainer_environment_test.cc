#include "worker/daemon/trainer_environment.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace doodle {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

// Trainers of one machine share its cores.
TEST(TrainerEnvironmentTest, CoresAreSharedAmongSlots) {
  const auto environment = EnvironmentOf({"t", 7, 5, 2, true, "/data/cache", 64}, {"HOME=/x"});
  EXPECT_THAT(environment, ElementsAre("HOME=/x", "DOODLE_TRAINER_TOKEN=t", "DOODLE_TRAINER_PARENT=7",
                                       "DOODLE_CACHE_DIR=/data/cache", "DOODLE_CACHE_LIMIT_MIB=64", "OMP_NUM_THREADS=2",
                                       "MKL_NUM_THREADS=2", "OMP_WAIT_POLICY=PASSIVE", "GLOO_SOCKET_IFNAME=lo"));
  EXPECT_THAT(EnvironmentOf({"t", 7, 2, 4, false, "", 0}, {}), Contains("OMP_NUM_THREADS=1"));
}

// What the user set stays.
TEST(TrainerEnvironmentTest, TheUsersOwnValuesStay) {
  const auto environment = EnvironmentOf({"t", 7, 4, 1, true, "", 0}, {"OMP_NUM_THREADS=3", "GLOO_SOCKET_IFNAME=eth0"});
  EXPECT_THAT(environment, Not(Contains("OMP_NUM_THREADS=4")));
  EXPECT_THAT(environment, Not(Contains("GLOO_SOCKET_IFNAME=lo")));
  EXPECT_THAT(environment, Contains("MKL_NUM_THREADS=4"));
  EXPECT_THAT(NotableVariables({"HOME=/x", "NCCL_DEBUG=INFO", "CUDA_VISIBLE_DEVICES=1"}),
              ElementsAre("NCCL_DEBUG=INFO", "CUDA_VISIBLE_DEVICES=1"));
}

}  // namespace
}  // namespace doodle
