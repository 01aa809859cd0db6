// Counts what a test binary allocates, by an operator new of its own: include it in one file of the binary.
#ifndef DOODLE_TESTS_TESTING_ALLOCATION_COUNTER_H_
#define DOODLE_TESTS_TESTING_ALLOCATION_COUNTER_H_

#include <atomic>
#include <cstdlib>
#include <new>

// A sanitizer has an allocator of its own, which must see every allocation.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DOODLE_ALLOCATIONS_ARE_COUNTED false
#else
#define DOODLE_ALLOCATIONS_ARE_COUNTED true
#endif

namespace doodle {

// Of all threads since the start.
inline std::atomic<int> allocations{0};

}  // namespace doodle

#if DOODLE_ALLOCATIONS_ARE_COUNTED
// Not inlined: the compiler would take a free() beside an operator new for a mistake.
[[gnu::noinline]] void* operator new(size_t size) {
  ++doodle::allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }
#endif

#endif  // DOODLE_TESTS_TESTING_ALLOCATION_COUNTER_H_
