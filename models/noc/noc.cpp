#include "models/noc/noc.h"

#include <stdexcept>

namespace takt::noc {
namespace {

using units::max;
using units::Time;

Regulation initial_regulation(const InitiatorPort& port) {
  Regulation regulation;
  regulation.enabled = port.limit_bytes_per_s != 0 && port.limit_from_us == 0;
  regulation.bytes_per_s = port.limit_bytes_per_s;
  regulation.burst_bytes = port.burst_bytes;
  return regulation;
}

constexpr std::uint64_t bit(unsigned i) { return std::uint64_t{1} << i; }

const Config& checked(const Config& config) {
  if (const std::string problem = check(config); !problem.empty()) throw std::invalid_argument("noc: " + problem);
  return config;
}

}  // namespace

Noc::Noc(sc_core::sc_module_name name, const Config& config, base::Ledger& ledger)
    : sc_module(name),
      initiators("initiators", checked(config).initiators.size()),
      targets("targets", config.targets.size()),
      config_(config),
      request_latency_(units::Clock(config.clock_hz).duration(units::Cycles(config.request_cycles))),
      response_latency_(units::Clock(config.clock_hz).duration(units::Cycles(config.response_cycles))),
      request_delay_(base::to_sc(request_latency_)),
      initiators_(config.initiators.size()),
      targets_(config.targets.size() + 1),
      ledger_(ledger),
      byte_hop_(ledger.event("noc", "byte_hop")) {
  for (unsigned i = 0; i < initiators_.size(); ++i) {
    const InitiatorPort& port = config_.initiators[i];
    initiators_[i].link = units::Rate(port.bytes_per_cycle * config_.clock_hz);
    initiators_[i].credit_bytes = port.credit_bytes;
    initiators_[i].qos = port.qos;
    initiators_[i].regulator.set(initial_regulation(port), Time(0));
    initiators[i].register_nb_transport_fw(this, &Noc::accept, static_cast<int>(i));
    initiators[i].register_transport_dbg(this, &Noc::debug, static_cast<int>(i));
  }
  for (unsigned i = 0; i < targets_.size(); ++i) {
    if (i < config_.targets.size()) {
      targets[i].register_nb_transport_bw(this, &Noc::answered, static_cast<int>(i));
      targets_[i].base = config_.targets[i].base;
      targets_[i].bytes = config_.targets[i].bytes;
      targets_[i].link = units::Rate(config_.targets[i].bytes_per_cycle * config_.clock_hz);
    }
    targets_[i].arbiter = make_arbiter(config_);
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.dont_initialize();
    options.set_sensitivity(&targets_[i].wake);
    sc_core::sc_spawn([this, i] { decide(i); }, sc_core::sc_gen_unique_name("decide"), &options);
  }
}

tlm::tlm_sync_enum Noc::accept(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_phase&,
                               sc_core::sc_time& delay) {
  Initiator& port = initiators_[static_cast<unsigned>(initiator)];
  const std::uint32_t number = requests_.take();
  Request& request = requests_[number];
  request = Request(payload, base::stretch_of(payload), base::now() + base::to_time(delay));
  request.target = route(request);
  request.qos = request.stretch->qos > port.qos ? request.stretch->qos : port.qos;
  payload.acquire();
  const bool head = port.queue.empty();
  port.queue.push_back(number);
  if (head) become_head(static_cast<unsigned>(initiator));
  return tlm::TLM_ACCEPTED;
}

unsigned Noc::debug(int, tlm::tlm_generic_payload& payload) {
  const unsigned target = holder(payload.get_address(), payload.get_data_length());
  return target < targets.size() ? targets[target]->transport_dbg(payload) : 0;
}

// The index of the target that holds the whole stretch; the last index when none does.
unsigned Noc::route(const Request& r) const {
  if (r.row_bytes == 0 || r.rows == 0) return static_cast<unsigned>(targets.size());
  return holder(r.address, static_cast<unsigned __int128>(r.rows - 1) * r.stride + r.row_bytes);
}

unsigned Noc::holder(std::uint64_t address, unsigned __int128 bytes) const {
  for (unsigned i = 0; i < targets.size(); ++i) {
    const std::uint64_t offset = address - targets_[i].base;
    if (offset < targets_[i].bytes) {
      return bytes <= targets_[i].bytes - offset ? i : static_cast<unsigned>(targets.size());
    }
  }
  return static_cast<unsigned>(targets.size());
}

void Noc::become_head(unsigned initiator) {
  Initiator& port = initiators_[initiator];
  const Request& head = requests_[port.queue.front()];
  port.waiting_since = max(port.waiting_since, head.arrival);
  Target& target = targets_[head.target];
  target.waiting |= bit(initiator);
  if (ready(port) != units::never()) wake_at(target, max(target.next_grant, ready(port)));
}

// Whom the arbiter sees after the head's last grant.
void Noc::next_head(unsigned initiator) {
  Initiator& port = initiators_[initiator];
  targets_[requests_[port.queue.front()].target].waiting &= ~bit(initiator);
  port.queue.pop_front();
  if (!port.queue.empty()) become_head(initiator);
}

// When the initiator's oldest request may be granted, as far as the initiator is concerned.
Time Noc::ready(const Initiator& port) const { return max(unregulated_ready(port), released(port)); }

Time Noc::unregulated_ready(const Initiator& port) const {
  if (!has_room(port)) return units::never();
  const Request& head = requests_[port.queue.front()];
  return max(max(max(head.arrival, port.room_since), port.credit_grant), port.link_grant[head.write]);
}

void Noc::wake_at(Target& target, Time at) {
  const Time now = base::now();
  if (at <= now) target.collecting = now;
  base::notify_at(target.wake, at);
}

void Noc::wake_for_next(Target& target) {
  if (target.waiting == 0) return;
  Time earliest = units::never();
  for (std::uint64_t rest = target.waiting; rest != 0; rest &= rest - 1) {
    earliest = units::min(earliest, ready(initiators_[static_cast<unsigned>(__builtin_ctzll(rest))]));
  }
  if (earliest != units::never()) wake_at(target, max(earliest, target.next_grant));
}

// Arrivals are collected in one delta and decided in the next, so that the order of processes inside a delta, which
// the kernel does not promise, decides nothing.
void Noc::decide(unsigned number) {
  Target& target = targets_[number];
  const Time now = base::now();
  if (target.collecting != now) {
    target.collecting = now;
    target.wake.notify(sc_core::SC_ZERO_TIME);
    return;
  }
  if (target.next_grant <= now) {
    const Choice choice = choose(target);
    if (choice.initiator >= 0) {
      const unsigned initiator = static_cast<unsigned>(choice.initiator);
      if (number == targets.size()) {
        refuse(initiator);
      } else {
        grant(target, initiator, choice.contended);
      }
    }
  }
  wake_for_next(target);
}

// Whoever is held by a regulator does not compete.
Noc::Choice Noc::choose(const Target& target) const {
  const Time now = base::now();
  Choice choice;
  Contender best;
  unsigned arrived = 0;
  for (std::uint64_t rest = target.waiting; rest != 0; rest &= rest - 1) {
    const unsigned i = static_cast<unsigned>(__builtin_ctzll(rest));
    const Initiator& port = initiators_[i];
    const Request& head = requests_[port.queue.front()];
    arrived += head.arrival <= now && released(port) <= now;
    if (ready(port) > now) continue;
    const Contender contender{i, qos(port, head), port.waiting_since};
    if (choice.initiator >= 0 && !target.arbiter->before(contender, best)) continue;
    best = contender;
    choice.initiator = static_cast<int>(i);
  }
  choice.contended = arrived > 1;
  return choice;
}

void Noc::grant(Target& target, unsigned initiator, bool contended) {
  Initiator& port = initiators_[initiator];
  const std::uint32_t number = port.queue.front();
  Request& request = requests_[number];
  const Time now = base::now();
  ++port.statistics.grants;
  port.statistics.wait_sum += now - ready(port);
  count_throttled(port);
  port.waiting_since = now + Time(1);  // who was served now is younger than who arrived now
  const std::uint64_t limit = contended ? config_.contended_bytes : config_.alone_bytes;
  const Piece piece = request.cut(port.regulator.enabled() ? regulated_limit(port) : limit);
  port.regulator.take(piece.bytes(), now);
  target.arbiter->granted(initiator, piece.bytes());
  if (request.done()) next_head(initiator);
  forward(target, initiator, number, piece);
}

void Noc::forward(Target& target, unsigned initiator, std::uint32_t number, const Piece& piece) {
  Initiator& port = initiators_[initiator];
  Request& request = requests_[number];
  tlm::tlm_generic_payload& child = pool_.acquire();
  unsigned char* data = request.stretch->timing_only ? nullptr : request.payload->get_data_ptr() + piece.offset;
  base::set_request(child, request.write, piece.address, piece.bytes(), data);
  base::Stretch& stretch = base::stretch_of(child);
  stretch.initiator = static_cast<base::InitiatorId>(initiator);
  stretch.qos = qos(port, request);
  stretch.owner = request.stretch->owner;
  stretch.account = request.stretch->account;
  stretch.allocate = request.stretch->allocate;
  stretch.row_bytes = piece.row_bytes;
  stretch.rows = piece.rows;
  stretch.stride = piece.stride;
  stretch.cookie = grants_.take();

  const Time now = base::now();
  const std::uint64_t bytes = piece.bytes();
  const Time at_initiator = port.link.duration(bytes);
  Grant& grant = grants_[static_cast<std::uint32_t>(stretch.cookie)];
  grant = {number, initiator, now, now};
  if (request.write) grant.sent = port.link_free[true] = max(port.link_free[true], now) + at_initiator;
  port.link_grant[request.write] = now + at_initiator;
  if (port.credit_bytes != 0) {
    const Time latency = max(port.loaded_latency, request_latency_ + response_latency_);
    port.credit_grant = now + Time(units::mul_div_ceil(bytes, latency.value, port.credit_bytes));
  }
  target.next_grant = now + target.link.duration(bytes);
  port.in_flight += bytes;
  ++request.in_flight;

  const bool write = request.write;  // an answer inside the call may end the request
  const base::Owner owner = stretch.owner;
  const base::Account account = stretch.account;

  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = request_delay_;
  const bool completed = targets[request.target]->nb_transport_fw(child, phase, delay) == tlm::TLM_COMPLETED;
  if (!completed || child.is_response_ok()) {
    // Per grant, as cache and memory count: at any moment the sums agree.
    (write ? port.statistics.bytes_written : port.statistics.bytes_read) += bytes;
    ledger_.count(byte_hop_, owner, bytes * config_.hops, account);
  }
  if (completed) settle(target, child);
}

tlm::tlm_sync_enum Noc::answered(int number, tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
  const Initiator& port = initiators_[base::stretch_of(payload).initiator];
  settle(targets_[static_cast<unsigned>(number)], payload);
  if (!port.queue.empty()) wake_for_next(targets_[requests_[port.queue.front()].target]);
  return tlm::TLM_COMPLETED;
}

// Takes a grant's answer.
void Noc::settle(Target& target, tlm::tlm_generic_payload& child) {
  const base::Stretch& stretch = base::stretch_of(child);
  const std::uint32_t number = static_cast<std::uint32_t>(stretch.cookie);
  const Grant grant = grants_[number];
  grants_.release(number);
  Initiator& port = initiators_[grant.initiator];
  Request& request = requests_[grant.request];
  if (!has_room(port)) port.room_since = base::now();
  port.in_flight -= stretch.bytes();
  --request.in_flight;
  if (child.is_response_ok()) {
    settle_times(target, port, request, grant, stretch);
  } else {
    request.status = child.get_response_status();
    request.last_beat = max(request.last_beat, max(grant.at + request_latency_, base::now()) + response_latency_);
    if (!request.done()) {  // what is left would fail as well
      request.stop();
      next_head(grant.initiator);
    }
  }
  child.release();
  if (request.done() && request.in_flight == 0) finish(grant.initiator, grant.request);
}

// Credits turn over with the latency of many transactions, some of which meet a closed row or a refresh and some do
// not. A grant is as many: what its first data waits for is not told by the one channel that has it first, or a refresh
// would count where channels refresh at the same time and not where they take turns.
void Noc::see_latency(Initiator& port, Time latency) {
  constexpr std::uint64_t weight = 8;  // of the mean so far, answers
  const bool first = port.loaded_latency == Time(0);
  port.loaded_latency = first ? latency : Time((port.loaded_latency.value * (weight - 1) + latency.value) / weight);
}

// Reserves the links for a grant's data and says when it is done: the latest hop counts.
void Noc::settle_times(Target& target, Initiator& port, Request& request, const Grant& grant,
                       const base::Stretch& answer) {
  const std::uint64_t bytes = answer.bytes();
  const Time at_target = target.link.duration(bytes);
  const Time at_initiator = port.link.duration(bytes);
  Time& target_free = target.link_free[request.write];
  Time first = answer.first_beat + response_latency_;
  Time last;
  if (request.write) {
    target_free = max(target_free, grant.sent - at_initiator + request_latency_) + at_target;
    last = max(max(answer.last_beat, target_free), grant.sent + request_latency_) + response_latency_;
    see_latency(port, units::saturating_sub(last - grant.at, max(at_target, at_initiator)));
  } else {
    Time& initiator_free = port.link_free[false];
    target_free = max(target_free, answer.first_beat) + at_target;
    const Time mean = max(max(answer.first_beat, answer.mean_first) + response_latency_, initiator_free);
    first = max(first, initiator_free);
    initiator_free = first + at_initiator;
    last = max(max(answer.last_beat, target_free) + response_latency_, initiator_free);
    see_latency(port, mean - grant.at);
  }
  request.first_beat = units::min(request.first_beat, first);
  request.last_beat = max(request.last_beat, last);
}

// Answers a stretch that lies in no target as a default target would: after the way there and back.
void Noc::refuse(unsigned initiator) {
  Initiator& port = initiators_[initiator];
  const std::uint32_t number = port.queue.front();
  Request& request = requests_[number];
  request.last_beat = base::now() + request_latency_ + response_latency_;
  request.status = request.stretch->bytes() == 0 ? tlm::TLM_BURST_ERROR_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE;
  request.stop();
  port.waiting_since = base::now() + Time(1);
  targets_.back().arbiter->granted(initiator, 0);
  next_head(initiator);
  finish(initiator, number);
}

void Noc::finish(unsigned initiator, std::uint32_t number) {
  const Request request = requests_[number];
  requests_.release(number);
  InitiatorStatistics& statistics = initiators_[initiator].statistics;
  ++statistics.stretches;
  if (request.status != tlm::TLM_OK_RESPONSE) ++statistics.errors;
  const Time latency = request.last_beat - request.arrival;
  statistics.latency_sum += latency;
  statistics.latency_max = max(statistics.latency_max, latency);

  request.stretch->first_beat = units::min(request.first_beat, request.last_beat);
  request.stretch->last_beat = request.last_beat;
  request.payload->set_response_status(request.status);
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_core::sc_time delay = base::to_sc(units::saturating_sub(request.last_beat, base::now()));
  initiators[initiator]->nb_transport_bw(*request.payload, phase, delay);
  request.payload->release();
}

}  // namespace takt::noc
