// A test's story as a SystemC thread with a TLM initiator: what a processor would do to a block, at exact times.
#pragma once

#include <functional>

#include "models/base/systemc.h"

namespace takt::base::test {

class Story : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Story> socket;

  SC_HAS_PROCESS(Story);
  Story(const sc_core::sc_module_name& name, std::function<void(Story&)> story)
      : sc_module(name), socket("socket"), story_(std::move(story)) {
    SC_THREAD(run);
  }

  // One access that waits out its delay.
  tlm::tlm_response_status access(bool write, std::uint64_t address, std::uint32_t& value, unsigned bytes = 4) {
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    const tlm::tlm_response_status status = access(write, address, value, bytes, delay);
    if (delay > sc_core::SC_ZERO_TIME) sc_core::wait(delay);
    return status;
  }
  // One access of an initiator that is `delay` ahead.
  tlm::tlm_response_status access(bool write, std::uint64_t address, std::uint32_t& value, unsigned bytes,
                                  sc_core::sc_time& delay) {
    payload_.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload_.set_address(address);
    payload_.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload_.set_data_length(bytes);
    payload_.set_streaming_width(bytes);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    socket->b_transport(payload_, delay);
    return payload_.get_response_status();
  }
  std::uint32_t read(std::uint64_t address) {
    std::uint32_t value = 0xdeadbeef;
    ok_ &= access(false, address, value) == tlm::TLM_OK_RESPONSE;
    return value;
  }
  void write(std::uint64_t address, std::uint32_t value) {
    ok_ &= access(true, address, value) == tlm::TLM_OK_RESPONSE;
  }
  void wait_until(units::Time at) { sc_core::wait(to_sc(at - now())); }
  // Lets a block's processes and the signals behind them settle, in no time.
  void settle() {
    for (int delta = 0; delta < 4; ++delta) sc_core::wait(sc_core::SC_ZERO_TIME);
  }

  // The story has come to its end, and every read() and write() was answered with OK.
  bool finished() const { return finished_ && ok_; }

 private:
  void run() {
    story_(*this);
    finished_ = true;
  }

  const std::function<void(Story&)> story_;
  tlm::tlm_generic_payload payload_;
  bool finished_ = false;
  bool ok_ = true;
};

}  // namespace takt::base::test
