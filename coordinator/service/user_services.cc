#include "coordinator/service/user_services.h"

#include <utility>

#include "common/status/status.h"
#include "coordinator/service/paging.h"
#include "coordinator/service/reply.h"

namespace doodle {

grpc::ServerUnaryReactor* DatasetService::Register(grpc::CallbackServerContext* context,
                                                   const v1::DatasetServiceRegisterRequest* request,
                                                   v1::DatasetServiceRegisterResponse* response) {
  const absl::Status named = ValidateName("name", request->name());
  if (!named.ok()) return Reply(context, named);
  if (request->uri().empty()) return Reply(context, InvalidField("uri", "is required"));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  slow_.Run([this, reply = PendingReply(reactor), request, response]() mutable {
    auto dataset = controller_.RegisterDataset(request->name(), request->uri());
    if (dataset.ok()) *response->mutable_dataset() = std::move(*dataset);
    reply.Finish(dataset.status());
  });
  return reactor;
}

grpc::ServerUnaryReactor* DatasetService::Get(grpc::CallbackServerContext* context,
                                              const v1::DatasetServiceGetRequest* request,
                                              v1::DatasetServiceGetResponse* response) {
  const absl::Status named = ValidateName("name", request->name());
  if (!named.ok()) return Reply(context, named);
  auto dataset = controller_.GetDataset(request->name());
  if (dataset.ok()) *response->mutable_dataset() = std::move(*dataset);
  return Reply(context, dataset.status());
}

grpc::ServerUnaryReactor* DatasetService::List(grpc::CallbackServerContext* context,
                                               const v1::DatasetServiceListRequest* request,
                                               v1::DatasetServiceListResponse* response) {
  auto page = PageOf(controller_.ListDatasets(), request->page_size(), request->page_token());
  if (!page.ok()) return Reply(context, page.status());
  for (v1::Dataset& dataset : page->items) *response->add_datasets() = std::move(dataset);
  response->set_next_page_token(page->next_token);
  return Reply(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* WorkerService::List(grpc::CallbackServerContext* context,
                                              const v1::WorkerServiceListRequest* request,
                                              v1::WorkerServiceListResponse* response) {
  auto page = PageOf(controller_.ListWorkers(), request->page_size(), request->page_token());
  if (!page.ok()) return Reply(context, page.status());
  for (v1::Worker& worker : page->items) *response->add_workers() = std::move(worker);
  response->set_next_page_token(page->next_token);
  return Reply(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* WorkerService::Get(grpc::CallbackServerContext* context,
                                             const v1::WorkerServiceGetRequest* request,
                                             v1::WorkerServiceGetResponse* response) {
  const absl::Status named = ValidateName("worker", request->worker());
  if (!named.ok()) return Reply(context, named);
  auto worker = controller_.GetWorker(request->worker());
  if (worker.ok()) *response->mutable_worker() = std::move(*worker);
  return Reply(context, worker.status());
}

grpc::ServerUnaryReactor* CheckpointService::List(grpc::CallbackServerContext* context,
                                                  const v1::CheckpointServiceListRequest* request,
                                                  v1::CheckpointServiceListResponse* response) {
  const absl::Status named = ValidateName("job", request->job());
  if (!named.ok()) return Reply(context, named);
  auto records = controller_.ListCheckpoints(request->job());
  if (!records.ok()) return Reply(context, records.status());
  auto page = PageOf(*std::move(records), request->page_size(), request->page_token());
  if (!page.ok()) return Reply(context, page.status());
  for (v1::CheckpointRecord& record : page->items) *response->add_checkpoints() = std::move(record);
  response->set_next_page_token(page->next_token);
  return Reply(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* CheckpointService::Get(grpc::CallbackServerContext* context,
                                                 const v1::CheckpointServiceGetRequest* request,
                                                 v1::CheckpointServiceGetResponse* response) {
  for (const auto& [field, name] : {std::pair("job", request->job()), std::pair("checkpoint", request->checkpoint())}) {
    const absl::Status named = ValidateName(field, name);
    if (!named.ok()) return Reply(context, named);
  }
  auto checkpoint = controller_.GetCheckpoint(request->job(), request->checkpoint());
  if (checkpoint.ok()) *response = std::move(*checkpoint);
  return Reply(context, checkpoint.status());
}

}  // namespace doodle
