// SystemC's coroutines tell AddressSanitizer about every stack they switch to, but not how large the main one is.
// Behind sc_start it takes the main stack for empty, and an exception thrown there ends in a false report.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>

#include <cstddef>
#endif

namespace takt::platform {

// To live on the main stack around sc_start; puts the bounds right at its end.
class MainStack {
 public:
#if defined(__SANITIZE_ADDRESS__)
  MainStack() {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
    pthread_attr_getstack(&attributes, &bottom_, &bytes_);
    pthread_attr_destroy(&attributes);
  }
  ~MainStack() {
    if (bottom_ == nullptr) return;
    __sanitizer_start_switch_fiber(nullptr, bottom_, bytes_);
    __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
  }

 private:
  void* bottom_ = nullptr;
  std::size_t bytes_ = 0;
#else
  MainStack() {}
  ~MainStack() {}
#endif
};

}  // namespace takt::platform
