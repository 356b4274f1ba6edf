// Where blocks ask whether they are to go wrong. Without a source, and in all runs without faults, nothing does.
#pragma once

#include <cstdint>

#include "models/base/stretch.h"

namespace takt::base {

// What a block does wrong at one of its events.
enum class Fault : std::uint8_t {
  command_hangs,     // a compute command that begins never ends
  command_is_slow,   // it takes so many times its cycles
  command_fails,     // when it is to retire: what it worked on is not to be trusted
  command_is_bad,    // as it is fetched, its opcode is none
  access_forbidden,  // a DMA command is refused, as one outside its context's windows
  dma_fails,         // a DMA transfer is answered with an error
  dma_hangs,         // it is never answered
  fetch_fails,       // a read of the front end is answered with an error
  save_hangs,        // what is to be saved never is
  engine_interrupt_lost,
  engine_reset_lost,
  host_interrupt_lost,
  control_memory_fails,  // the control processor's access to shared memory is answered with an error
};

class FaultSource {
 public:
  virtual ~FaultSource() = default;
  // An event of a block, charged to `owner`. 0: nothing goes wrong; else it does, by so much where it is a matter of
  // degree.
  virtual std::uint32_t strikes(Fault fault, Owner owner) = 0;
};

}  // namespace takt::base
