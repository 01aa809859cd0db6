// Ctrl-C and SIGTERM as something to wait for, while the object lives.
#ifndef DOODLE_CLI_INTERRUPT_H_
#define DOODLE_CLI_INTERRUPT_H_

#include <csignal>

namespace doodle {

// Replaces the process's handlers of SIGINT and SIGTERM and puts the old ones back at its end. One at a time.
// Thread-compatible; fd() may be polled by any thread.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool raised() const;
  // Readable, and never read from, once a signal has come.
  int fd() const;

 private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

}  // namespace doodle

#endif  // DOODLE_CLI_INTERRUPT_H_
