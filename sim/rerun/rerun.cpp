#include "sim/rerun/rerun.h"

#include <algorithm>
#include <memory>

#include "firmware/abi/registers.h"
#include "firmware/hal/native/hal.h"
#include "firmware/kernel/firmware.h"

namespace takt::rerun {
namespace {

class Native final : private firmware::HalPort {
 public:
  explicit Native(Cursor& cursor) : cursor_(cursor), hal_(*this) {}

  // From one start to the next.
  void run(const takt_boot_info& info) {
    const auto firmware = std::make_unique<firmware::Firmware>(hal_, info, journal_);
    try {
      if (firmware->boot()) firmware->run();
      cursor_.stands_still();
    } catch (const Cursor::Over&) {
    } catch (const NothingThere&) {
      cursor_.skip_to_start();
    }
  }

 private:
  // As NativeCpu, this firmware goes no further then.
  struct NothingThere {};

  static std::uint32_t value(const Cursor::Answer& answer) {
    if (!answer.ok) throw NothingThere();
    return answer.value;
  }

  std::uint32_t read(std::uint32_t address) override { return value(cursor_.read(address)); }
  void write(std::uint32_t address, std::uint32_t word) override { value(cursor_.write(address, word)); }
  void load(firmware::DeviceAddr from, void* to, std::uint32_t bytes) override {
    auto* const target = static_cast<unsigned char*>(to);
    for (std::uint32_t at = bytes; at-- != 0;)
      target[at] = static_cast<unsigned char>(value(cursor_.load(from.value + at)));
  }
  void store(firmware::DeviceAddr to, const void* from, std::uint32_t bytes) override {
    const auto* const source = static_cast<const unsigned char*>(from);
    for (std::uint32_t at = 0; at != bytes; ++at) value(cursor_.store(to.value + at, source[at]));
  }
  void fence() override {}
  void cost(firmware::CostPoint, std::uint32_t) override {}
  void wait_for_interrupt() override {}
  void log(firmware::LogEvent, std::uint32_t, std::uint64_t) override {}

  Cursor& cursor_;
  firmware::Hal hal_;
  firmware::Journal journal_;
};

// Between two accesses: more is a loop without an end.
constexpr std::uint64_t most_instructions = 1000000000;

class Elf final : private rv32::Bus {
 public:
  Elf(Cursor& cursor, const cpu::Image& image)
      : cursor_(cursor), image_(image), ram_(TAKT_RAM_BYTES, 0), core_(config(image), {memory(ram_)}, *this) {}

  void run(const takt_boot_info& info);

 private:
  enum class State : std::uint8_t { running, over, differs };

  static rv32::CoreConfig config(const cpu::Image& image) {
    rv32::CoreConfig config;
    config.reset_pc = image.entry;
    return config;
  }
  static rv32::Window memory(std::vector<std::uint8_t>& ram) {
    rv32::Window window;
    window.base = TAKT_RAM_BASE;
    window.bytes = TAKT_RAM_BYTES;
    window.data = ram.data();
    return window;
  }

  rv32::BusResult read(std::uint32_t address, unsigned bytes, rv32::Purpose purpose) override;
  rv32::BusResult write(std::uint32_t address, unsigned bytes, std::uint32_t value) override;
  bool own_register(std::uint32_t address, std::uint32_t value);
  template <class Access>
  rv32::BusResult guarded(Access access);
  void set_lines(bool up) {
    core_.set_interrupt(rv32::Interrupt::external, up);
    core_.set_interrupt(rv32::Interrupt::timer, up);
  }
  std::uint64_t shown(std::uint32_t address) const { return window_ + (address - TAKT_WINDOW_BASE); }

