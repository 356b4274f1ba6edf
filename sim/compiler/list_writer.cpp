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

std::uint16_t ListWriter::store_semaphore(std::uint32_t core) {
  return static_cast<std::uint16_t>(core == 0 ? TAKT_ENGINE_DMA_OUT : TAKT_ENGINE_COUNT - 1 + core);
}

std::uint16_t ListWriter::semaphore(std::size_t engine) const {
  return engine == TAKT_ENGINE_DMA_OUT ? store_semaphore(core_) : static_cast<std::uint16_t>(engine);
}

void ListWriter::await_stores(std::uint32_t core, std::uint32_t count, std::uint32_t layer) {
  if (core == core_ || count <= stored_[core]) return;
  stored_[core] = count;
  append(TAKT_ENGINE_DMA_IN, nop(layer), {}, {});
  part_.lists[TAKT_ENGINE_DMA_IN].back().wait[0] = {store_semaphore(core), 0, count};
}

Counts ListWriter::positions() const {
  Counts counts{};
  for (std::size_t e = 0; e < counts.size(); ++e) counts[e] = static_cast<std::uint32_t>(part_.lists[e].size());
  return counts;
}

// What the engine's next command waits for, at most what one command can; a NOP before it waits for the rest.
Counts ListWriter::waits_for(std::uint32_t engine, std::uint32_t layer, const std::vector<Access>& accesses) {
  Counts waits = hazards_.required(accesses);
  raise(waits, std::exchange(extra_[engine], {}));
  if (!overlaps_itself(engine)) waits[engine] = 0;  // one command at a time
  drop_implied(engine, waits);
  const auto needed = std::count_if(waits.begin(), waits.end(), [](std::uint32_t count) { return count != 0; });
  if (needed > static_cast<std::ptrdiff_t>(TAKT_WAITS)) {  // a command has fewer waits than there are engines
    Counts first{};
    std::swap(first[engine], waits[engine]);
    append(engine, nop(layer), {}, first);
  }
  return waits;
}

void ListWriter::push(std::uint32_t engine, takt_command command, std::vector<Access> accesses) {
  const Counts waits = waits_for(engine, command.layer, accesses);
  append(engine, command, std::move(accesses), waits);
}

// The loop's begin waits; what its turns left out would have posted, its end does.
void ListWriter::push_loop(std::uint32_t engine, const takt_loop_body& loop, takt_command command,
                           std::vector<Access> accesses) {
  const Counts waits = waits_for(engine, command.layer, accesses);
  takt_command bracket = nop(command.layer);
  bracket.opcode = TAKT_OP_LOOP_BEGIN;
  bracket.post = TAKT_NO_SEMAPHORE;
  bracket.body.loop = loop;
  place(engine, bracket, waits);
  command.post = semaphore(engine);
  place(engine, command, {});
  bracket.opcode = TAKT_OP_LOOP_END;
  bracket.body.loop = {};
  std::fill(std::begin(bracket.body.loop.count), std::end(bracket.body.loop.count),
            takt_loop_count{TAKT_NO_SEMAPHORE, 0});
  bracket.body.loop.count[0] = {semaphore(engine), 1};
  place(engine, bracket, {});
  retires(engine, loop.trips, accesses);
  std::vector<std::vector<Access>>& all = part_.accesses[engine];
  all.resize(all.size() + 3);
  all[all.size() - 2] = std::move(accesses);
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
  command.post = semaphore(engine);
  place(engine, command, waits);
  retires(engine, 1, accesses);
  part_.accesses[engine].push_back(std::move(accesses));
}

void ListWriter::place(std::uint32_t engine, takt_command command, const Counts& waits) {
  if (part_.lists[engine].size() == most_commands)
    throw graph::GraphError("a command list exceeds " + std::to_string(most_commands) + " commands");
  command.engine = static_cast<std::uint8_t>(engine);
  if (cores_ > 1 && engine == TAKT_ENGINE_DMA_OUT) command.flags = TAKT_POST_ALL_CORES;
  if (command.extent.of == TAKT_EXTENT_NONE) command.parameter = TAKT_NO_PARAMETER;
  for (takt_wait& wait : command.wait) wait = {TAKT_NO_SEMAPHORE, 0, 0};
  std::size_t used = 0;
  for (std::size_t e = 0; e < waits.size(); ++e) {
    if (waits[e] == 0) continue;
    command.wait[used++] = {semaphore(e), 0, waits[e]};
    raise(known_[engine], known_at_start_[e][waits[e] - 1]);
    known_[engine][e] = std::max(known_[engine][e], waits[e]);
  }
  part_.lists[engine].push_back(command);
  if (program_.layers.size() > command.layer) ++program_.layers[command.layer].commands[engine];
}

// The command placed last retires so many times.
void ListWriter::retires(std::uint32_t engine, std::uint32_t times, const std::vector<Access>& accesses) {
  known_at_start_[engine].insert(known_at_start_[engine].end(), times, known_[engine]);
  posted_[engine] += times;
  hazards_.record(accesses, engine, posted_[engine]);
}

}  // namespace takt::compiler
