#include "coordinator/service/log_stream.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ids/names.h"
#include "common/rpc/status_conversion.h"

namespace doodle {
namespace {

constexpr size_t kDefaultLines = 100;

bool HasEnded(const v1::Job& job) {
  return job.state() == v1::JOB_STATE_SUCCEEDED || job.state() == v1::JOB_STATE_FAILED ||
         job.state() == v1::JOB_STATE_CANCELED;
}

}  // namespace

void LogPoller::Add(std::shared_ptr<LogLink> link) {
  absl::MutexLock lock(&mu_);
  links_.push_back(std::move(link));
}

void LogPoller::Poll() {
  std::vector<std::shared_ptr<LogLink>> links;
  {
    absl::MutexLock lock(&mu_);
    links = links_;
  }
  std::vector<std::shared_ptr<LogLink>> gone;
  for (const std::shared_ptr<LogLink>& link : links) {
    absl::MutexLock lock(&link->mu);
    if (link->stream == nullptr) {
      gone.push_back(link);
    } else {
      link->stream->link_->mu.AssertHeld();
      link->stream->Poll();
    }
  }
  absl::MutexLock lock(&mu_);
  for (const std::shared_ptr<LogLink>& link : gone) std::erase(links_, link);
}

LogStream* LogStream::Start(Controller& controller, FileSystem& files, LogPoller& poller,
                            const v1::JobServiceTailLogsRequest& request) {
  auto* stream = new LogStream(controller, request);
  const std::shared_ptr<LogLink> link = stream->link_;
  const absl::Status named = ValidateName("job", request.job());
  const absl::StatusOr<v1::Job> job = named.ok() ? controller.GetJob(request.job()) : named;
  absl::MutexLock lock(&link->mu);
  link->stream = stream;
  stream->link_->mu.AssertHeld();
  if (job.ok()) {
    stream->Begin(files, *job, request);
    if (request.follow()) poller.Add(link);
  } else {
    stream->End(job.status());
  }
  return stream;
}

LogStream::LogStream(Controller& controller, const v1::JobServiceTailLogsRequest& request)
    : controller_(controller), job_(request.job()), follow_(request.follow()), link_(std::make_shared<LogLink>()) {}

void LogStream::Begin(FileSystem& files, const v1::Job& job, const v1::JobServiceTailLogsRequest& request) {
  const std::optional<uint32_t> rank = request.has_rank() ? std::optional(request.rank()) : std::nullopt;
  tail_ = std::make_unique<LogTail>(files, absl::StrCat(job.job_directory(), "/logs"), rank);
  for (LogLine& line : tail_->Last(request.lines() == 0 ? kDefaultLines : request.lines())) {
    lines_.push_back(std::move(line));
  }
  WriteNext();
}

void LogStream::Poll() {
  if (finished_ || writing_) return;
  // Asked before the files are read, so that an ended job's last lines are among them.
  const absl::StatusOr<v1::Job> job = controller_.GetJob(job_);
  for (LogLine& line : tail_->More()) lines_.push_back(std::move(line));
  if (lines_.empty() && (!job.ok() || HasEnded(*job))) {
    End(job.status());
    return;
  }
  if (!lines_.empty()) WriteNext();
}

void LogStream::WriteNext() {
  if (lines_.empty()) {
    if (!follow_) End(absl::OkStatus());
    return;
  }
  response_.set_rank(lines_.front().rank);
  response_.set_generation(lines_.front().generation);
  response_.set_line(std::move(lines_.front().text));
  lines_.pop_front();
  writing_ = true;
  StartWrite(&response_);
}

void LogStream::End(const absl::Status& status) {
  if (finished_) return;
  finished_ = true;
  Finish(ToGrpcStatus(status));
}

void LogStream::OnWriteDone(bool ok) {
  absl::MutexLock lock(&link_->mu);
  writing_ = false;
  if (!ok) {
    End(absl::CancelledError("the client is gone"));
  } else if (!finished_) {
    WriteNext();
  }
}

void LogStream::OnCancel() {
  absl::MutexLock lock(&link_->mu);
  if (!writing_) End(absl::CancelledError("canceled"));
}

void LogStream::OnDone() {
  const std::shared_ptr<LogLink> link = link_;
  {
    absl::MutexLock lock(&link->mu);
    link->stream = nullptr;
  }
  delete this;
}

}  // namespace doodle
