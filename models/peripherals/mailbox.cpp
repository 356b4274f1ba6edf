#include "models/peripherals/mailbox.h"

namespace takt::peripherals {

Mailbox::Mailbox(const sc_core::sc_module_name& name)
    : Peripheral(name), control_interrupt("control_interrupt"), host_interrupt("host_interrupt") {
  file_.add({TAKT_MAILBOX_REGISTERS(TAKT_REGISTER_SPEC)});
  file_.on_write(TAKT_MAILBOX_DOORBELL_SET, [this](std::uint32_t bits) {
    doorbell_ |= bits;
    changed();
  });
  file_.on_write(TAKT_MAILBOX_DOORBELL_CLEAR, [this](std::uint32_t bits) {
    if (on_acknowledge_) on_acknowledge_(doorbell_ & bits);
    doorbell_ &= ~bits;
    changed();
  });
  file_.on_read(TAKT_MAILBOX_DOORBELL, [this] { return doorbell_; });
  file_.on_write(TAKT_MAILBOX_HOST_SET, [this](std::uint32_t bits) {
    if (faults_ != nullptr && faults_->strikes(base::Fault::host_interrupt_lost, 0) != 0) return;
    host_ |= bits;
    changed();
  });
  file_.on_write(TAKT_MAILBOX_HOST_CLEAR, [this](std::uint32_t bits) {
    host_ &= ~bits;
    changed();
  });
  file_.on_read(TAKT_MAILBOX_HOST, [this] { return host_; });
  file_.on_write(TAKT_MAILBOX_RESET, [this](std::uint32_t value) { reset(value != TAKT_RESET_NONE); });
  SC_METHOD(update);
  sensitive << changed_;
}

// Neither edge leaves anything of before.
void Mailbox::reset(bool hold) {
  const bool edge = hold != held_;
  if (edge) power_cycle();
  held_ = hold;
  file_.set(TAKT_MAILBOX_RESET, hold ? TAKT_RESET_HOLD : TAKT_RESET_NONE);
  if (edge && on_reset_) on_reset_(hold);
}

void Mailbox::raise_host() {
  host_ |= 1;
  changed();
}

void Mailbox::update() {
  control_interrupt.write(doorbell_ != 0);
  host_interrupt.write(host_ != 0);
}

}  // namespace takt::peripherals