  Cursor& cursor_;
  const cpu::Image& image_;
  std::vector<std::uint8_t> ram_;
  rv32::Core core_;
  std::uint64_t window_ = 0;
  State state_ = State::running;
  bool accessed_ = false;  // since it waited last
};

bool in_window(std::uint32_t address) { return address - TAKT_WINDOW_BASE < TAKT_WINDOW_BYTES; }

void Elf::run(const takt_boot_info& info) {
  if ((info.flags & TAKT_BOOT_WARM) == 0) image_.load(ram_);
  image_.start(ram_, info, core_);
  window_ = 0;
  state_ = State::running;
  accessed_ = true;
  set_lines(false);
  while (state_ == State::running) {
    rv32::RunLimit limit;
    limit.instructions = most_instructions;
    const rv32::Stop stop = core_.run(limit);
    if (stop == rv32::Stop::requested) continue;
    const bool waits = stop == rv32::Stop::wait && accessed_;
    accessed_ = false;
    if (waits) {
      set_lines(true);
    } else {
      guarded([this]() -> Cursor::Answer { cursor_.stands_still(); });
    }
  }
  if (state_ == State::differs) throw Cursor::Differs();
}

// What `access` throws ends the run instead of passing through the core.
template <class Access>
rv32::BusResult Elf::guarded(Access access) {
  rv32::BusResult result;
  accessed_ = true;
  set_lines(false);
  try {
    if (state_ == State::running) {
      const Cursor::Answer answer = access();
      result.ok = answer.ok;
      result.value = answer.value;
      return result;
    }
  } catch (const Cursor::Over&) {
    state_ = State::over;
  } catch (const Cursor::Differs&) {
    state_ = State::differs;
  }
  core_.request_stop();
  return result;
}

rv32::BusResult Elf::read(std::uint32_t address, unsigned bytes, rv32::Purpose) {
  return guarded([&]() -> Cursor::Answer {
    if (!in_window(address)) return cursor_.read(address);
    Cursor::Answer word;
    for (unsigned i = bytes; i-- != 0;) {
      const Cursor::Answer byte = cursor_.load(shown(address) + i);
      word.ok = word.ok && byte.ok;
      word.value |= byte.value << 8 * i;
    }
    return word;
  });
}

// Through which a build reaches memory, and which show nothing to anyone else.
bool Elf::own_register(std::uint32_t address, std::uint32_t value) {
  switch (address - TAKT_SYSTEM_BASE) {
    case TAKT_SYSTEM_WINDOW_LO:
      window_ = (window_ & ~std::uint64_t{0xffffffff}) | value;
      return true;
    case TAKT_SYSTEM_WINDOW_HI:
      window_ = (window_ & 0xffffffff) | std::uint64_t{value} << 32;
      return true;
    case TAKT_SYSTEM_TRACE:
    case TAKT_SYSTEM_CONSOLE:
      return true;
    default:
      return false;
  }
}

rv32::BusResult Elf::write(std::uint32_t address, unsigned bytes, std::uint32_t value) {
  return guarded([&]() -> Cursor::Answer {
    if (own_register(address, value)) return {};
    if (!in_window(address)) return cursor_.write(address, value);
    Cursor::Answer word;
    for (unsigned i = 0; i != bytes; ++i)
      word.ok = cursor_.store(shown(address) + i, static_cast<std::uint8_t>(value >> 8 * i)).ok && word.ok;
    return word;
  });
}

template <class Machine>
void play(Cursor& cursor, const std::string& file, Machine& machine) {
  try {
    while (const std::optional<takt_boot_info> info = cursor.start(file)) machine.run(*info);
  } catch (const Cursor::Differs&) {
  }
}

}  // namespace

Rerun rerun_native(const traces::FirmwareTrace& trace, const std::string& file) {
  Cursor cursor(trace);
  Native machine(cursor);
  play(cursor, file, machine);
  return {"native", cursor.accesses(), cursor.difference()};
}

Rerun rerun_elf(const traces::FirmwareTrace& trace, const std::string& file, const cpu::Image& image,
                const std::string& build) {
  Cursor cursor(trace);
  Elf machine(cursor, image);
  play(cursor, file, machine);
  return {build, cursor.accesses(), cursor.difference()};
}

}  // namespace takt::rerun
