// Numbers, times and sizes as people read them. Pure.
#ifndef DOODLE_CLI_FORMAT_H_
#define DOODLE_CLI_FORMAT_H_

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace doodle {

std::string CountText(uint64_t count);           // "137,207"
std::string BytesText(uint64_t bytes);           // "43.1 MB", powers of ten
std::string DurationText(absl::Duration value);  // "0.42 s", "12.3 s", "4m07s", "3h12m"
std::string ShareText(double share);             // 0.513 -> "51.3 %"
std::string RateText(double learning_rate);      // "2.0e-03"
std::string ScoreText(double score);             // "0.953"

// UTC, "2026-01-31 12:00:07"; empty for no time.
std::string TimeText(const google::protobuf::Timestamp& time);

// One word that is not empty for scripts and tables: the first `length` characters of a digest.
std::string ShortDigest(absl::string_view digest, size_t length = 12);

absl::Time ToTime(const google::protobuf::Timestamp& time);
bool IsSet(const google::protobuf::Timestamp& time);

}  // namespace doodle

#endif  // DOODLE_CLI_FORMAT_H_
