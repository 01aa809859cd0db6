#include "tests/unit/coordinator/control/fake_cluster.h"

#include <gtest/gtest.h>

namespace doodle {

absl::Status FakeWorker::Register(Controller& controller) {
  v1::Register message;
  message.set_worker_id(id_);
  message.set_incarnation(incarnation);
  message.set_protocol_version(kProtocolVersion);
  message.set_slots(slots_);
  message.set_hostname("host-" + id_);
  message.set_metrics_address("host-" + id_ + ":7471");
  for (const auto& [slot, assignment] : trainers) {
    v1::RunningTrainer* running = message.add_running();
    running->set_slot(slot);
    running->set_job(assignment.job());
    running->set_generation(assignment.generation());
    running->set_rank(assignment.rank());
  }
  return controller.Register(message);
}

void FakeWorker::Heartbeat(Controller& controller) {
  v1::Heartbeat message;
  for (const auto& [slot, assignment] : trainers) {
    v1::RunningTrainer* running = message.add_running();
    running->set_slot(slot);
    running->set_job(assignment.job());
    running->set_generation(assignment.generation());
    running->set_rank(assignment.rank());
    if (activities.contains(slot)) *running->mutable_activity() = activities[slot];
  }
  controller.Heartbeat(id_, incarnation, message);
}

void FakeWorker::Receive(Controller& controller, RecordingOutbox& outbox) {
  std::deque<v1::ConnectResponse>& queue = outbox.sent[id_];
  while (!queue.empty()) {
    const v1::ConnectResponse message = std::move(queue.front());
    queue.pop_front();
    if (message.has_reregister()) ++told_to_register;
    if (message.has_assign()) trainers[message.assign().slot()] = message.assign().assignment();
    if (message.has_ack()) {
      acks.push_back(message.ack());
      const auto finished = finished_.find(message.ack().sequence());
      if (finished != finished_.end() && !message.ack().refused()) Kill(controller, finished->second, "exit 0");
    }
    if (message.has_release()) {
      const auto trainer = trainers.find(message.release().slot());
      if (trainer != trainers.end() && trainer->second.job() == message.release().job()) {
        Kill(controller, message.release().slot(), message.release().reason());
      }
    }
  }
}

void FakeWorker::Send(Controller& controller, const v1::TrainerReport& report) {
  if (report.has_finished()) {
    for (const auto& [slot, assignment] : trainers) {
      if (assignment.job() == report.job() && assignment.rank() == report.rank()) finished_[report.sequence()] = slot;
    }
  }
  controller.Report(id_, incarnation, report);
}

void FakeWorker::Kill(Controller& controller, uint32_t slot, const std::string& reason) {
  const v1::Assignment assignment = trainers.at(slot);
  trainers.erase(slot);
  v1::TrainerExited exited;
  exited.set_slot(slot);
  exited.set_job(assignment.job());
  exited.set_generation(assignment.generation());
  exited.set_rank(assignment.rank());
  exited.set_reason(reason);
  controller.TrainerExited(id_, exited);
}

v1::TrainerReport FakeWorker::Report(uint32_t slot) {
  v1::TrainerReport report;
  report.set_job(trainers.at(slot).job());
  report.set_generation(trainers.at(slot).generation());
  report.set_rank(trainers.at(slot).rank());
  report.set_sequence(++sequence_);
  return report;
}

void FakeCluster::Restart() {
  controller.reset();
  ledger.reset();
  outbox.sent.clear();
  auto opened = OpenSqliteLedger(directory.File("ledger.db"));
  ASSERT_TRUE(opened.ok()) << opened.status();
  ledger = *std::move(opened);
  ControllerOptions options;
  options.jobs_directory = directory.File("jobs");
  auto created = Controller::Create(options, {*ledger, outbox, executor, clock, LocalFileSystem(), metrics});
  ASSERT_TRUE(created.ok()) << created.status();
  controller = *std::move(created);
}

FakeWorker& FakeCluster::AddWorker(const std::string& id, uint32_t slots) {
  workers[id] = std::make_unique<FakeWorker>(id, slots);
  EXPECT_TRUE(workers[id]->Register(*controller).ok());
  beating.insert(id);
  Deliver();
  return *workers[id];
}

absl::StatusOr<v1::Job> FakeCluster::Create(const std::string& name, uint32_t min_ranks, uint32_t max_ranks,
                                            const std::string& request_id) {
  PreparedJob prepared;
  prepared.dataset_directory = "/data";
  v1::JobSpec* spec = prepared.definition.mutable_spec();
  spec->set_name(name);
  spec->mutable_ranks()->set_min(min_ranks);
  spec->mutable_ranks()->set_max(max_ranks);
  spec->set_max_restarts(3);
  spec->mutable_evaluate()->set_split("valid");
  spec->mutable_checkpoint()->set_metric("map3");
  spec->mutable_checkpoint()->set_keep_last(2);
  spec->mutable_checkpoint()->set_keep_best(1);
  prepared.definition.set_total_steps(100);
  prepared.definition.set_total_epochs(2);
  auto job = controller->CreateJob(prepared, request_id);
  Deliver();
  return job;
}

void FakeCluster::Deliver() {
  executor.RunAll();
  for (auto& [id, worker] : workers) worker->Receive(*controller, outbox);
  executor.RunAll();
}

void FakeCluster::Advance(absl::Duration time) {
  for (absl::Duration passed; passed < time; passed += absl::Milliseconds(20)) {
    clock.Advance(absl::Milliseconds(20));
    for (const std::string& id : beating) workers.at(id)->Heartbeat(*controller);
    controller->Tick();
    Deliver();
  }
}

std::pair<FakeWorker*, uint32_t> FakeCluster::Rank(const std::string& job, uint32_t rank) {
  const v1::Job shown = Get(job);
  const v1::RankStatus& status = shown.ranks(static_cast<int>(rank));
  return {workers.at(status.worker_id()).get(), status.slot()};
}

void FakeCluster::Form(const std::string& job, uint64_t start_step, const std::string& from) {
  const auto [worker, slot] = Rank(job, 0);
  v1::TrainerReport report = worker->Report(slot);
  report.mutable_formed()->set_start_step(start_step);
  report.mutable_formed()->set_restored_from(from);
  worker->Send(*controller, report);
  Deliver();
}

void FakeCluster::Progress(const std::string& job, uint64_t next_step) {
  const auto [worker, slot] = Rank(job, 0);
  v1::TrainerReport report = worker->Report(slot);
  report.mutable_progress()->set_next_step(next_step);
  report.mutable_progress()->set_samples(next_step * 10);
  report.mutable_progress()->set_loss(1.5);
  worker->Send(*controller, report);
  Deliver();
}

void FakeCluster::Finish(const std::string& job) {
  const int ranks = Get(job).ranks_size();
  for (int rank = 0; rank < ranks; ++rank) {
    const auto [worker, slot] = Rank(job, static_cast<uint32_t>(rank));
    v1::TrainerReport report = worker->Report(slot);
    report.mutable_finished()->set_next_step(100);
    report.mutable_finished()->set_samples(static_cast<uint64_t>(600 - 200 * rank));
    report.mutable_finished()->mutable_digest()->set_parameters("p");
    report.mutable_finished()->mutable_digest()->set_optimizer("o");
    worker->Send(*controller, report);
  }
  Deliver();
}

}  // namespace doodle
