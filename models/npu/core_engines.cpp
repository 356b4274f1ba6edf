// Issue and retirement: what starts when its semaphores hold, how long it takes, what it counts.
#include <algorithm>

#include "models/npu/core.h"

namespace takt::npu {

using units::Cycles;
using units::Time;

namespace {

constexpr bool is_dma(std::uint32_t engine) { return engine <= TAKT_ENGINE_DMA_OUT; }
constexpr std::uint32_t compute_user(std::uint32_t engine) { return engine - TAKT_ENGINE_TENSOR; }

CommandRecord record_of(const takt_command& command) {
  CommandRecord record;
  record.engine = command.engine;
  record.layer = command.layer;
  return record;
}

}  // namespace

// What comes to its end frees what follows.
bool Core::work(Time now) {
  bool changed = collect_fetches(now);
  changed |= fetch_commands();
  for (std::uint32_t list = 0; list < 2; ++list) changed |= retire_dma(list, now);
  for (std::uint32_t engine = TAKT_ENGINE_TENSOR; engine < TAKT_ENGINE_COUNT; ++engine)
    changed |= retire_compute(engine, now);
  for (std::uint32_t engine = 0; engine < TAKT_ENGINE_COUNT && status_ == TAKT_STATUS_OK; ++engine)
    changed |= issue(engine, now);
  return changed;
}

bool Core::waits_hold(const takt_command& command, std::uint32_t engine) {
  for (const takt_wait& wait : command.wait) {
    if (wait.semaphore == TAKT_NO_SEMAPHORE) continue;
    if (semaphore_[wait.semaphore] < wait.value) {
      standing_[engine].reason = poster_[wait.semaphore];
      return false;
    }
  }
  return true;
}

// Starts the next command of a list if it can start now. True when anything changed.
bool Core::issue(std::uint32_t engine, Time now) {
  if (is_dma(engine) && !dma_[engine].again.empty()) return issue_again(engine, now);
  Sequencer& list = lists_[engine];
  const takt_command* command = list.peek();
  if (command == nullptr) {
    if (list.waiting_for_fetch()) standing_[engine].reason = Stall::front_end;
    return false;
  }
  if (is_dma(engine)) {
    const DmaList& dma = dma_[engine];
    if (dma.in_flight.size() >= config_.dma.commands_in_flight || now < dma.ready) return false;
  } else if (compute_[compute_user(engine)].busy) {
    return false;
  }
  if (const std::uint32_t status = check_command(*command, engine, config_.scratchpad_bytes)) {
    fail(engine, status);
    return true;
  }
  takt_command room;
  const takt_command& resolved = list.resolve(room);
  if (!list.skipping()) {
    if (!waits_hold(resolved, engine)) return false;
    const bool loop = resolved.opcode == TAKT_OP_LOOP_BEGIN || resolved.opcode == TAKT_OP_LOOP_END;
    if (!loop && !is_dma(engine)) {
      issue_compute(engine, resolved, now);
    } else if (!loop) {
      const Issue issue = issue_dma(engine, resolved, now);
      if (issue == Issue::later) return false;
      if (issue != Issue::done) {
        fail(engine, issue == Issue::bad ? TAKT_STATUS_BAD_COMMAND : TAKT_STATUS_ACCESS);
        return true;
      }
    }
  }
  if (const std::uint32_t status = list.advance())
    fail(engine, status);
  else if (list.missing_turns() != 0)
    end_short_loop(engine, room, now);
  return true;
}

// The turns that a loop lacks are posted in its list's order: a DMA list's behind what is in flight.
void Core::end_short_loop(std::uint32_t engine, const takt_command& end, Time now) {
  DmaCommand posts;
  posts.command = end;
  posts.missing_turns = lists_[engine].missing_turns();
  if (!is_dma(engine)) return post_missing_turns(posts);
  posts.answered = true;
  posts.begin = posts.last = now;
  dma_[engine].in_flight.push_back(posts);
  update_dma_share(now);
}

void Core::post_missing_turns(const DmaCommand& posts) {
  for (const takt_loop_count& count : posts.command.body.loop.count)
    if (count.semaphore < TAKT_SEMAPHORES) post(posts.command, count.semaphore, posts.missing_turns * count.count);
}

// What a command's rows lie behind in DRAM: its base, or the entry of its table, 0 where that names nothing. False
// while the entry is on its way.
bool Core::locate(std::uint32_t engine, const takt_dma_body& body, Time now, std::uint64_t& base) {
  base = job_.header.bases[body.base];
  if (body.table == TAKT_NO_TABLE) return true;
  const std::uint32_t slot = entry_slot + engine;
  if (!over(slot, now)) return false;
  constexpr std::uint64_t per_line = std::tuple_size_v<decltype(TableLine::entries)>;
  TableLine& line = table_lines_[engine];
  const std::uint64_t entry = lists_[engine].entry(body);
  if (line.table == body.table && line.number == entry / per_line) {
    base = line.entries[entry % per_line];
    return true;
  }
  const takt_table& table = job_.parameters.table[body.table];
  line.table = body.table;
  line.number = entry / per_line;
  const std::uint64_t first = line.number * per_line;
  const std::uint64_t bytes = std::min(per_line, table.entries - first) * sizeof(std::uint64_t);
  read(slot, table.address + first * sizeof(std::uint64_t), line.entries.data(), static_cast<std::uint32_t>(bytes));
  return false;
}

// Whether a table has what a command asks of it.
bool Core::entry_exists(std::uint32_t engine, const takt_dma_body& body) const {
  return body.table == TAKT_NO_TABLE ||
         (job_.parameters_given && lists_[engine].entry(body) < job_.parameters.table[body.table].entries);
}

Core::Issue Core::issue_dma(std::uint32_t engine, const takt_command& command, Time now) {
  DmaList& dma = dma_[engine];
  DmaCommand issued;
  issued.command = command;
  issued.begin = now;
  issued.idle_since = standing_[engine].idle_since;
  issued.stall = standing_[engine].reason;
  const takt_dma_body& body = command.body.dma;
  std::uint64_t base = 0;
  if (command.opcode != TAKT_OP_NOP) {
    const std::uint64_t bytes = std::uint64_t{body.row_bytes} * body.rows;
    if (body.scratchpad + bytes > config_.scratchpad_bytes) return Issue::bad;  // in a later turn of a loop
    if (!entry_exists(engine, body)) return Issue::bad;
    if (!locate(engine, body, now, base)) {
      standing_[engine].reason = Stall::front_end;
      return Issue::later;
    }
    if (body.table != TAKT_NO_TABLE && base == 0) issued.command.opcode = TAKT_OP_NOP;
  }
  if (issued.command.opcode == TAKT_OP_NOP) {
    issued.answered = true;
    issued.last = now;
  } else {
    const std::uint64_t address = base + body.offset, span = (body.rows - 1) * body.stride + body.row_bytes;
    if (!job_.allows(engine == TAKT_ENGINE_DMA_IN ? TAKT_WINDOW_READ : TAKT_WINDOW_WRITE, address, span) ||
        shared_.goes_wrong(base::Fault::access_forbidden, job_) != 0)
      return Issue::forbidden;
    issued.address = address;
    issued.scratchpad = body.scratchpad;
    issued.bytes = std::uint64_t{body.row_bytes} * body.rows;
    issued.cookie = submit_dma(engine, transfer_of(command, address));
    dma.ready = now + clock_.duration(Cycles(config_.dma.setup_cycles));
  }
  dma.in_flight.push_back(issued);
  update_dma_share(now);
  return Issue::done;
}

Transfer Core::transfer_of(const takt_command& command, std::uint64_t address) const {
  const takt_dma_body& body = command.body.dma;
  const std::uint64_t bytes = std::uint64_t{body.row_bytes} * body.rows;
  const bool apart = body.rows > 1 && body.stride != body.row_bytes;
  Transfer transfer;
  transfer.address = address;
  transfer.row_bytes = apart ? body.row_bytes : static_cast<std::uint32_t>(bytes);
  transfer.rows = apart ? body.rows : 1;
  transfer.stride = apart ? body.stride : bytes;
  transfer.allocate = (body.flags & (TAKT_DMA_CONSTANT | TAKT_DMA_STREAM)) == 0;
  transfer.account = job_.accounts.of_layer(command.layer);
  return transfer;
}

// What a forced stop dropped, in its order.
bool Core::issue_again(std::uint32_t engine, Time now) {
  DmaList& dma = dma_[engine];
  if (dma.in_flight.size() >= config_.dma.commands_in_flight || now < dma.ready) return false;
  DmaCommand issued = dma.again.front();
  dma.again.pop_front();
  issued.begin = now;
  issued.idle_since = standing_[engine].idle_since;
  issued.stall = standing_[engine].reason;
  if (issued.bytes == 0) {
    issued.answered = true;
    issued.last = now;
  } else {
    issued.cookie = submit_dma(engine, transfer_of(issued.command, issued.address));
    dma.ready = now + clock_.duration(Cycles(config_.dma.setup_cycles));
  }
  dma.in_flight.push_back(issued);
  update_dma_share(now);
  return true;
}

Cost Core::cost_of(const takt_command& command) const {
  if (command.opcode == TAKT_OP_MATRIX) return matrix_cost(command.body.matrix, config_.tensor);
  if (command.opcode == TAKT_OP_VECTOR) return vector_cost(command.body.vector, config_.vector);
  return {};
}

void Core::issue_compute(std::uint32_t engine, const takt_command& command, Time now) {
  ComputeEngine& unit = compute_[compute_user(engine)];
  const Cycles edge = clock_.index_at_or_after(now);
  unit.busy = true;
  unit.working = false;
  unit.command = command;
  unit.begin = clock_.at(edge);
  unit.overhead_end = edge + Cycles(overhead_cycles(command, shared_.config, config_.vector));
  unit.cost = cost_of(command);
  unit.hangs = shared_.goes_wrong(base::Fault::command_hangs, job_) != 0;
  if (const std::uint32_t times = shared_.goes_wrong(base::Fault::command_is_slow, job_)) unit.cost.cycles *= times;
}

// Moves a compute engine from overhead to work, or retires it. True when anything changed.
bool Core::retire_compute(std::uint32_t engine, Time now) {
  const std::uint32_t user = compute_user(engine);
  ComputeEngine& unit = compute_[user];
  if (!unit.busy || unit.hangs) return false;
  if (!unit.working) {
    if (clock_.at(unit.overhead_end) > now) return false;
    unit.working = true;
    unit.work = clock_.at(unit.overhead_end);
    unit.alone = Cycles(work_of(unit.cost));
    unit.left = unit.cost.cycles * Scratchpad::full_rate;
    scratchpad_.start(user, unit.overhead_end, work_of(unit.cost), unit.cost.scratchpad_bytes);
    return true;
  }
  const Cycles end = scratchpad_.end(user);
  if (clock_.at(end) > now) return false;
  scratchpad_.stop(user, end);
  unit.busy = false;
  if (shared_.goes_wrong(base::Fault::command_fails, job_) != 0) {
    fail(engine, TAKT_STATUS_BAD_COMMAND);
    return true;
  }

  CommandRecord record = record_compute(engine, now);
  record.scratchpad_loss = clock_.duration(units::saturating_sub(end - unit.overhead_end, unit.alone));
  record.useful_macs = unit.cost.useful_macs;
  record.padding_macs = unit.cost.padding_macs;
  record.recomputed_macs = unit.cost.recomputed_macs;
  run_function(unit.command);
  account(unit.command, unit.cost);
  counters_.busy[engine] += now - unit.work;
  retire(record, unit.command, now);
  return true;
}

// The time of a command that ends, or is stopped, at `now`.
CommandRecord Core::record_compute(std::uint32_t engine, Time now) const {
  const ComputeEngine& unit = compute_[compute_user(engine)];
  CommandRecord record = record_of(unit.command);
  record.idle_since = standing_[engine].idle_since;
  record.stall = standing_[engine].reason;
  record.begin = units::min(unit.begin, now);
  record.work = unit.working ? units::min(unit.work, now) : now;
  record.end = now;
  return record;
}

// Commands overlap in flight; each is credited with the time since its predecessor's end.
CommandRecord Core::record_dma(std::uint32_t engine, const DmaCommand& command, Time now) const {
  CommandRecord record = record_of(command.command);
  record.idle_since = units::min(units::max(command.idle_since, standing_[engine].idle_since), command.begin);
  record.stall = command.stall;
  record.begin = record.work = units::max(command.begin, standing_[engine].idle_since);
  record.end = now;
  return record;
}

// Retires the oldest DMA command of a list once its data are in place: lists retire in order.
bool Core::retire_dma(std::uint32_t engine, Time now) {
  DmaList& dma = dma_[engine];
  if (dma.in_flight.empty()) return false;
  const DmaCommand& oldest = dma.in_flight.front();
  if (!oldest.answered || oldest.last > now) return false;
  const DmaCommand done = oldest;
  dma.in_flight.pop_front();
  update_dma_share(now);
  if (done.missing_turns != 0) {
    post_missing_turns(done);
    return true;
  }

  CommandRecord record = record_dma(engine, done, now);
  record.bytes = done.bytes;
  if (done.bytes != 0) move_rows(engine == TAKT_ENGINE_DMA_OUT, done.command.body.dma, done.address, done.scratchpad);
  record.constants = done.bytes != 0 && (done.command.body.dma.flags & TAKT_DMA_CONSTANT) != 0;
  counters_.busy[engine] += now - record.begin;
  std::uint64_t& purpose = engine == TAKT_ENGINE_DMA_OUT ? counters_.activation_bytes_out
                           : record.constants            ? counters_.constant_bytes
                                                         : counters_.activation_bytes_in;
  purpose += done.bytes;
  charge(events_.scratchpad_byte, done.command, done.bytes);
  retire(record, done.command, now);
  return true;
}

void Core::retire(const CommandRecord& record, const takt_command& command, Time now) {
  ++counters_.commands[record.engine];
  ++job_.progress;
  charge(events_.command, command, 1);
  if (command.post != TAKT_NO_SEMAPHORE) post(command, command.post, 1);
  standing_[record.engine] = {now, Stall::none};
  tell(record);
}

void Core::tell(CommandRecord record) const {
  if (shared_.observer == nullptr) return;
  record.job = job_.registers.job;
  record.owner = job_.owner();
  record.core = number_;
  shared_.observer->on_command(record);
}

void Core::post(const takt_command& command, std::uint16_t semaphore, std::uint32_t count) {
  semaphore_[semaphore] += count;
  if ((command.flags & TAKT_POST_ALL_CORES) != 0) job_.posts.push_back({number_, semaphore, count});
}

void Core::charge(base::Ledger::EventId event, const takt_command& command, std::uint64_t n) {
  shared_.ledger.count(event, job_.owner(), n, job_.accounts.of_layer(command.layer));
}

void Core::account(const takt_command& command, const Cost& cost) {
  counters_.useful_macs += cost.useful_macs;
  counters_.padding_macs += cost.padding_macs;
  counters_.recomputed_macs += cost.recomputed_macs;
  charge(events_.scratchpad_byte, command, cost.scratchpad_bytes);
  if (command.opcode == TAKT_OP_VECTOR) {
    const takt_vector_body& body = command.body.vector;
    charge(events_.vector_byte, command, body.pass_bytes + body.tap_bytes + body.move_bytes);
  } else if (command.opcode == TAKT_OP_MATRIX) {
    const std::uint8_t precision = command.body.matrix.precision;
    const auto event = precision == TAKT_FP16                               ? events_.mac_fp16
                       : precision == TAKT_W8A16 || precision == TAKT_W4A16 ? events_.mac_w8a16
                                                                            : events_.mac_w8a8;
    charge(event, command, cost.useful_macs + cost.padding_macs + cost.recomputed_macs);
  }
}

void Core::update_dma_share(Time now) {
  const std::uint32_t lists = (dma_[0].in_flight.empty() ? 0 : 1) + (dma_[1].in_flight.empty() ? 0 : 1);
  scratchpad_.set_dma_lists(lists, clock_.index_at_or_after(now));
}

void Core::fail(std::uint32_t engine, std::uint32_t status) {
  status_ = status;
  fault_ = number_ << 28 | engine << 24 | lists_[engine].position();
}

}  // namespace takt::npu
