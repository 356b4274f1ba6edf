#include "models/cache/system_cache.h"

#include <algorithm>
#include <stdexcept>

namespace takt::cache {
namespace {

using units::max;
using units::Time;

// The cookie of a piece: the stretch that waits for it, and whether it is a write-back.
constexpr std::uint64_t nobody = 0xffffffff;
constexpr std::uint64_t write_back_mark = std::uint64_t{1} << 32;

std::uint32_t waiting_for(std::uint64_t cookie) { return static_cast<std::uint32_t>(cookie); }

const Config& checked(const Config& config) {
  if (const std::string problem = check(config); !problem.empty()) {
    throw std::invalid_argument("system cache: " + problem);
  }
  return config;
}

void add(Flow& to, const Flow& f) {
  to.hit += f.hit;
  to.miss += f.miss;
  to.bypass += f.bypass;
}

void add(Traffic& to, const Traffic& t) {
  add(to.read, t.read);
  add(to.write, t.write);
  to.fill += t.fill;
  to.write_back += t.write_back;
}

}  // namespace

SystemCache::SystemCache(sc_core::sc_module_name name, const Config& config, base::Ledger& ledger)
    : sc_module(name),
      target("target"),
      initiator("initiator"),
      config_(checked(config)),
      lookup_(config.enabled ? units::Clock(config.clock_hz).duration(units::Cycles(config.hit_cycles)) : Time(0)),
      lookup_delay_(base::to_sc(lookup_)),
      rate_(config.bytes_per_cycle * config.clock_hz),
      tags_(config.enabled ? config.capacity_bytes / config.sector_bytes / config.ways : 0, config.ways),
      ledger_(ledger),
      byte_(ledger.event("system_cache", "byte")) {
  target.register_nb_transport_fw(this, &SystemCache::transport);
  target.register_transport_dbg(this, &SystemCache::debug);
  initiator.register_nb_transport_bw(this, &SystemCache::answered);
}

Ways SystemCache::ways_for(const base::Stretch& stretch, bool write) const {
  if (!config_.enabled || !stretch.allocate || stretch.initiator >= config_.ports.size()) return {};
  const Port& port = config_.ports[stretch.initiator];
  if (port.allocate == (write ? Allocate::read : Allocate::write)) return {};
  return {port.first_way, ways_of(config_, port)};
}

tlm::tlm_sync_enum SystemCache::transport(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time& delay) {
  const base::Stretch& stretch = base::stretch_of(payload);
  const Ways ways = ways_for(stretch, payload.is_write());
  traffic_ = Traffic{};
  runs_.clear();
  write_backs_.clear();
  awaited_.clear();
  hit_resident_ = false;
  const auto here = [](const Fill& fill) { return fill.piece == nullptr && fill.last <= base::now(); };
  fills_.erase(std::remove_if(fills_.begin(), fills_.end(), here), fills_.end());
  const std::uint64_t span = stretch.bytes() == 0 ? 0 : (stretch.rows - 1) * stretch.stride + stretch.row_bytes;
  const bool passes_by = span == 0 || (ways.count == 0 && !filter_.may_hold(payload.get_address(), span));
  if (passes_by) {
    (payload.is_write() ? traffic_.write : traffic_.read).bypass = stretch.bytes();
  } else {
    look_up(payload, stretch, ways);
  }

  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(open_.size()));
    open_.emplace_back();
  }
  const std::uint32_t number = free_.back();
  free_.pop_back();
  Open& open = open_[number];
  open = Open{};
  open.payload = &payload;
  open.first = units::never();
  open.asked = base::now();
  open.pieces = 1;  // this call
  payload.acquire();
  serve_hits(open, base::now() + base::to_time(delay));
  wait_for_fills(number);
  const sc_core::sc_time later = delay + lookup_delay_;
  if (passes_by) {
    pass_by(number, later);
  } else {
    // Fills come before write-backs, and nobody waits for those as long as there is room for them.
    for (const Run& run : runs_) {
      tlm::tlm_generic_payload& child = piece(run);
      if (ways.count > 0) fills_.push_back({run.address, run.address + run.bytes, &child, Time(0), {}});
      forward(number, child, number, later);
    }
    for (const Run& run : write_backs_) {
      written_back_ += run.bytes;
      forward(number, piece(run), write_back_mark | (written_back_ > write_back_room ? number : nobody), later);
    }
    if (!stretch.timing_only) initiator->transport_dbg(payload);
  }
  if (open.status == tlm::TLM_OK_RESPONSE) account(stretch);
  if (--open.pieces > 0) return tlm::TLM_ACCEPTED;
  finish(number);
  payload.release();
  return tlm::TLM_COMPLETED;
}

