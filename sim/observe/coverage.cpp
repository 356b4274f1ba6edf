#include "sim/observe/coverage.h"

#include <fmt/format.h>

#include "models/cpu/rv32/decode.h"
#include "sim/observe/text.h"

namespace takt::observe {

Coverage::Coverage(const SymbolTable& symbols, const traces::ElfImage& image) : symbols_(symbols), image_(image) {
  for (const CodeRange& range : symbols.code())
    areas_.push_back({range.begin, std::vector<bool>((range.end - range.begin + 1) / 2)});
}

void Coverage::mark(std::uint32_t pc) {
  for (Area& area : areas_)
    if (const std::uint32_t half = (pc - area.begin) / 2; pc >= area.begin && half < area.executed.size())
      area.executed[half] = true;
}

bool Coverage::was_executed(std::uint32_t pc) const {
  for (const Area& area : areas_)
    if (const std::uint32_t half = (pc - area.begin) / 2; pc >= area.begin && half < area.executed.size())
      return area.executed[half];
  return false;
}

std::uint32_t Coverage::length_at(std::uint32_t pc) const {
  for (const traces::ElfSegment& segment : image_.segments)
    if (const std::uint32_t offset = pc - segment.address; offset < segment.data.size())
      return rv32::length_of(segment.data[offset]);
  return 0;
}

Coverage::Count Coverage::of(const Function& function) const {
  Count count;
  std::uint32_t length = 0;
  for (std::uint32_t pc = function.begin; pc < function.end && (length = length_at(pc)) != 0; pc += length) {
    ++count.total;
    count.executed += was_executed(pc);
  }
  return count;
}

// Shares are cut to tenths of a percent, so that 100.0 is all of it.
void Coverage::write(std::ostream& out) const {
  const auto row = [&](const Count& count, const std::string& name) {
    const std::uint64_t tenths = count.total == 0 ? 0 : std::uint64_t{1000} * count.executed / count.total;
    out << fmt::format("{:>8} {:>8} {:>5}.{}  {}\n", count.executed, count.total, tenths / 10, tenths % 10, name);
  };
  out << "executed    total       %  function\n";
  Count all;
  for (const Function& function : symbols_.functions()) {
    if (!counts(function)) continue;
    const Count count = of(function);
    row(count, function.name);
    all.executed += count.executed;
    all.total += count.total;
  }
  row(all, "all functions");
  out << "\nnever executed\n";
  for (const Function& function : symbols_.functions())
    if (counts(function)) write_missed(out, function);
}

void Coverage::write_missed(std::ostream& out, const Function& function) const {
  std::uint32_t first = 0, count = 0, length = 0;
  const auto close = [&](std::uint32_t end) {
    if (count == 0) return;
    out << fmt::format("{}-{}  {:>4} of {}\n", address_text(first), address_text(end - 1), count,
                       symbols_.place(first));
    count = 0;
  };
  std::uint32_t pc = function.begin;
  for (; pc < function.end && (length = length_at(pc)) != 0; pc += length) {
    if (was_executed(pc)) {
      close(pc);
    } else if (count++ == 0) {
      first = pc;
    }
  }
  close(pc);
}

}  // namespace takt::observe
