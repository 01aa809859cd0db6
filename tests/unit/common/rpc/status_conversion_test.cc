#include "common/rpc/status_conversion.h"

#include "common/status/status.h"
#include "doodle/v1/rpc_status.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

// Codes are the same numbers on both sides, none is lost.
TEST(StatusConversionTest, EveryCodeComesBack) {
  for (int code = 0; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), code == 0 ? "" : "why");
    const grpc::Status wire = ToGrpcStatus(status);
    EXPECT_EQ(static_cast<int>(wire.error_code()), code);
    EXPECT_EQ(FromGrpcStatus(wire), status);
  }
}

// A peer of another version may send a code that does not exist here.
TEST(StatusConversionTest, AForeignCodeIsUnknown) {
  EXPECT_THAT(FromGrpcStatus(grpc::Status(static_cast<grpc::StatusCode>(17), "odd")),
              StatusIs(absl::StatusCode::kUnknown, "odd"));
}

// A user's client shows which field was wrong.
TEST(StatusConversionTest, TheFieldTravelsInTheDetails) {
  const absl::Status invalid = FromGrpcStatus(ToGrpcStatus(InvalidField("stages[0].epochs", "must be at least 1")));
  EXPECT_THAT(invalid, StatusIs(absl::StatusCode::kInvalidArgument, "stages[0].epochs: must be at least 1"));
  EXPECT_EQ(FieldOf(invalid), "stages[0].epochs");
  const absl::Status unsupported = FromGrpcStatus(ToGrpcStatus(UnsupportedField("augment.mixup")));
  EXPECT_THAT(unsupported, StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_EQ(FieldOf(unsupported), "augment.mixup");
}

// Clients that know google.rpc find its messages under its names.
TEST(StatusConversionTest, TheDetailsAreThoseOfGoogleRpc) {
  v1::RpcStatus details;
  ASSERT_TRUE(details.ParseFromString(ToGrpcStatus(InvalidField("name", "is empty")).error_details()));
  EXPECT_EQ(details.code(), 3);
  ASSERT_EQ(details.details_size(), 2);
  EXPECT_EQ(details.details(0).type_url(), "type.googleapis.com/google.rpc.ErrorInfo");
  v1::ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(details.details(0).value()));
  EXPECT_EQ(info.reason(), "INVALID_FIELD");
  EXPECT_EQ(details.details(1).type_url(), "type.googleapis.com/google.rpc.BadRequest");
}

// Messages travel in HTTP/2 trailers, whose size proxies limit.
TEST(StatusConversionTest, ALongMessageIsCutAtACharacter) {
  std::string text = "x";
  while (text.size() < 4000) text += "\xc3\xa9";
  const std::string message = ToGrpcStatus(absl::InternalError(text)).error_message();
  EXPECT_LE(message.size(), kMaxStatusMessage);
  EXPECT_GE(message.size(), kMaxStatusMessage - 4);
  EXPECT_THAT(message, testing::EndsWith("\xc3\xa9..."));
}

}  // namespace
}  // namespace doodle