void SystemCache::look_up(const tlm::tlm_generic_payload& payload, const base::Stretch& stretch, Ways ways) {
  const bool linear = stretch.contiguous();
  const std::uint64_t rows = linear ? 1 : stretch.rows;
  const std::uint64_t row_bytes = linear ? stretch.bytes() : stretch.row_bytes;
  for (std::uint64_t row = 0; row < rows; ++row) {
    std::uint64_t begin = payload.get_address() + row * stretch.stride;
    const std::uint64_t end = begin + row_bytes;
    while (begin < end) {
      const std::uint64_t sector_end = (begin / config_.sector_bytes + 1) * config_.sector_bytes;
      const std::uint64_t part_end = std::min(end, sector_end);
      look_up_part({begin, part_end, payload.is_write()}, ways);
      begin = part_end;
    }
  }
}

void SystemCache::look_up_part(const Part& part, Ways ways) {
  const std::uint64_t number = part.begin / config_.sector_bytes;
  Sector* sector = tags_.find(number);
  if (ways.count > 0) {
    if (sector == nullptr) {
      Tags::Victim victim;
      sector = &tags_.allocate(number, ways, victim);
      filter_.add(part.begin);
      if (victim.evicted) write_back(victim);
    }
    allocate_lines(part, *sector);
  } else if (sector != nullptr) {
    serve_resident(part, *sector);
  } else {
    (part.write ? traffic_.write : traffic_.read).bypass += part.end - part.begin;
    append(runs_, {part.begin, part.end - part.begin, part.write});
  }
}

void SystemCache::allocate_lines(const Part& part, Sector& sector) {
  const std::uint64_t lines = line_mask(part);
  const std::uint64_t missing = lines & ~sector.valid;
  for_each_run(part, lines & sector.valid,
               [&](std::uint64_t begin, std::uint64_t end) { hit(begin, end, part.write); });
  for_each_run(part, missing, [&](std::uint64_t begin, std::uint64_t end) {
    (part.write ? traffic_.write : traffic_.read).miss += end - begin;
    for_each_needed(begin, end, part.write, [&](std::uint64_t first, std::uint64_t last) {
      traffic_.fill += last - first;
      append(runs_, {first, last - first, false});
    });
  });
  sector.valid |= lines;
  if (part.write) sector.dirty |= lines;
}

// Calls action(begin, end) for the lines whose contents an access to [begin, end) needs. A write needs only those that
// it covers in part: the first, the last.
template <class Action>
void SystemCache::for_each_needed(std::uint64_t begin, std::uint64_t end, bool write, Action action) const {
  const std::uint64_t line = config_.line_bytes;
  const std::uint64_t first = begin / line * line;
  const std::uint64_t last = (end - 1) / line * line;
  if (!write) {
    action(first, last + line);
    return;
  }
  const bool last_partial = end < last + line;
  if (first < begin || (first == last && last_partial)) action(first, first + line);
  if (first != last && last_partial) action(last, last + line);
}

void SystemCache::hit(std::uint64_t begin, std::uint64_t end, bool write) {
  (write ? traffic_.write : traffic_.read).hit += end - begin;
  for_each_needed(begin, end, write, [&](std::uint64_t first, std::uint64_t last) {
    if (!await(first, last)) {
      hit_resident_ = true;
      return;
    }
    for (std::uint64_t line = first; line < last && !hit_resident_; line += config_.line_bytes) {
      hit_resident_ = !await(line, line + config_.line_bytes);
    }
  });
}

// Notes the fills that bring something of [begin, end). Says whether there are any.
bool SystemCache::await(std::uint64_t begin, std::uint64_t end) {
  bool any = false;
  for (std::size_t i = 0; i < fills_.size(); ++i) {
    if (fills_[i].end <= begin || end <= fills_[i].begin) continue;
    any = true;
    if (std::find(awaited_.begin(), awaited_.end(), i) == awaited_.end()) awaited_.push_back(i);
  }
  return any;
}

void SystemCache::serve_resident(const Part& part, Sector& sector) {
  const std::uint64_t lines = line_mask(part);
  Flow& flow = part.write ? traffic_.write : traffic_.read;
  for_each_run(part, lines & sector.valid,
               [&](std::uint64_t begin, std::uint64_t end) { hit(begin, end, part.write); });
  for_each_run(part, lines & ~sector.valid, [&](std::uint64_t begin, std::uint64_t end) {
    flow.bypass += end - begin;
    append(runs_, {begin, end - begin, part.write});
  });
  if (part.write) sector.dirty |= lines & sector.valid;
}

