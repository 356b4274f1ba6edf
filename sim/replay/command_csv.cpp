#include "sim/replay/command_csv.h"

#include <algorithm>

namespace takt::replay {

CommandCsv::CommandCsv(const std::filesystem::path& file, const dram::Config& config)
    : file_(file),
      groups_(config.bank_groups),
      banks_per_group_(config.banks_per_group),
      data_("," + std::string(std::size_t{config.burst_bytes} * 2, '0')),
      row_(std::size_t{config.ranks} * groups_ * banks_per_group_) {}

void CommandCsv::activate(unsigned bank, std::uint32_t row, dram::Cycle at, dram::Cycle) {
  row_[bank] = row;
  line(at, "ACT", bank / (groups_ * banks_per_group_), bank, row, false);
}

void CommandCsv::precharge(unsigned bank, dram::Cycle at) {
  line(at, "PRE", bank / (groups_ * banks_per_group_), bank, row_[bank], false);
}

void CommandCsv::precharge_all(unsigned rank, dram::Cycle at) { line(at, "PREA", rank, 0, 0, false); }

void CommandCsv::column(unsigned bank, bool write, dram::Cycle at) {
  line(at, write ? "WR" : "RD", bank / (groups_ * banks_per_group_), bank, row_[bank], true);
}

void CommandCsv::refresh(unsigned bank, dram::Cycle at) {
  line(at, "REFB", bank / (groups_ * banks_per_group_), bank, 0, false);
}

void CommandCsv::refresh_all(unsigned rank, dram::Cycle at) { line(at, "REFA", rank, 0, 0, false); }

void CommandCsv::finish(dram::Cycle end) {
  line(std::max(end, last_), "END", 0, 0, 0, false);
  file_.commit();
}

void CommandCsv::line(dram::Cycle at, const char* command, unsigned rank, unsigned bank, std::uint32_t row, bool data) {
  const unsigned group = bank % groups_;
  const unsigned in_group = bank / groups_ % banks_per_group_;
  last_ = at;
  text_.clear();
  text_ += std::to_string(at) + "," + command + "," + std::to_string(rank) + "," + std::to_string(group) + "," +
           std::to_string(group * banks_per_group_ + in_group) + "," + std::to_string(row) + ",0";
  if (data) text_ += data_;
  text_ += '\n';
  file_.write(text_);
}

}  // namespace takt::replay
