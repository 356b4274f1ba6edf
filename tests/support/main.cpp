// GoogleTest inside SystemC: RUN_ALL_TESTS runs in sc_main. SystemC elaborates once per process, so CTest gives every
// TEST that builds modules a process of its own. Any SystemC warning fails the test.
#include <gtest/gtest.h>

#include <cstdlib>
#include <systemc>

#include "sim/platform/main_stack.h"

// The packaged coroutines do not survive this check of AddressSanitizer's.
extern "C" const char* __asan_default_options() { return "detect_stack_use_after_return=0"; }

int sc_main(int, char**) {
  sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_THROW);
  // Behind main the leak check reads the stack it knows of: without this a coroutine's, which is gone.
  const takt::platform::MainStack main_stack;
  return RUN_ALL_TESTS();
}

int main(int argc, char** argv) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  setenv("RC_PARAMS", "seed=20261121", 0);  // properties are the same in every run
  setenv("TAKT_SHARED", TAKT_SHARED, 0);
  testing::InitGoogleTest(&argc, argv);
  return sc_core::sc_elab_and_sim(argc, argv);
}
