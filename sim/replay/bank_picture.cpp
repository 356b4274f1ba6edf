#include "sim/replay/bank_picture.h"

#include <algorithm>

#include "traces/formats/csv.h"

namespace takt::replay {
namespace {

constexpr char shades[] = " .:-=+*#%@";  // 0 is blank, every other count is not
constexpr unsigned darkest = sizeof shades - 2;

using Count = std::uint64_t (*)(const dram::Counts&);

std::uint64_t columns_of(const dram::Counts& c) { return c.reads + c.writes; }
std::uint64_t activations_of(const dram::Counts& c) { return c.activations; }

std::uint64_t largest(const MemoryFigures& figures, Count count) {
  std::uint64_t most = 0;
  for (const ChannelFigures& channel : figures.channels)
    for (const dram::Counts& bank : channel.banks) most = std::max(most, count(bank));
  return most;
}

char shade(std::uint64_t n, std::uint64_t most) {
  return shades[most == 0 ? 0 : units::mul_div_ceil(n, darkest, most)];
}

// Banks of a rank, group by group.
std::string cells(const dram::Config& c, const ChannelFigures& channel, unsigned rank, Count count,
                  std::uint64_t most) {
  std::string text = "|";
  for (unsigned group = 0; group < c.bank_groups; ++group) {
    for (unsigned bank = 0; bank < c.banks_per_group; ++bank)
      text += shade(count(channel.banks[(rank * c.banks_per_group + bank) * c.bank_groups + group]), most);
    text += "|";
  }
  return text;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

}  // namespace

std::string bank_picture(const MemoryFigures& figures) {
  const dram::Config& c = figures.config;
  const std::uint64_t columns = largest(figures, columns_of);
  const std::uint64_t activations = largest(figures, activations_of);
  const std::string left = "column commands, @ = " + std::to_string(columns);
  const std::size_t width = std::max<std::size_t>(left.size(), 1 + c.bank_groups * (c.banks_per_group + 1)) + 3;
  std::string text =
      padded("banks", 10) + padded(left, width) + "activations, @ = " + std::to_string(activations) + "\n";
  for (std::size_t i = 0; i < figures.channels.size(); ++i) {
    for (unsigned rank = 0; rank < c.ranks; ++rank) {
      const std::string name = "ch" + std::to_string(i) + (c.ranks > 1 ? " r" + std::to_string(rank) : "");
      text += padded("  " + name, 10) + padded(cells(c, figures.channels[i], rank, columns_of, columns), width) +
              cells(c, figures.channels[i], rank, activations_of, activations) + "\n";
    }
  }
  return text;
}

std::string banks_csv(const MemoryFigures& figures) {
  const dram::Config& c = figures.config;
  traces::CsvTable table({"channel", "rank", "bank_group", "bank", "reads", "writes", "activations", "conflicts"});
  for (std::size_t i = 0; i < figures.channels.size(); ++i) {
    const std::vector<dram::Counts>& banks = figures.channels[i].banks;
    for (unsigned bank = 0; bank < banks.size(); ++bank) {
      const unsigned rest = bank / c.bank_groups;
      table.row({std::to_string(i), std::to_string(rest / c.banks_per_group), std::to_string(bank % c.bank_groups),
                 std::to_string(rest % c.banks_per_group), std::to_string(banks[bank].reads),
                 std::to_string(banks[bank].writes), std::to_string(banks[bank].activations),
                 std::to_string(banks[bank].conflicts)});
    }
  }
  return table.text();
}

}  // namespace takt::replay
