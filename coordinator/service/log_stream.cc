#include "coordinator/service/log_stream.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ids/names.h"
#include "common/rpc/status_conversion.h"
#include "coordinator/service/job_ended.h"

namespace doodle {
namespace {

constexpr size_t kDefaultLines = 100;

}  // namespace

void LogPoller::Add(std::shared_ptr<LogLink> link) {
  absl::MutexLock lock(&mu_);
  links_.push_back(std::move(link));
}

void LogPoller::Poll(Controller& controller) {
  std::vector<std::shared_ptr<LogLink>> links;
  {
    absl::MutexLock lock(&mu_);
    links = links_;
  }
  std::vector<std::shared_ptr<LogLink>> gone;
  for (const std::shared_ptr<LogLink>& link : links) {
    {
      absl::MutexLock lock(&link->mu);
      if (link->stream == nullptr) gone.push_back(link);
      if (link->stream == nullptr) continue;
      link->stream->link_->mu.AssertHeld();
      if (!link->stream->Waits()) continue;
    }
    // Asked before the files are read, so that an ended job's last lines are among them.
    const absl::StatusOr<v1::Job> job = controller.GetJob(link->job);
    std::vector<LogLine> lines = link->tail->More();
    absl::MutexLock lock(&link->mu);
    if (link->stream == nullptr) continue;
    link->stream->link_->mu.AssertHeld();
    if (!link->stream->Waits()) continue;  // Canceled meanwhile: a stream that waits starts no write by itself.
    if (!lines.empty()) {
      link->stream->Send(std::move(lines));
    } else if (!job.ok() || HasEnded(*job)) {
      link->stream->End(job.status());
    }
  }
  absl::MutexLock lock(&mu_);
  for (const std::shared_ptr<LogLink>& link : gone) std::erase(links_, link);
}

LogStream* LogStream::Start(Controller& controller, FileSystem& files, LogPoller& poller,
                            const v1::JobServiceTailLogsRequest& request) {
  auto* stream = new LogStream(request);
  const std::shared_ptr<LogLink> link = stream->link_;
  const absl::Status named = ValidateName("job", request.job());
  const absl::StatusOr<v1::Job> job = named.ok() ? controller.GetJob(request.job()) : named;
  std::vector<LogLine> lines;
  if (job.ok()) {
    const std::optional<uint32_t> rank = request.has_rank() ? std::optional(request.rank()) : std::nullopt;
    link->tail = std::make_unique<LogTail>(files, absl::StrCat(job->job_directory(), "/logs"), rank);
    lines = link->tail->Last(request.lines() == 0 ? kDefaultLines : request.lines());
  }
  absl::MutexLock lock(&link->mu);
  link->stream = stream;
  stream->link_->mu.AssertHeld();
  if (job.ok()) {
    stream->Send(std::move(lines));
    if (request.follow()) poller.Add(link);
  } else {
    stream->End(job.status());
  }
  return stream;
}

LogStream::LogStream(const v1::JobServiceTailLogsRequest& request)
    : follow_(request.follow()), link_(std::make_shared<LogLink>(request.job())) {}

void LogStream::Send(std::vector<LogLine> lines) {
  for (LogLine& line : lines) lines_.push_back(std::move(line));
  WriteNext();
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