// The lines of its sector that a part touches.
std::uint64_t SystemCache::line_mask(const Part& part) const {
  const std::uint64_t base = part.begin / config_.sector_bytes * config_.sector_bytes;
  const std::uint64_t first = (part.begin - base) / config_.line_bytes;
  const std::uint64_t last = (part.end - 1 - base) / config_.line_bytes;
  return (~std::uint64_t{0} >> (63 - (last - first))) << first;
}

// Calls action(begin, end) for every run of consecutive lines, cut to the part's bytes.
template <class Action>
void SystemCache::for_each_run(const Part& part, std::uint64_t lines, Action action) const {
  const std::uint64_t base = part.begin / config_.sector_bytes * config_.sector_bytes;
  while (lines != 0) {
    const unsigned first = static_cast<unsigned>(__builtin_ctzll(lines));
    const std::uint64_t above = ~(lines >> first);
    const unsigned count = above == 0 ? 64 : static_cast<unsigned>(__builtin_ctzll(above));
    const std::uint64_t begin = base + std::uint64_t{first} * config_.line_bytes;
    const std::uint64_t end = begin + std::uint64_t{count} * config_.line_bytes;
    action(std::max(begin, part.begin), std::min(end, part.end));
    if (first + count >= 64) return;
    lines &= ~std::uint64_t{0} << (first + count);
  }
}

void SystemCache::write_back(const Tags::Victim& victim) {
  const std::uint64_t base = victim.number * config_.sector_bytes;
  filter_.remove(base);
  for_each_run({base, base + config_.sector_bytes, true}, victim.dirty, [&](std::uint64_t begin, std::uint64_t end) {
    traffic_.write_back += end - begin;
    append(write_backs_, {begin, end - begin, true});
  });
}

void SystemCache::append(std::vector<Run>& runs, Run run) {
  if (!runs.empty()) {
    Run& last = runs.back();
    if (last.write == run.write && last.address + last.bytes == run.address) {
      last.bytes += run.bytes;
      return;
    }
  }
  runs.push_back(run);
}

// What is resident, or will be, goes through the cache's port. What is missing is not there before the memory has it.
void SystemCache::serve_hits(Open& open, Time arrival) {
  const Flow& flow = open.payload->is_write() ? traffic_.write : traffic_.read;
  if (flow.hit + flow.miss == 0) return;
  const Time start = max(arrival, port_free_);
  port_free_ = start + rate_.duration(flow.hit + flow.miss);
  open.from = start + lookup_;
  if (hit_resident_ || open.payload->is_write()) {
    open.first = open.from;
    weigh(open, flow.hit, open.from);
  }
  open.last = port_free_ + lookup_;
}

void SystemCache::wait_for_fills(std::uint32_t number) {
  for (const std::size_t i : awaited_) {
    if (fills_[i].piece == nullptr) {
      arrived(open_[number], fills_[i].last);
    } else {
      fills_[i].waiting.push_back(number);
      ++open_[number].pieces;
    }
  }
}

// Lines that a stretch hit are there at `last`.
void SystemCache::arrived(Open& open, Time last) {
  open.first = units::min(open.first, max(open.from, last));
  open.last = max(open.last, last);
}

// The first data of some of it, for the mean.
void SystemCache::weigh(Open& open, std::uint64_t bytes, Time first) {
  open.bytes += bytes;
  open.waited += bytes * units::saturating_sub(first, open.asked).value;
}

// Sends a stretch on as it is.
void SystemCache::pass_by(std::uint32_t number, const sc_core::sc_time& delay) {
  tlm::tlm_generic_payload& parent = *open_[number].payload;
  const base::Stretch& from = base::stretch_of(parent);
  tlm::tlm_generic_payload& child = pool_.acquire();
  unsigned char* data = from.timing_only ? nullptr : parent.get_data_ptr();
  base::set_request(child, parent.is_write(), parent.get_address(), parent.get_data_length(), data);
  base::Stretch& stretch = base::stretch_of(child);
  stretch.row_bytes = from.row_bytes;
  stretch.rows = from.rows;
  stretch.stride = from.stride;
  forward(number, child, number, delay);
}

