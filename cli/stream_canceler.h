// Ends a gRPC stream on Ctrl-C, while its reader waits for the next message.
#ifndef DOODLE_CLI_STREAM_CANCELER_H_
#define DOODLE_CLI_STREAM_CANCELER_H_

#include <grpcpp/client_context.h>

#include "common/thread/thread.h"

namespace doodle {

// Cancels `context` once `interrupt_fd` (Interrupt::fd) is readable. `context` must outlive it. Thread-compatible.
class StreamCanceler {
 public:
  StreamCanceler(grpc::ClientContext& context, int interrupt_fd);
  ~StreamCanceler();
  StreamCanceler(const StreamCanceler&) = delete;
  StreamCanceler& operator=(const StreamCanceler&) = delete;

 private:
  const int done_;  // An eventfd: the stream is over.
  NamedThread watcher_;
};

}  // namespace doodle

#endif  // DOODLE_CLI_STREAM_CANCELER_H_
