#include "sim/compiler/list_writer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/graph/error.h"

namespace takt::compiler {
namespace {

constexpr std::size_t most_commands = 1u << 18;  // of one list: 32 MiB. 7 GB of weights take a fifth

bool overlaps_itself(std::uint32_t engine) { return engine == TAKT_ENGINE_DMA_IN || engine == TAKT_ENGINE_DMA_OUT; }

takt_command nop(std::uint32_t layer) {
  takt_command command{};
  command.opcode = TAKT_OP_NOP;
  command.layer = layer;
  return command;
}

}  // namespace

Counts ListWriter::positions() const {
  Counts counts{};
  for (std::size_t e = 0; e < counts.size(); ++e) counts[e] = static_cast<std::uint32_t>(program_.lists[e].size());
  return counts;
}

void ListWriter::push(std::uint32_t engine, takt_command command, std::vector<Access> accesses) {
  Counts waits = hazards_.required(accesses);
  raise(waits, std::exchange(extra_[engine], {}));
  if (!overlaps_itself(engine)) waits[engine] = 0;  // one command at a time
  drop_implied(engine, waits);
  const auto needed = std::count_if(waits.begin(), waits.end(), [](std::uint32_t count) { return count != 0; });
  if (needed > static_cast<std::ptrdiff_t>(TAKT_WAITS)) {  // a command has fewer waits than there are engines
    Counts first{};
    std::swap(first[engine], waits[engine]);
    append(engine, nop(command.layer), {}, first);
  }
  append(engine, command, std::move(accesses), waits);
}

// What has retired for certain, and what another wait of the same command implies, need not be waited for.
void ListWriter::drop_implied(std::uint32_t engine, Counts& waits) const {
  for (std::size_t e = 0; e < waits.size(); ++e)
    if (waits[e] <= known_[engine][e]) waits[e] = 0;
  for (std::size_t e = 0; e < waits.size(); ++e) {
    if (waits[e] == 0) continue;
    const Counts& implied = known_at_start_[e][waits[e] - 1];
    for (std::size_t other = 0; other < waits.size(); ++other)
      if (other != e && waits[other] <= implied[other]) waits[other] = 0;
  }
}

void ListWriter::append(std::uint32_t engine, takt_command command, std::vector<Access> accesses, const Counts& waits) {
  if (program_.lists[engine].size() == most_commands)
    throw graph::GraphError("a command list exceeds " + std::to_string(most_commands) + " commands");
  command.engine = static_cast<std::uint8_t>(engine);
  command.post = static_cast<std::uint16_t>(engine);
  command.parameter = TAKT_NO_PARAMETER;
  for (takt_wait& wait : command.wait) wait = {TAKT_NO_SEMAPHORE, 0, 0};
  std::size_t used = 0;
  for (std::size_t e = 0; e < waits.size(); ++e) {
    if (waits[e] == 0) continue;
    command.wait[used++] = {static_cast<std::uint16_t>(e), 0, waits[e]};
    raise(known_[engine], known_at_start_[e][waits[e] - 1]);
    known_[engine][e] = std::max(known_[engine][e], waits[e]);
  }
  known_at_start_[engine].push_back(known_[engine]);
  program_.lists[engine].push_back(command);
  hazards_.record(accesses, engine, static_cast<std::uint32_t>(program_.lists[engine].size()));
  if (program_.layers.size() > command.layer) ++program_.layers[command.layer].commands[engine];
  program_.accesses[engine].push_back(std::move(accesses));
}

}  // namespace takt::compiler
