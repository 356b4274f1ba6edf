#include "sim/offload/link.h"

#include "models/units/clock.h"

namespace takt::offload {
namespace {

using units::Time;

// 8 bits a byte; kb/s are bits per millisecond.
Time duration_of(std::uint64_t bytes, std::uint64_t kbps) {
  return Time(units::mul_div_ceil(bytes * 8, 1000000000, kbps));
}

// At most 1 kJ: the sum of an exchange's draws fits.
Femtojoules limited(unsigned __int128 energy) {
  constexpr Femtojoules most = 1000000000000000000;
  return energy > most ? most : static_cast<Femtojoules>(energy);
}

Femtojoules energy_of(std::uint64_t milliwatts, Time time) {
  return limited(static_cast<unsigned __int128>(milliwatts) * time.value);
}

// Of bytes at a rate that costs so many microwatts for each Mb/s: microwatts x microseconds a bit, whatever the rate.
Femtojoules energy_of_bytes(std::uint64_t uw_per_mbps, std::uint64_t bytes) {
  return limited(static_cast<unsigned __int128>(uw_per_mbps) * bytes * 8 * 1000);
}

}  // namespace

Transfer Radio::predict(Time at, const Exchange& exchange) const {
  const bool asleep = at >= up_until_;
  const Time promotion = asleep ? link_.promotion : Time(0);
  const Time up = duration_of(exchange.up_bytes, link_.up_kbps);
  const Time down = units::max(duration_of(exchange.down_bytes, link_.down_kbps), exchange.answering);
  Transfer transfer;
  transfer.first_byte = promotion + up + link_.round_trip + exchange.until_answer;
  transfer.last_byte = transfer.first_byte + down;
  // The tail that would have gone on anyway is the earlier exchange's.
  const Time end = transfer.last_byte + link_.tail;
  const Time begins = units::min(units::max(transfer.last_byte, units::saturating_sub(up_until_, at)), end);
  transfer.draws = {
      {{Time(0), promotion, energy_of(link_.promotion_mw, promotion)},
       {promotion, transfer.last_byte, energy_of(link_.base_mw, transfer.last_byte - promotion)},
       {promotion, promotion + up, energy_of_bytes(link_.up_uw_per_mbps, exchange.up_bytes)},
       {transfer.first_byte, transfer.last_byte, energy_of_bytes(link_.down_uw_per_mbps, exchange.down_bytes)},
       {begins, end, energy_of(link_.tail_mw, end - begins)}}};
  for (const Draw& draw : transfer.draws) transfer.energy += draw.energy;
  return transfer;
}

Transfer Radio::use(Time at, const Exchange& exchange) {
  const Transfer transfer = predict(at, exchange);
  up_until_ = units::max(up_until_, at + transfer.last_byte + link_.tail);
  return transfer;
}

}  // namespace takt::offload
