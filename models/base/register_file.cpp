#include "models/base/register_file.h"

#include <cstring>
#include <stdexcept>
#include <string>

namespace takt::base {

void RegisterFile::add(const std::vector<RegisterSpec>& specs, std::uint32_t base) {
  for (const RegisterSpec& spec : specs)
    if (!registers_.emplace(base + spec.offset, Register{spec, spec.reset, {}, {}, false}).second)
      throw std::logic_error(std::string("two registers at the offset of ") + spec.name);
}

RegisterFile::Register& RegisterFile::at(std::uint32_t offset) {
  const auto found = registers_.find(offset);
  if (found == registers_.end()) throw std::logic_error("no register at offset " + std::to_string(offset));
  return found->second;
}

const RegisterFile::Register& RegisterFile::at(std::uint32_t offset) const {
  return const_cast<RegisterFile*>(this)->at(offset);
}

void RegisterFile::on_read(std::uint32_t offset, Read read) { at(offset).read = std::move(read); }
void RegisterFile::on_take(std::uint32_t offset, Read read) {
  on_read(offset, std::move(read));
  at(offset).takes = true;
}
void RegisterFile::on_write(std::uint32_t offset, Write write) { at(offset).write = std::move(write); }

void RegisterFile::reset() {
  for (auto& [offset, reg] : registers_) reg.value = reg.spec.reset;
}

void RegisterFile::transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  if (payload.get_data_length() != 4 || payload.get_address() % 4 != 0) {
    payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return;
  }
  const auto found = registers_.find(static_cast<std::uint32_t>(payload.get_address()));
  if (found == registers_.end()) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  Register& reg = found->second;
  const bool write = payload.is_write();
  if (reg.spec.access == (write ? Access::RO : Access::WO)) {
    payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
    return;
  }
  if (reg.spec.sync && delay > sc_core::SC_ZERO_TIME) {
    sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
  }
  if (write) {
    std::memcpy(&reg.value, payload.get_data_ptr(), 4);
    if (reg.write) reg.write(reg.value);
  } else {
    const std::uint32_t value = reg.read ? reg.read() : reg.value;
    std::memcpy(payload.get_data_ptr(), &value, 4);
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

bool RegisterFile::peek(std::uint32_t offset, std::uint32_t& value) const {
  const auto found = registers_.find(offset);
  if (found == registers_.end() || found->second.takes || found->second.spec.access == Access::WO) return false;
  value = found->second.read ? found->second.read() : found->second.value;
  return true;
}

unsigned RegisterFile::debug(tlm::tlm_generic_payload& payload) const {
  if (!payload.is_read()) return 0;
  unsigned done = 0;
  for (std::uint32_t value; payload.get_data_length() - done >= 4; done += 4) {
    if (!peek(static_cast<std::uint32_t>(payload.get_address() + done), value)) break;
    std::memcpy(payload.get_data_ptr() + done, &value, 4);
  }
  return done;
}

}  // namespace takt::base
