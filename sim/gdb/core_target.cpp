#include "sim/gdb/core_target.h"

#include <algorithm>

#include "sim/gdb/registers.h"

namespace takt::gdb {
namespace {

bool breaks(Point point) { return point == Point::software_breakpoint || point == Point::hardware_breakpoint; }
bool watches_loads(Point point) { return point == Point::read || point == Point::access; }
bool watches_stores(Point point) { return point == Point::write || point == Point::access; }

// How many bytes from `address` on lie in one aligned word, at most `bytes`.
std::uint32_t in_word(std::uint32_t address, std::size_t bytes) {
  return static_cast<std::uint32_t>(std::min<std::size_t>(4 - address % 4, bytes));
}

}  // namespace

std::string CoreTarget::description() const { return target_description(); }
unsigned CoreTarget::general_registers() const { return general_count; }
unsigned CoreTarget::pc() const { return pc_number; }

std::optional<std::uint32_t> CoreTarget::read_register(unsigned number) const {
  if (number < pc_number) return core().reg(number);
  if (number == pc_number) return core().pc();
  if (number == mode_number) return static_cast<std::uint32_t>(core().privilege());
  std::uint32_t value = 0;
  if (number < first_csr || number > mode_number || !core().read_csr(number - first_csr, value)) return std::nullopt;
  return value;
}

bool CoreTarget::write_register(unsigned number, std::uint32_t value) {
  if (number < pc_number) return core().set_reg(number, value), true;
  if (number == pc_number) return core().set_pc(value), true;
  return number >= first_csr && number < mode_number && core().write_csr(number - first_csr, value);
}

std::string CoreTarget::read_memory(std::uint32_t address, std::uint32_t bytes) {
  std::string read;
  while (read.size() < bytes) {
    const std::uint32_t at = address + static_cast<std::uint32_t>(read.size());
    std::uint8_t word[4];
    const std::uint32_t part = in_word(at, bytes - read.size());
    if (!debuggee_.look(at, word, part)) break;
    read.append(word, word + part);
  }
  return read;
}

bool CoreTarget::write_memory(std::uint32_t address, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::uint32_t part = in_word(address, bytes.size());
    if (!debuggee_.change(address, bytes.data(), part)) return false;
    bytes.remove_prefix(part);
    address += part;
  }
  return true;
}

bool CoreTarget::insert(Point point, std::uint32_t address, std::uint32_t bytes) {
  if (bytes == 0 || places_.size() == most_points) return false;
  remove(point, address, bytes);
  places_.push_back({point, address, bytes});
  if (breaks(point)) core().set_breakpoint(address);
  watch(places_.back());
  return true;
}

void CoreTarget::remove(Point point, std::uint32_t address, std::uint32_t bytes) {
  const auto found = std::find_if(places_.begin(), places_.end(), [&](const Place& place) {
    return place.point == point && place.address == address && place.bytes == bytes;
  });
  if (found == places_.end()) return;
  const Place place = *found;
  places_.erase(found);
  if (breaks(point) && !is_breakpoint(address)) core().clear_breakpoint(address);
  unwatch(place);
}

void CoreTarget::remove_all() {
  while (!places_.empty()) {
    const Place place = places_.back();
    remove(place.point, place.address, place.bytes);
  }
}

bool CoreTarget::is_breakpoint(std::uint32_t address) const {
  return std::any_of(places_.begin(), places_.end(),
                     [&](const Place& place) { return breaks(place.point) && place.address == address; });
}

void CoreTarget::watch(const Place& place) {
  if (watches_loads(place.point)) core().watch_loads(place.address, place.bytes);
  if (watches_stores(place.point)) core().watch_stores(place.address, place.bytes);
}

void CoreTarget::unwatch(const Place& place) {
  if (watches_loads(place.point)) core().unwatch_loads(place.address, place.bytes);
  if (watches_stores(place.point)) core().unwatch_stores(place.address, place.bytes);
}

std::optional<Point> CoreTarget::watched() const {
  const rv32::Access& access = core().watched();
  for (const Place& place : places_) {
    const bool overlap = access.address - place.address < place.bytes || place.address - access.address < access.bytes;
    if (overlap && (access.store ? watches_stores(place.point) : watches_loads(place.point))) return place.point;
  }
  return std::nullopt;
}

std::string CoreTarget::thread_state() const {
  return std::string(core().privilege() == rv32::Privilege::machine ? "machine" : "user") + " mode, " +
         (core().waiting() ? "asleep" : "awake");
}

}  // namespace takt::gdb
