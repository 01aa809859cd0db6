#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/job_state.h"
#include "cli/proto_json.h"
#include "cli/text_table.h"
#include "common/status/status.h"

namespace doodle {

namespace {

std::string Slots(const v1::Worker& worker) {
  int busy = 0;
  for (const v1::SlotStatus& slot : worker.slots()) busy += slot.job().empty() ? 0 : 1;
  return absl::StrCat(busy, "/", worker.slots_size());
}

std::string Jobs(const v1::Worker& worker) {
  std::string text;
  for (const v1::SlotStatus& slot : worker.slots()) {
    if (slot.job().empty()) continue;
    absl::StrAppend(&text, text.empty() ? "" : " ", slot.slot(), "=", slot.job(), "/g", slot.generation(), "/r",
                    slot.rank());
  }
  return text;
}

absl::Status ListWorkers(Environment& environment) {
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  DOODLE_ASSIGN_OR_RETURN(const std::vector<v1::Worker> workers, client->ListWorkers());
  Console& console = environment.console;
  if (console.json()) {
    console.Data(ProtoJsonList("workers", workers));
    return absl::OkStatus();
  }
  TextTable table({"WORKER", "STATE", "HOST", "BUSY>", "GPUS>", "HEARTBEAT>", "METRICS", "VERSION", "TRAINERS"});
  for (const v1::Worker& worker : workers) {
    const bool heard = IsSet(worker.last_heartbeat_time());
    table.Add({worker.id(), StateName(worker.state()), worker.hostname(), Slots(worker), absl::StrCat(worker.gpus()),
               heard ? DurationText(environment.clock.Now() - ToTime(worker.last_heartbeat_time())) : "",
               worker.metrics_address(), worker.version(), Jobs(worker)});
  }
  if (table.empty()) {
    console.Message("no workers; start one with `doodle-worker --coordinator HOST:PORT --data-dir DIR`");
  } else {
    console.Data(table.Text());
  }
  return absl::OkStatus();
}

}  // namespace

void AddWorkersCommand(Command root, Environment& environment) {
  Command workers = root.Add({"workers", "worker"}, "Workers of a coordinator.", "doodle workers ls");
  Command list = workers.Add({"ls"}, "All workers, with their slots and what runs there.", "doodle workers ls");
  list.Run([&environment] { return ListWorkers(environment); });
}

}  // namespace doodle
