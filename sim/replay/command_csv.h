// The commands of one channel as the CSV that DRAMPower's command line reads (tukl-msd/DRAMPower, src/cli/lib):
//
//   clk,CMD,rank,bankgroup,bank,row,column[,data]
//
// ACT, PRE, PREA, RD, WR, REFA, REFB and, as the last line, END. The bank counts through the bank groups of its rank,
// as there. The column is 0 (no energy depends on it) and data are zeros, which DRAMPower demands of RD and WR: for the
// interface's energy give it toggle rates. Power-down, self-refresh and the write clock are not commands of this
// format.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/dram/memory.h"
#include "traces/formats/memory/partial_file.h"

namespace takt::replay {

class CommandCsv final : public dram::CommandObserver {
 public:
  // The file stands under its name once it is finished. Throws traces::MemoryTraceWriteError, as do the others.
  CommandCsv(const std::filesystem::path& file, const dram::Config& config);

  void activate(unsigned bank, std::uint32_t row, dram::Cycle at, dram::Cycle second) override;
  void precharge(unsigned bank, dram::Cycle at) override;
  void precharge_all(unsigned rank, dram::Cycle at) override;
  void column(unsigned bank, bool write, dram::Cycle at) override;
  void refresh(unsigned bank, dram::Cycle at) override;
  void refresh_all(unsigned rank, dram::Cycle at) override;

  // Writes the last line, not before the last command, and puts the file in place.
  void finish(dram::Cycle end);

 private:
  void line(dram::Cycle at, const char* command, unsigned rank, unsigned bank, std::uint32_t row, bool data);

  traces::PartialFile file_;
  std::string text_;  // one line
  dram::Cycle last_ = 0;
  unsigned groups_, banks_per_group_;
  std::string data_;
  std::vector<std::uint32_t> row_;  // the open one, by bank
};

}  // namespace takt::replay
