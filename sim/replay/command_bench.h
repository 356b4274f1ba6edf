// One replay of commands as SystemC sees it: the board, the player, and what looks at the counters.
#pragma once

#include <optional>
#include <string>

#include "sim/platform/command_player.h"
#include "sim/platform/npu_board.h"
#include "sim/replay/command_replay.h"

namespace takt::replay {

class CommandBench : public sc_core::sc_module {
 public:
  // Loads the programs. Throws traces::PackedFileError where the trace does not fit.
  CommandBench(const traces::CommandTrace& trace, const std::string& file, const config::ScenarioConfig& scenario,
               const CommandProgress& progress);

  // Until everything is played. Throws platform::SimulationFailure at `limit`.
  void run(units::Time limit);

  // Of the memories together and of the energy, in 100 us.
  std::optional<platform::PeakBytes> peak_bytes() const { return peak_bytes_; }
  std::optional<platform::PeakEnergy> peak_energy() const { return peak_energy_; }

 private:
  const traces::CommandTrace& trace_;
  const std::uint64_t moved_;

 public:
  platform::NpuBoard board;
  platform::CommandPlayer player;
  platform::Snapshot begin, end;  // at the first control, and when all is over

 private:
  SC_HAS_PROCESS(CommandBench);
  void finish();
  void sample();
  void measure();
  std::uint64_t bytes() const;

  const CommandProgress& progress_;
  sc_core::sc_signal<bool> line_;
  sc_core::sc_event next_;
  units::Time last_ = units::never();
  std::uint64_t last_bytes_ = 0;
  platform::Attojoules last_energy_ = 0;
  std::optional<platform::PeakBytes> peak_bytes_;
  std::optional<platform::PeakEnergy> peak_energy_;
  bool finished_ = false;
};

}  // namespace takt::replay
