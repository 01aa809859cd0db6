#include "coordinator/service/watch_stream.h"

#include <utility>

#include "common/ids/names.h"
#include "common/rpc/status_conversion.h"
#include "coordinator/service/job_ended.h"

namespace doodle {

WatchStream* WatchStream::Start(Controller& controller, const std::string& job, uint64_t after_version) {
  auto* stream = new WatchStream(controller, job, after_version);
  const std::shared_ptr<Link> link = stream->link_;
  const absl::Status named = ValidateName("job", job);
  if (named.ok()) {
    Wait(controller, link, job, after_version);
  } else {
    absl::MutexLock lock(&link->mu);
    stream->link_->mu.AssertHeld();
    stream->End(named);
  }
  return stream;
}

WatchStream::WatchStream(Controller& controller, std::string job, uint64_t after_version)
    : controller_(controller), job_(std::move(job)), link_(std::make_shared<Link>()), version_(after_version) {
  absl::MutexLock lock(&link_->mu);
  link_->stream = this;
}

// The stream may end, and be deleted, while this runs: it touches the link only.
void WatchStream::Wait(Controller& controller, const std::shared_ptr<Link>& link, const std::string& job,
                       uint64_t after_version) {
  const uint64_t watch = controller.WatchJob(job, after_version, [link](absl::StatusOr<v1::Job> changed) {
    absl::MutexLock lock(&link->mu);
    if (link->stream == nullptr) return;
    link->stream->link_->mu.AssertHeld();  // The stream's link is this one.
    link->stream->Changed(std::move(changed));
  });
  absl::MutexLock lock(&link->mu);
  if (link->phase == Phase::kFinished) {
    controller.Unwatch(watch);
  } else {
    link->watch = watch;
  }
}

void WatchStream::Changed(absl::StatusOr<v1::Job> job) {
  if (link_->phase != Phase::kWaiting) return;
  if (!job.ok()) {
    End(job.status());
    return;
  }
  version_ = job->version();
  ended_ = HasEnded(*job);
  *response_.mutable_job() = *std::move(job);
  link_->phase = Phase::kWriting;
  StartWrite(&response_);
}

void WatchStream::End(const absl::Status& status) {
  if (link_->phase == Phase::kFinished) return;
  link_->phase = Phase::kFinished;
  Finish(ToGrpcStatus(status));
}

void WatchStream::OnWriteDone(bool ok) {
  const std::shared_ptr<Link> link = link_;
  Controller& controller = controller_;
  const std::string job = job_;
  uint64_t version = 0;
  {
    absl::MutexLock lock(&link->mu);
    link_->mu.AssertHeld();
    if (!ok || ended_) {
      End(ok ? absl::OkStatus() : absl::CancelledError("the client is gone"));
      return;
    }
    if (link->phase == Phase::kFinished) return;
    link->phase = Phase::kWaiting;
    version = version_;
  }
  Wait(controller, link, job, version);
}

void WatchStream::OnCancel() {
  absl::MutexLock lock(&link_->mu);
  // While writing, OnWriteDone(false) ends the stream.
  if (link_->phase == Phase::kWaiting) End(absl::CancelledError("canceled"));
}

void WatchStream::OnDone() {
  uint64_t watch = 0;
  {
    absl::MutexLock lock(&link_->mu);
    link_->stream = nullptr;
    watch = link_->watch;
  }
  controller_.Unwatch(watch);
  delete this;
}

}  // namespace doodle
