// The compiler's passes by name, in the order in which they run, and how to look at what each leaves.
#pragma once

#include <string_view>

#include "sim/compiler/ir.h"
#include "sim/compiler/program.h"

namespace takt::compiler {

constexpr std::string_view passes[] = {
    "partition",   // the operators of one part that the NPU runs
    "legalize",    // operators that it has in place of those that it has not
    "lower",       // layers over storages
    "fuse",        // elementwise layers in their producers
    "attention",   // two products and what stands between as one layer
    "join",        // concatenations written in place
    "cuts",        // preemption points
    "divide",      // layers that the cores share
    "residency",   // which activations stay in the scratchpad
    "groups",      // layers made stripe by stripe
    "scratchpad",  // tilings and places in the scratchpad
    "prefetch",    // constants loaded earlier
    "memory",      // places in DRAM
    "emit",        // commands
    "cost",        // what they take, by bandwidth and parameter
};

// Told after each pass, for each part that the NPU runs; `pass` is one of `passes`.
class PassObserver {
 public:
  virtual ~PassObserver() = default;
  virtual void after(std::string_view pass, const graph::Graph& part) = 0;
  virtual void after(std::string_view pass, const Network& network) = 0;
  virtual void after(std::string_view pass, const Program& program) = 0;
};

// Does nothing without an observer.
template <class State>
void tell(PassObserver* observer, std::string_view pass, const State& state) {
  if (observer != nullptr) observer->after(pass, state);
}

}  // namespace takt::compiler
