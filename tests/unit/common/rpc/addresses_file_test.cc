#include "common/rpc/addresses_file.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

class AddressesFileTest : public ::testing::Test {
 protected:
  TemporaryDirectory directory_;
  FileSystem& files_ = LocalFileSystem();
};

TEST_F(AddressesFileTest, WhatADaemonWritesIsReadBackUntilItIsRemoved) {
  ASSERT_THAT(WriteAddresses(files_, directory_.path(), {.grpc = "[::1]:7460", .admin = "[::1]:7461", .pid = 12}),
              IsOk());
  ASSERT_OK_AND_ASSIGN(const Addresses read, ReadAddresses(files_, directory_.path()));
  EXPECT_EQ(read.grpc, "[::1]:7460");
  EXPECT_EQ(read.admin, "[::1]:7461");
  EXPECT_EQ(read.worker_id, "");
  EXPECT_EQ(read.pid, 12);
  ASSERT_THAT(RemoveAddresses(files_, directory_.path()), IsOk());
  EXPECT_THAT(ReadAddresses(files_, directory_.path()), StatusIs(absl::StatusCode::kNotFound));
}

// Scripts look for the keys that are there.
TEST_F(AddressesFileTest, AWorkerHasAnIdAndNoRpcAddress) {
  ASSERT_THAT(WriteAddresses(files_, directory_.path(), {.admin = "127.0.0.1:1", .worker_id = "w1", .pid = 3}), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::string text, ReadFile(files_, AddressesPath(directory_.path())));
  EXPECT_EQ(text, "{\"admin\":\"127.0.0.1:1\",\"pid\":3,\"worker_id\":\"w1\"}\n");
}

TEST_F(AddressesFileTest, AnotherFileInItsPlaceIsNamed) {
  for (const char* text : {"", "[]", "{\"grpc\":", "\xff"}) {
    ASSERT_THAT(WriteFileAtomically(files_, AddressesPath(directory_.path()), text), IsOk());
    EXPECT_THAT(ReadAddresses(files_, directory_.path()),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("addresses.json")));
  }
  ASSERT_THAT(WriteFileAtomically(files_, AddressesPath(directory_.path()), "{\"grpc\":7,\"pid\":\"x\"}"), IsOk());
  ASSERT_OK_AND_ASSIGN(const Addresses odd, ReadAddresses(files_, directory_.path()));
  EXPECT_EQ(odd.grpc, "");
  EXPECT_EQ(odd.pid, 0);
}

}  // namespace
}  // namespace doodle
