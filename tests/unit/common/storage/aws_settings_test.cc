#include "common/storage/aws_settings.h"

#include <fstream>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AwsSettingsTest : public testing::Test {
 protected:
  absl::StatusOr<AwsSettings> Read() {
    variables_.try_emplace("HOME", home_.path());
    return ReadAwsSettings(
        [this](const std::string& name) -> std::optional<std::string> {
          const auto found = variables_.find(name);
          return found == variables_.end() ? std::nullopt : std::optional(found->second);
        },
        LocalFileSystem());
  }

  void WriteFile(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(home_.File(".aws"));
    std::ofstream(home_.File(".aws/" + name)) << text;
  }

  TemporaryDirectory home_;
  std::map<std::string, std::string> variables_;
};

TEST_F(AwsSettingsTest, VariablesGiveCredentialsRegionAndAmazonsEndpoint) {
  variables_ = {{"AWS_ACCESS_KEY_ID", "key"},
                {"AWS_SECRET_ACCESS_KEY", "secret"},
                {"AWS_SESSION_TOKEN", "token"},
                {"AWS_REGION", "eu-west-1"},
                {"AWS_DEFAULT_REGION", "us-west-2"}};
  ASSERT_OK_AND_ASSIGN(const AwsSettings settings, Read());
  EXPECT_EQ(settings.credentials.access_key, "key");
  EXPECT_EQ(settings.credentials.secret_key, "secret");
  EXPECT_EQ(settings.credentials.session_token, "token");
  EXPECT_EQ(settings.region, "eu-west-1");
  EXPECT_EQ(settings.endpoint, "https://s3.eu-west-1.amazonaws.com");
  EXPECT_FALSE(settings.path_style);
}

TEST_F(AwsSettingsTest, ANamedEndpointIsAddressedByPathAndLosesItsUsualPort) {
  variables_ = {{"AWS_ACCESS_KEY_ID", "key"}, {"AWS_SECRET_ACCESS_KEY", "secret"}};
  variables_["AWS_ENDPOINT_URL"] = "http://store.lab:80/";
  ASSERT_OK_AND_ASSIGN(AwsSettings settings, Read());
  EXPECT_EQ(settings.endpoint, "http://store.lab");
  EXPECT_TRUE(settings.path_style);
  variables_["AWS_ENDPOINT_URL_S3"] = "https://s3.lab:9000";
  variables_["DOODLE_S3_PATH_STYLE"] = "0";
  ASSERT_OK_AND_ASSIGN(settings, Read());
  EXPECT_EQ(settings.endpoint, "https://s3.lab:9000");
  EXPECT_FALSE(settings.path_style);
}

TEST_F(AwsSettingsTest, TheProfileOfTheUsualFilesIsReadWhenNoVariableIsSet) {
  WriteFile("credentials",
            "[default]\naws_access_key_id = one\naws_secret_access_key = first\n\n"
            "[lab]\n# of the lab\naws_access_key_id=two\naws_secret_access_key = second=\n");
  WriteFile("config",
            "[default]\nregion = us-east-2\n[profile lab]\nregion = eu-central-1\ns3 =\n  endpoint_url = http://wrong\n"
            "endpoint_url = http://127.0.0.1:9000\n");
  ASSERT_OK_AND_ASSIGN(AwsSettings settings, Read());
  EXPECT_EQ(settings.credentials.access_key, "one");
  EXPECT_EQ(settings.region, "us-east-2");
  variables_["AWS_PROFILE"] = "lab";
  ASSERT_OK_AND_ASSIGN(settings, Read());
  EXPECT_EQ(settings.credentials.access_key, "two");
  EXPECT_EQ(settings.credentials.secret_key, "second=");
  EXPECT_EQ(settings.region, "eu-central-1");
  EXPECT_EQ(settings.endpoint, "http://127.0.0.1:9000");
}

TEST_F(AwsSettingsTest, WithoutCredentialsTheMessageSaysWhereTheyWereLookedFor) {
  variables_["AWS_PROFILE"] = "lab";
  EXPECT_THAT(Read(),
              StatusIs(absl::StatusCode::kUnauthenticated, AllOf(HasSubstr("AWS_ACCESS_KEY_ID"), HasSubstr("\"lab\""),
                                                                 HasSubstr(home_.File(".aws/credentials")))));
}

TEST_F(AwsSettingsTest, HalfAPairOfVariablesIsNotMixedWithTheProfile) {
  WriteFile("credentials", "[default]\naws_access_key_id = one\naws_secret_access_key = first\n");
  variables_["AWS_ACCESS_KEY_ID"] = "key";
  EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("AWS_SECRET_ACCESS_KEY")));
}

TEST_F(AwsSettingsTest, EndpointsThatAreNoneAreRefusedAndAPasswordInOneIsNotShown) {
  variables_ = {{"AWS_ACCESS_KEY_ID", "key"}, {"AWS_SECRET_ACCESS_KEY", "secret"}};
  for (const char* endpoint :
       {"store.lab", "http://", "http://store.lab/base", "http://user:hidden@store.lab", "user:hidden@store.lab"}) {
    variables_["AWS_ENDPOINT_URL"] = endpoint;
    EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kInvalidArgument,
                                 AllOf(HasSubstr("AWS_ENDPOINT_URL: "), Not(HasSubstr("hidden")))))
        << endpoint;
  }
  variables_["AWS_ENDPOINT_URL"] = "http://store.lab";
  variables_["DOODLE_S3_PATH_STYLE"] = "yes";
  EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("DOODLE_S3_PATH_STYLE")));
}

}  // namespace
}  // namespace doodle
