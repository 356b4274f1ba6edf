#include "models/peripherals/storage.h"

#include <algorithm>
#include <stdexcept>

namespace takt::peripherals {

using units::Time;

namespace {
constexpr std::uint64_t piece_bytes = 16384;
}  // namespace

Storage::Storage(const sc_core::sc_module_name& name, const StorageConfig& config, base::Ledger& ledger)
    : sc_module(name),
      memory("memory"),
      config_(config),
      ledger_(ledger),
      byte_(ledger.event("storage", "byte")),
      due_("due") {
  memory.register_nb_transport_bw(this, &Storage::answer);
  SC_METHOD(work);
  sensitive << due_;
  dont_initialize();
}

void Storage::read(const Read& read) {
  waiting_.push_back({read, base::now()});
  if (!reading_) begin(base::now());
}

void Storage::begin(Time now) {
  const Waiting& next = waiting_.front();
  const Time asked = next.read.queued ? next.asked : now;
  reading_ = true;
  began_ = now;
  first_byte_ = units::max(now, asked + units::microseconds(config_.latency_us));
  issued_ = 0;
  base::notify_at(due_, come(std::min(piece_bytes, next.read.bytes)));
}

Time Storage::come(std::uint64_t bytes) const {
  return first_byte_ + units::Rate(config_.read_bytes_per_s).duration(bytes);
}

void Storage::work() {
  const Time now = base::now();
  if (!reading_) return;
  const std::uint64_t all = waiting_.front().read.bytes;
  while (issued_ < all && come(std::min(all, issued_ + piece_bytes)) <= now) issue();
  if (issued_ < all) return base::notify_at(due_, come(std::min(all, issued_ + piece_bytes)));
  if (in_flight_ != 0) return;
  if (last_ > now) return base::notify_at(due_, last_);
  end(now);
}

void Storage::issue() {
  const Read& read = waiting_.front().read;
  const std::uint64_t bytes = std::min(piece_bytes, read.bytes - issued_);
  tlm::tlm_generic_payload& payload = pool_.acquire();
  base::set_request(payload, true, read.address + issued_, bytes, nullptr);
  base::stretch_of(payload).owner = read.owner;
  base::stretch_of(payload).account = read.account;
  base::stretch_of(payload).allocate = false;
  ledger_.count(byte_, read.owner, bytes, read.account);
  issued_ += bytes;
  counters_.bytes += bytes;
  ++in_flight_;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  if (memory->nb_transport_fw(payload, phase, delay) == tlm::TLM_COMPLETED) answer(payload, phase, delay);
}

void Storage::end(Time at) {
  const std::uint64_t cookie = waiting_.front().read.cookie;
  waiting_.pop_front();
  reading_ = false;
  ++counters_.reads;
  counters_.busy += at - began_;
  if (!waiting_.empty()) begin(at);
  if (on_done_) on_done_(cookie);
}

tlm::tlm_sync_enum Storage::answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
  if (!payload.is_response_ok()) throw std::logic_error("storage: " + payload.get_response_string());
  last_ = units::max(last_, units::max(base::stretch_of(payload).last_beat, base::now()));
  payload.release();
  if (--in_flight_ == 0 && issued_ == waiting_.front().read.bytes) base::notify_at(due_, last_);
  return tlm::TLM_COMPLETED;
}

Storage::Counters Storage::counters() const {
  Counters counters = counters_;
  if (reading_) counters.busy += base::now() - began_;
  return counters;
}

}  // namespace takt::peripherals
