#include "sim/bare/semihosting.h"

#include <algorithm>
#include <cstring>

namespace takt::bare {
namespace {

enum Operation : std::uint32_t {
  sys_open = 0x01,
  sys_close = 0x02,
  sys_writec = 0x03,
  sys_write0 = 0x04,
  sys_write = 0x05,
  sys_read = 0x06,
  sys_readc = 0x07,
  sys_iserror = 0x08,
  sys_istty = 0x09,
  sys_seek = 0x0a,
  sys_flen = 0x0c,
  sys_clock = 0x10,
  sys_time = 0x11,
  sys_errno = 0x13,
  sys_get_cmdline = 0x15,
  sys_heapinfo = 0x16,
  sys_exit = 0x18,
  sys_exit_extended = 0x20,
  sys_elapsed = 0x30,
  sys_tickfreq = 0x31,
};

constexpr std::uint32_t failed = ~0u;
constexpr std::uint32_t application_exit = 0x20026;  // ADP_Stopped_ApplicationExit
constexpr std::uint32_t longest_transfer = 1u << 20;
// A cycle counts as a nanosecond: a bare program's core has no clock in hertz.
constexpr std::uint32_t ticks_per_second = 1000000000;

// Handles by SYS_OPEN's mode: r, w, a for standard input, output and error (Arm, section 6.15).
enum Handle : std::uint32_t { in = 1, out = 2, err = 3, features = 4 };

// What the file ":semihosting-features" holds (section 3.2): SYS_EXIT_EXTENDED is there, standard error is told apart.
const std::string feature_bytes = "SHFB\x03";

}  // namespace

std::optional<std::uint32_t> Semihosting::call() {
  const std::uint32_t operation = core_.reg(10), block = core_.reg(11);
  const bool ends = operation == sys_exit || operation == sys_exit_extended;
  const std::uint32_t code = ends ? exit_code(operation, block) : 0;
  core_.finish_semihosting(ends ? 0 : result_of(operation, block));
  return ends ? std::optional<std::uint32_t>(code) : std::nullopt;
}

// On 32 bits SYS_EXIT has no code, only a reason; SYS_EXIT_EXTENDED has both.
std::uint32_t Semihosting::exit_code(std::uint32_t operation, std::uint32_t block) const {
  if (operation == sys_exit) return block == application_exit ? 0 : 1;
  return word(block, 0) == application_exit ? word(block, 1) : 1;
}

std::uint32_t Semihosting::result_of(std::uint32_t operation, std::uint32_t block) {
  switch (operation) {
    case sys_open:
      return open(block);
    case sys_flen:
      return word(block, 0) == features ? static_cast<std::uint32_t>(feature_bytes.size()) : 0;
    case sys_seek:
      return seek(block);
    case sys_close:
    case sys_errno:
    case sys_time:  // nothing of the host's clock may be seen
      return 0;
    case sys_writec: {
      char character = 0;
      if (core_.peek(block, &character, 1)) streams_.write(false, std::string(1, character));
      return 0;
    }
    case sys_write0:
      return write_string(block);
    case sys_write:
      return write(block);
    case sys_read:
      return read(block);
    case sys_readc: {
      const std::string text = streams_.read(1);
      return text.empty() ? failed : static_cast<std::uint8_t>(text[0]);
    }
    case sys_iserror:
      return word(block, 0) >> 31;
    case sys_istty:
      return word(block, 0) == features ? 0 : 1;
    case sys_clock:  // hundredths of a second
      return static_cast<std::uint32_t>(core_.cycles() / (ticks_per_second / 100));
    case sys_get_cmdline:
      return command_line(block);
    case sys_heapinfo:
      return heap_info(block);
    case sys_elapsed:
      return elapsed(block);
    case sys_tickfreq:
      return ticks_per_second;
    default:
      return failed;
  }
}

std::uint32_t Semihosting::word(std::uint32_t block, unsigned index) const {
  std::uint32_t value = 0;
  core_.peek(block + 4 * index, &value, 4);
  return value;
}

std::uint32_t Semihosting::open(std::uint32_t block) {
  std::string name(std::min<std::uint32_t>(word(block, 2), 64), 0);
  if (!core_.peek(word(block, 0), name.data(), static_cast<std::uint32_t>(name.size()))) return failed;
  const std::uint32_t mode = word(block, 1);
  if (name == ":tt") return mode < 4 ? in : mode < 8 ? out : err;
  if (name != ":semihosting-features" || mode >= 4) return failed;
  feature_position_ = 0;
  return features;
}

std::uint32_t Semihosting::seek(std::uint32_t block) {
  if (word(block, 0) != features || word(block, 1) > feature_bytes.size()) return failed;
  feature_position_ = word(block, 1);
  return 0;
}

// Returns how many bytes were not written.
std::uint32_t Semihosting::write(std::uint32_t block) {
  const std::uint32_t handle = word(block, 0), bytes = std::min(word(block, 2), longest_transfer);
  std::string text(bytes, 0);
  if ((handle != out && handle != err) || !core_.peek(word(block, 1), text.data(), bytes)) return word(block, 2);
  streams_.write(handle == err, text);
  return word(block, 2) - bytes;
}

std::uint32_t Semihosting::write_string(std::uint32_t address) {
  std::string text;
  char character = 0;
  while (text.size() < longest_transfer && core_.peek(address++, &character, 1) && character != 0) text += character;
  streams_.write(false, text);
  return 0;
}

// Returns how many bytes were not read.
std::uint32_t Semihosting::read(std::uint32_t block) {
  const std::uint32_t bytes = word(block, 2);
  const std::uint32_t handle = word(block, 0), most = std::min(bytes, longest_transfer);
  if (handle != in && handle != features) return bytes;
  const std::string text = handle == in ? streams_.read(most) : feature_bytes.substr(feature_position_, most);
  if (handle == features) feature_position_ += static_cast<std::uint32_t>(text.size());
  if (!core_.poke(word(block, 1), text.data(), static_cast<std::uint32_t>(text.size()))) return bytes;
  return bytes - static_cast<std::uint32_t>(text.size());
}

std::uint32_t Semihosting::command_line(std::uint32_t block) {
  const auto bytes = static_cast<std::uint32_t>(place_.command_line.size());
  if (bytes + 1 > word(block, 1) || !core_.poke(word(block, 0), place_.command_line.c_str(), bytes + 1)) return failed;
  return core_.poke(block + 4, &bytes, 4) ? 0 : failed;
}

std::uint32_t Semihosting::heap_info(std::uint32_t block) {
  const std::uint32_t info[] = {place_.heap_begin, place_.memory_end, place_.memory_end, 0};
  return core_.poke(word(block, 0), info, sizeof(info)) ? 0 : failed;
}

std::uint32_t Semihosting::elapsed(std::uint32_t block) {
  const std::uint64_t ticks = core_.cycles();
  return core_.poke(block, &ticks, 8) ? 0 : failed;
}

}  // namespace takt::bare
