// The stream of JobService.Watch.
//
//   Waiting --(1) the job changed--> Writing --(2) written--> Waiting, or finished when the job has ended
//      +----(3) canceled by the client, job deleted------> Finished
#ifndef DOODLE_COORDINATOR_SERVICE_WATCH_STREAM_H_
#define DOODLE_COORDINATOR_SERVICE_WATCH_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "coordinator/control/controller.h"
#include "doodle/v1/job_service.grpc.pb.h"

namespace doodle {

// Deletes itself in OnDone. The controller may outlive it, or it the watch it holds there: both meet in Link.
class WatchStream final : public grpc::ServerWriteReactor<v1::JobServiceWatchResponse> {
 public:
  static WatchStream* Start(Controller& controller, const std::string& job, uint64_t after_version);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  enum class Phase { kWaiting, kWriting, kFinished };
  struct Link {
    absl::Mutex mu;
    WatchStream* stream ABSL_GUARDED_BY(mu) = nullptr;  // Null once the stream is done.
    Phase phase ABSL_GUARDED_BY(mu) = Phase::kWaiting;
    uint64_t watch ABSL_GUARDED_BY(mu) = 0;
  };

  WatchStream(Controller& controller, std::string job, uint64_t after_version);
  static void Wait(Controller& controller, const std::shared_ptr<Link>& link, const std::string& job,
                   uint64_t after_version);
  void Changed(absl::StatusOr<v1::Job> job) ABSL_EXCLUSIVE_LOCKS_REQUIRED(link_->mu);
  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(link_->mu);

  Controller& controller_;
  const std::string job_;
  const std::shared_ptr<Link> link_;
  uint64_t version_ ABSL_GUARDED_BY(link_->mu);                      // Of the last job sent.
  bool ended_ ABSL_GUARDED_BY(link_->mu) = false;                    // The job sent last has ended.
  v1::JobServiceWatchResponse response_ ABSL_GUARDED_BY(link_->mu);  // Lives until it is written.
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVICE_WATCH_STREAM_H_
