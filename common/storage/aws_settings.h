// Where an object store is and who asks: from the variables and files that AWS's own tools read.
//
//     credentials  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; else the profile AWS_PROFILE
//                  ("default") of AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials)
//     region       AWS_REGION, AWS_DEFAULT_REGION; else `region` of the profile in AWS_CONFIG_FILE (~/.aws/config);
//                  else us-east-1
//     endpoint     AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL; else `endpoint_url` of the profile; else Amazon's
//     addressing   DOODLE_S3_PATH_STYLE=1: endpoint/bucket/key; 0: bucket.endpoint/key. Without it 1 where an endpoint
//                  is named, 0 at Amazon's
//
// Not read: roles of an instance, single sign-on, credential_process.
#ifndef DOODLE_COMMON_STORAGE_AWS_SETTINGS_H_
#define DOODLE_COMMON_STORAGE_AWS_SETTINGS_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/io/file_system.h"
#include "common/storage/signature_v4.h"

namespace doodle {

// A variable of the process; empty when it is unset or "".
using VariableLookup = std::function<std::optional<std::string>(const std::string& name)>;
VariableLookup ProcessVariables();

struct AwsSettings {
  AwsCredentials credentials;
  std::string region;
  std::string endpoint;  // "https://host:port", without a slash at its end and without the scheme's usual port.
  bool path_style = false;
};

// UNAUTHENTICATED says what was looked for when there are no credentials; INVALID_ARGUMENT names the setting that
// is wrong. No message holds a credential.
absl::StatusOr<AwsSettings> ReadAwsSettings(const VariableLookup& variable, FileSystem& files);

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_AWS_SETTINGS_H_
