// The coordinator, as plain calls: the only user of gRPC here. Each call fails
//   as Unreachable (exit_code.h) when no coordinator answers within the time limit, saying what to do;
//   else with the coordinator's own status, its field kept (FieldOf).
#ifndef DOODLE_CLI_CLIENT_H_
#define DOODLE_CLI_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/environment.h"
#include "doodle/v1/checkpoint_service.pb.h"
#include "doodle/v1/dataset_service.pb.h"
#include "doodle/v1/job_service.pb.h"
#include "doodle/v1/worker_service.pb.h"

namespace doodle {

struct CoordinatorAddress {
  std::string address;  // host:port or unix:PATH
  std::string source;   // Who said so: "--coordinator", "DOODLE_COORDINATOR", "context lab"; empty: nobody.
};

// The option, else DOODLE_COORDINATOR, else the current context, else 127.0.0.1:7460. INVALID_ARGUMENT for what is no
// address, and for a contexts file that does not parse.
absl::StatusOr<CoordinatorAddress> FindCoordinator(const Environment& environment);

// INVALID_ARGUMENT unless `address` is host:port or unix:PATH.
absl::Status CheckAddress(const std::string& address);

// Thread-compatible; a stream's callback runs on the calling thread.
class Client {
 public:
  // Does not connect yet.
  static absl::StatusOr<std::unique_ptr<Client>> Create(const Environment& environment);
  ~Client();

  // With its source: "127.0.0.1:7460 (context lab)".
  const std::string& place() const { return place_; }

  absl::StatusOr<v1::Job> CreateJob(const v1::JobServiceCreateRequest& request);
  absl::StatusOr<v1::Job> GetJob(const std::string& job);
  absl::StatusOr<std::vector<v1::Job>> ListJobs();
  absl::StatusOr<v1::Job> CancelJob(const std::string& job);
  absl::StatusOr<v1::Job> PauseJob(const std::string& job);
  absl::StatusOr<v1::Job> ResumeJob(const std::string& job);
  absl::StatusOr<v1::Job> SetPriority(const std::string& job, int32_t priority);
  absl::Status DeleteJob(const std::string& job, bool delete_files);

  // Calls `changed` with the job now and after each change, until the job ends (OK), Ctrl-C (Interrupted) or `timeout`
  // (DEADLINE_EXCEEDED). A broken stream is taken up again where it ended, for up to a minute.
  absl::Status WatchJob(const std::string& job, const std::function<void(const v1::Job&)>& changed,
                        absl::Duration timeout = absl::InfiniteDuration());
  // Until the end of the log, or of the job when the request follows it.
  absl::Status TailLogs(const v1::JobServiceTailLogsRequest& request,
                        const std::function<void(const v1::JobServiceTailLogsResponse&)>& line);

  absl::StatusOr<std::vector<v1::Worker>> ListWorkers();

  absl::StatusOr<std::vector<v1::CheckpointRecord>> ListCheckpoints(const std::string& job);
  // `checkpoint`: a name, `latest` or `best`.
  absl::StatusOr<v1::CheckpointServiceGetResponse> GetCheckpoint(const std::string& job, const std::string& checkpoint);

  absl::StatusOr<v1::Dataset> RegisterDataset(const std::string& name, const std::string& uri);
  absl::StatusOr<v1::Dataset> GetDataset(const std::string& name);
  absl::StatusOr<std::vector<v1::Dataset>> ListDatasets();

 private:
  struct Stubs;
  Client(std::string place, std::unique_ptr<Stubs> stubs);

  const std::string place_;
  const std::unique_ptr<Stubs> stubs_;
};

}  // namespace doodle

#endif  // DOODLE_CLI_CLIENT_H_
