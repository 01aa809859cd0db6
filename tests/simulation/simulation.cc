#include "tests/simulation/simulation.h"

#include "absl/strings/str_cat.h"
#include "common/io/file_system.h"
#include "common/spec/gang_proto.h"
#include "common/spec/job_spec_proto.h"

namespace doodle {
namespace {

constexpr absl::Duration kNetworkDelay = absl::Milliseconds(3);

PreparedJob SimulatedJob() {
  v1::JobSpec spec;
  spec.set_name(kSimulatedJob);
  spec.set_dataset("/data/simulated");
  spec.mutable_model()->set_name("smallcnn");
  spec.mutable_ranks()->set_min(2);
  spec.mutable_ranks()->set_max(2);
  v1::StageSpec& stage = *spec.add_stages();
  stage.set_epochs(2);
  stage.set_global_batch(10);
  stage.mutable_schedule()->set_kind("constant");
  stage.mutable_schedule()->set_lr(0.1);
  const StagePlan plan = SimulatedPlan();
  PreparedJob prepared;
  prepared.dataset_directory = "/data/simulated";
  *prepared.definition.mutable_spec() = WithDefaults(spec);
  *prepared.definition.add_stages() = StageAssignmentProto(plan.spec(), plan.Digest(), 0, plan.steps());
  prepared.definition.set_total_steps(plan.steps());
  prepared.definition.set_total_epochs(2);
  return prepared;
}

}  // namespace

Simulation::Simulation(SimulationOptions options)
    : options_(options),
      scheduler_(options.seed),
      clock_(scheduler_),
      network_(scheduler_),
      metrics_(MetricHost::kCoordinator) {
  if (options_.sqlite) {
    base_ledger_ = *OpenSqliteLedger(directory_.File("ledger.db"));
  } else {
    base_ledger_ = std::make_unique<MemoryLedger>();
  }
  ledger_ = std::make_unique<WatchedLedger>(*base_ledger_, options_.bugs.ledger_loses_generations,
                                            [this](const LedgerBatch& batch) { OnDurable(batch); });
  const int workers = options_.one_worker ? 1 : 2;
  const TrainerWorld world{scheduler_, clock_, network_, witness_, options_.bugs};
  for (int i = 0; i < workers; ++i) {
    connections_.push_back({Channel(scheduler_, kNetworkDelay), Channel(scheduler_, kNetworkDelay)});
    workers_.push_back(std::make_unique<SimulatedWorker>(
        absl::StrCat("worker-", i), options_.one_worker ? 2 : 1, world,
        [this](SimulatedWorker& worker, const v1::ConnectRequest& message) { ToCoordinator(worker, message); }));
  }
  StartCoordinator();
  scheduler_.After(absl::ZeroDuration(), [this] { SubmitJob(); });
  scheduler_.After(absl::Milliseconds(250), [this] { TickWorkers(); });
}

Simulation::~Simulation() { EndTrainers(); }

void Simulation::StartCoordinator() {
  ControllerOptions options;
  options.jobs_directory = directory_.File("jobs");
  auto controller = Controller::Create(options, {.ledger = *ledger_,
                                                 .outbox = *this,
                                                 .executor = *this,
                                                 .clock = clock_,
                                                 .files = LocalFileSystem(),
                                                 .metrics = metrics_});
  if (!controller.ok()) {
    witness_.Violation(controller.status().ToString());
    return;
  }
  controller_ = *std::move(controller);
  TickCoordinator(++coordinator_start_);
  for (const auto& worker : workers_) {
    scheduler_.After(scheduler_.RandomDelay(absl::Milliseconds(200)), [this, &worker, start = coordinator_start_] {
      if (start == coordinator_start_ && controller_) worker->core().OnConnected();
    });
  }
}

void Simulation::RestartCoordinator(absl::Duration down) {
  if (!controller_) return;
  controller_.reset();
  ++coordinator_start_;
  for (const auto& worker : workers_) worker->core().OnDisconnected();
  scheduler_.After(down, [this] { StartCoordinator(); });
}

void Simulation::SubmitJob() {
  const absl::StatusOr<v1::Job> created = controller_->CreateJob(SimulatedJob(), "request");
  if (!created.ok()) witness_.Violation(created.status().ToString());
}

void Simulation::TickCoordinator(uint64_t start) {
  if (!controller_ || start != coordinator_start_) return;
  controller_->Tick();
  scheduler_.After(absl::Milliseconds(20), [this, start] { TickCoordinator(start); });
}

void Simulation::TickWorkers() {
  for (const auto& worker : workers_) worker->Tick();
  scheduler_.After(absl::Milliseconds(250), [this] { TickWorkers(); });
}

void Simulation::Send(const std::string& worker, const std::string& incarnation, v1::ConnectResponse message) {
  if (message.has_assign()) witness_.Assigned(message.assign().assignment());
  for (size_t i = 0; i < workers_.size(); ++i) {
    if (workers_[i]->id() != worker || workers_[i]->incarnation() != incarnation) continue;
    connections_[i].down.Send([this, i, start = coordinator_start_, message = std::move(message)] {
      if (start == coordinator_start_) workers_[i]->core().OnFleetMessage(message, scheduler_.now());
    });
    return;
  }
}

void Simulation::Run(absl::AnyInvocable<void()> work) {
  scheduler_.After(scheduler_.RandomDelay(kNetworkDelay),
                   [this, start = coordinator_start_, work = std::move(work)]() mutable {
                     if (controller_ && start == coordinator_start_) work();
                   });
}

void Simulation::ToCoordinator(SimulatedWorker& worker, const v1::ConnectRequest& message) {
  for (size_t i = 0; i < workers_.size(); ++i) {
    if (workers_[i].get() != &worker) continue;
    connections_[i].up.Send([this, &worker, start = coordinator_start_, message] {
      if (controller_ && start == coordinator_start_) Arrived(worker, message);
    });
  }
}

void Simulation::Arrived(SimulatedWorker& worker, const v1::ConnectRequest& message) {
  if (message.has_register_()) {
    const absl::Status registered = controller_->Register(message.register_());
    if (!registered.ok()) witness_.Violation(registered.ToString());
  } else if (message.has_heartbeat()) {
    controller_->Heartbeat(worker.id(), worker.incarnation(), message.heartbeat());
  } else if (message.has_trainer_exited()) {
    controller_->TrainerExited(worker.id(), message.trainer_exited());
  } else if (message.has_report()) {
    controller_->Report(worker.id(), worker.incarnation(), message.report());
  }
}

void Simulation::OnDurable(const LedgerBatch& batch) {
  std::vector<Witness::Held> held;
  for (const SimulatedTrainer* trainer : LiveTrainers()) held.push_back({trainer->id(), trainer->held()});
  witness_.Durable(batch, held);
  for (const LedgerWrite& write : batch) {
    if (const auto* row = std::get_if<GenerationRow>(&write)) {
      trace_.push_back(absl::StrCat(absl::FormatDuration(scheduler_.now()), " generation ", row->generation,
                                    row->formed ? " formed at " : " begins ", row->start_step, row->end_reason));
    }
  }
}

std::vector<SimulatedTrainer*> Simulation::LiveTrainers() const {
  std::vector<SimulatedTrainer*> live;
  for (const auto& worker : workers_) {
    for (SimulatedTrainer* trainer : worker->LiveTrainers()) live.push_back(trainer);
  }
  return live;
}

v1::Job Simulation::job() {
  const absl::StatusOr<v1::Job> job = controller_ ? controller_->GetJob(kSimulatedJob) : v1::Job();
  return job.ok() ? *job : v1::Job();
}

}  // namespace doodle
