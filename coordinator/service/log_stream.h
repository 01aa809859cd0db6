// The stream of JobService.TailLogs, and the one that looks for new lines.
#ifndef DOODLE_COORDINATOR_SERVICE_LOG_STREAM_H_
#define DOODLE_COORDINATOR_SERVICE_LOG_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/io/file_system.h"
#include "coordinator/control/controller.h"
#include "coordinator/control/log_tail.h"
#include "doodle/v1/job_service.grpc.pb.h"

namespace doodle {

class LogStream;

// What a stream shares with the poller: it may be deleted while the poller looks at it. `stream->link_` is this link,
// so that whoever holds `mu` here holds the stream's; AssertHeld says that to the compiler.
struct LogLink {
  absl::Mutex mu;
  LogStream* stream ABSL_GUARDED_BY(mu) = nullptr;  // Null once the stream is done.
};

// Thread-safe.
class LogPoller {
 public:
  void Add(std::shared_ptr<LogLink> link) ABSL_LOCKS_EXCLUDED(mu_);
  // Lets every stream that waits read on. About five times a second, on a thread that may read files.
  void Poll() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  absl::Mutex mu_;
  std::vector<std::shared_ptr<LogLink>> links_ ABSL_GUARDED_BY(mu_);
};

// Sends the last lines and, when asked to follow, those that come until the job has ended. Deletes itself in OnDone.
class LogStream final : public grpc::ServerWriteReactor<v1::JobServiceTailLogsResponse> {
 public:
  static LogStream* Start(Controller& controller, FileSystem& files, LogPoller& poller,
                          const v1::JobServiceTailLogsRequest& request);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  friend class LogPoller;

  LogStream(Controller& controller, const v1::JobServiceTailLogsRequest& request);
  void Begin(FileSystem& files, const v1::Job& job, const v1::JobServiceTailLogsRequest& request)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(link_->mu);
  void Poll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(link_->mu);
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(link_->mu);
  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(link_->mu);

  Controller& controller_;
  const std::string job_;
  const bool follow_;
  const std::shared_ptr<LogLink> link_;
  std::unique_ptr<LogTail> tail_ ABSL_GUARDED_BY(link_->mu);
  std::deque<LogLine> lines_ ABSL_GUARDED_BY(link_->mu);
  v1::JobServiceTailLogsResponse response_ ABSL_GUARDED_BY(link_->mu);  // Lives until it is written.
  bool writing_ ABSL_GUARDED_BY(link_->mu) = false;
  bool finished_ ABSL_GUARDED_BY(link_->mu) = false;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVICE_LOG_STREAM_H_
