// Tells an RpcObserver of every RPC that a server has answered.
#ifndef DOODLE_COMMON_RPC_OBSERVING_INTERCEPTOR_H_
#define DOODLE_COMMON_RPC_OBSERVING_INTERCEPTOR_H_

#include <grpcpp/support/server_interceptor.h>

#include <memory>

#include "common/rpc/server.h"

namespace doodle {

// `clock` must outlive the server that the factory is given to.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> NewObservingInterceptorFactory(
    RpcObserver observer, Clock& clock);

}  // namespace doodle

#endif  // DOODLE_COMMON_RPC_OBSERVING_INTERCEPTOR_H_