tlm::tlm_generic_payload& SystemCache::piece(const Run& run) {
  tlm::tlm_generic_payload& child = pool_.acquire();
  base::set_request(child, run.write, run.address, run.bytes, nullptr);
  return child;
}

void SystemCache::forward(std::uint32_t number, tlm::tlm_generic_payload& child, std::uint64_t cookie,
                          sc_core::sc_time delay) {
  Open& open = open_[number];
  const base::Stretch& parent = base::stretch_of(*open.payload);
  base::Stretch& stretch = base::stretch_of(child);
  stretch.initiator = parent.initiator;
  stretch.qos = parent.qos;
  stretch.owner = parent.owner;
  stretch.account = parent.account;
  stretch.cookie = cookie;
  open.pieces += waiting_for(cookie) != nobody;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  if (initiator->nb_transport_fw(child, phase, delay) == tlm::TLM_COMPLETED) settle(child);
}

tlm::tlm_sync_enum SystemCache::answered(tlm::tlm_generic_payload& child, tlm::tlm_phase&, sc_core::sc_time&) {
  settle(child);
  return tlm::TLM_COMPLETED;
}

// Takes the memory's answer to a piece, and answers who waited for nothing else.
void SystemCache::settle(tlm::tlm_generic_payload& child) {
  const base::Stretch& stretch = base::stretch_of(child);
  const bool written_back = (stretch.cookie & write_back_mark) != 0;
  if (written_back) written_back_ -= stretch.bytes();
  const std::uint32_t number = waiting_for(stretch.cookie);
  if (number != nobody) {
    Open& open = open_[number];
    --open.pieces;
    open.status = std::min(open.status, child.get_response_status());
    if (child.is_response_ok()) {
      const bool own = !written_back && child.is_write() == open.payload->is_write();
      if (own) {
        open.first = units::min(open.first, stretch.first_beat);
        weigh(open, stretch.bytes(), max(stretch.first_beat, stretch.mean_first));
      }
      open.last = max(open.last, stretch.last_beat);
    }
  }
  const bool own_done = number != nobody && open_[number].pieces == 0;
  const std::vector<std::uint32_t> others_done = settle_fill(child);
  child.release();
  if (own_done) answer(number);
  for (const std::uint32_t other : others_done) answer(other);
}

// The stretches that waited for these lines and for nothing else.
std::vector<std::uint32_t> SystemCache::settle_fill(tlm::tlm_generic_payload& child) {
  const auto fill = std::find_if(fills_.begin(), fills_.end(), [&](const Fill& f) { return f.piece == &child; });
  if (fill == fills_.end()) return {};
  fill->piece = nullptr;
  fill->last = child.is_response_ok() ? base::stretch_of(child).last_beat : base::now();
  std::vector<std::uint32_t> done;
  for (const std::uint32_t number : fill->waiting) {
    Open& open = open_[number];
    open.status = std::min(open.status, child.get_response_status());
    arrived(open, fill->last);
    if (--open.pieces == 0) done.push_back(number);
  }
  fill->waiting.clear();
  return done;
}

void SystemCache::answer(std::uint32_t number) {
  tlm::tlm_generic_payload& payload = *open_[number].payload;
  finish(number);
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_core::sc_time delay = base::to_sc(units::saturating_sub(base::stretch_of(payload).last_beat, base::now()));
  target->nb_transport_bw(payload, phase, delay);
  payload.release();
}

// Fills in the answer of a stretch whose pieces are all answered.
void SystemCache::finish(std::uint32_t number) {
  const Open& open = open_[number];
  base::Stretch& stretch = base::stretch_of(*open.payload);
  stretch.first_beat = units::min(open.first, open.last);
  stretch.last_beat = open.last;
  stretch.mean_first = open.bytes == 0 ? Time(0) : open.asked + Time(open.waited / open.bytes);
  open.payload->set_response_status(open.status);
  free_.push_back(number);
}

void SystemCache::account(const base::Stretch& stretch) {
  if (stretch.initiator >= statistics_.initiators.size()) statistics_.initiators.resize(stretch.initiator + 1u);
  add(statistics_.initiators[stretch.initiator], traffic_);
  add(statistics_.total, traffic_);
  // Accesses to the arrays: a read hit, a fill, any write and a write-back, once each. A read miss leaves with its
  // fill.
  const std::uint64_t bytes =
      traffic_.read.hit + traffic_.fill + traffic_.write.hit + traffic_.write.miss + traffic_.write_back;
  ledger_.count(byte_, stretch.owner, bytes, stretch.account);
}

}  // namespace takt::cache
