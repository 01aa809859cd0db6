// A place for one trainer, and what is known of the trainer in it.
//
//   empty --(1) assign--> starting --(2) attach--> attached --(3) leave or kill--> ending --(4) exit--> empty
//                            |                        |                              ^
//                            +-------(3)--------------+-(5) its link ends -----------+
//
// (1) A process is started. (2) It says the token it was started with and gets the newest assignment. A later
// assignment of the same job goes to the same process. (3) It is told to finish its step and leave, or is killed: it
// was released, is stopped, or its link is silent. An assignment that finds an ending or another job's trainer waits in
// `next` for its exit. (4) By itself or not: the coordinator hears of it at once. (5) It has said all it had to say.
#ifndef DOODLE_WORKER_DAEMON_TRAINER_SLOT_H_
#define DOODLE_WORKER_DAEMON_TRAINER_SLOT_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "doodle/v1/gang.pb.h"
#include "worker/daemon/daemon_ports.h"

namespace doodle {

struct TrainerSlot {
  ProcessId process = 0;        // 0: empty.
  ConnectionId connection = 0;  // 0: not attached.
  std::string token;
  v1::Assignment assignment;                    // The newest that this process was or will be handed.
  std::optional<v1::Assignment> next;           // Starts when the process has exited.
  absl::Duration started;                       // Steady, as all below.
  absl::Duration last_heard;                    // From its link.
  std::optional<v1::TrainerActivity> activity;  // Of its newest heartbeat.
  bool stopped_before = false;                  // The last look found it stopped.
  bool ending = false;
  std::optional<absl::Duration> kill_at;
  std::string end_reason;  // Why it was killed, for the exit report; empty when it was not.

  bool alive() const { return process != 0; }
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_TRAINER_SLOT_H_
