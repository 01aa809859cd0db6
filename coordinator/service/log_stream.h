// The stream of JobService.TailLogs, and the one that looks for new lines.
//
// One stream, by number:
//   1 Start        reads the last lines on the RPC's thread and writes the first
//   2 OnWriteDone  writes what was read, line by line; without `follow` the stream then ends
//   3 LogPoller    where nothing is left to write: reads the files, without a lock, and writes the first new line, or
//                  ends the stream when there is none and the job has ended
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
  explicit LogLink(std::string job_id) : job(std::move(job_id)) {}

  const std::string job;
  std::unique_ptr<LogTail> tail;  // Start's, and from LogPoller::Add on the poller's alone.
  absl::Mutex mu;
  LogStream* stream ABSL_GUARDED_BY(mu) = nullptr;  // Null once the stream is done.
};

// Add from any thread; Poll from one. The controller must outlive it.
class LogPoller {
 public:
  void Add(std::shared_ptr<LogLink> link) ABSL_LOCKS_EXCLUDED(mu_);
  // Lets every stream that waits read on. About five times a second, on a thread of its own: it reads files.
  void Poll(Controller& controller) ABSL_LOCKS_EXCLUDED(mu_);

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

  explicit LogStream(const v1::JobServiceTailLogsRequest& request);
  bool Waits() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(link_->mu) { return !finished_ && !writing_; }
  // Between writes only.
  void Send(std::vector<LogLine> lines) ABSL_EXCLUSIVE_LOCKS_REQUIRED(link_->mu);
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(link_->mu);
  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(link_->mu);

  const bool follow_;
  const std::shared_ptr<LogLink> link_;
  std::deque<LogLine> lines_ ABSL_GUARDED_BY(link_->mu);
  v1::JobServiceTailLogsResponse response_ ABSL_GUARDED_BY(link_->mu);  // Lives until it is written.
  bool writing_ ABSL_GUARDED_BY(link_->mu) = false;
  bool finished_ ABSL_GUARDED_BY(link_->mu) = false;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVICE_LOG_STREAM_H_
