// What a process of ours does with signals, before it has threads.
#ifndef DOODLE_COMMON_THREAD_SIGNALS_H_
#define DOODLE_COMMON_THREAD_SIGNALS_H_

#include <csignal>

namespace doodle {

// For who starts children: an ignored SIGCHLD is inherited over exec, and waiting for a child then finds none.
void RestoreChildSignal();

// A daemon's: SIGTERM and SIGINT are blocked, to be taken by sigwait or a signalfd, and a peer that is gone is an error
// of write(), not a signal. Before any thread exists, so that all of them inherit it. Returns the blocked ones.
sigset_t BlockStopSignals();

}  // namespace doodle

#endif  // DOODLE_COMMON_THREAD_SIGNALS_H_
