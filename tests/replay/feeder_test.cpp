// The bound on requests in flight.
#include "sim/replay/feeder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "models/units/random.h"
#include "tests/replay/memories.h"

namespace takt::replay::testing {
namespace {

using units::Time;

struct Flight {
  Time begin, end;
  std::uint64_t bytes;
};

class Ends final : public AnswerObserver {
 public:
  void answered(std::uint64_t cookie, Time arrival, Time end, std::uint64_t bytes) override {
    if (cookie >= flights.size()) flights.resize(cookie + 1);
    flights[cookie] = {arrival, end, bytes};
  }
  std::vector<Flight> flights;
};

std::vector<Flight> fly(const dram::Config& config, InFlight bound, Time step, std::uint64_t seed, unsigned count,
                        dram::Fidelity fidelity = dram::Fidelity::fast) {
  base::Ledger ledger;
  dram::Memory memory(config, fidelity, ledger);
  Ends ends;
  Feeder feeder(memory, bound, step, &ends);
  units::Random random(seed);
  Time at;
  for (unsigned i = 0; i < count; ++i) {
    dram::Request request;
    request.row_bytes = 64 << random.below(7);
    request.address = random.below(config.capacity_bytes / request.row_bytes) * request.row_bytes;
    request.write = random.below(3) == 0;
    request.cookie = i;
    at = feeder.submit(request, at + Time(random.below(20000)));
  }
  feeder.finish();
  return ends.flights;
}

// Requests and bytes in flight when `flight` began, itself left out.
std::pair<unsigned, std::uint64_t> company(const std::vector<Flight>& flights, std::size_t number) {
  std::pair<unsigned, std::uint64_t> sum{0, 0};
  for (std::size_t i = 0; i < number; ++i) {
    if (flights[i].end <= flights[number].begin) continue;
    ++sum.first;
    sum.second += flights[i].bytes;
  }
  return sum;
}

RC_GTEST_PROP(Feeder, no_more_are_in_flight_than_allowed, ()) {
  static const dram::Config memory = preset("llw-dram", {"channels=2"});
  const auto requests = *rc::gen::inRange<std::uint64_t>(1, 20);
  const auto bytes = *rc::gen::inRange<std::uint64_t>(64, 16384);
  const auto step = *rc::gen::element<std::uint64_t>(0, 1000, 200000);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const std::vector<Flight> flights = fly(memory, {requests, bytes}, Time(step), seed, 40);
  for (std::size_t i = 0; i < flights.size(); ++i) {
    const auto [others, other_bytes] = company(flights, i);
    RC_ASSERT(others < requests);
    RC_ASSERT(other_bytes < std::max(bytes, 4 * flights[i].bytes));
  }
}

// With step 0 a request waits for nothing but room: it begins at an answer's end, or when the caller wants it.
TEST(Feeder, room_is_taken_at_once) {
  const std::vector<Flight> flights = fly(preset("lpddr5x-8533"), {4, ~std::uint64_t{0}}, Time(0), 7, 300);
  unsigned waited = 0;
  for (std::size_t i = 0; i < flights.size(); ++i) {
    if (company(flights, i).first < 3) continue;
    const bool at_an_end = std::any_of(flights.begin(), flights.begin() + static_cast<std::ptrdiff_t>(i),
                                       [&](const Flight& f) { return f.end == flights[i].begin; });
    waited += at_an_end;
  }
  EXPECT_GT(waited, 100u);
}

TEST(Feeder, fidelities_hand_over_at_the_same_times) {
  for (const std::uint64_t step : {0u, 100000u}) {
    const InFlight bound{6, ~std::uint64_t{0}};
    const std::vector<Flight> fast = fly(preset("lpddr5x-8533"), bound, Time(step), 3, 400);
    const std::vector<Flight> detailed =
        fly(preset("lpddr5x-8533"), bound, Time(step), 3, 400, dram::Fidelity::detailed);
    ASSERT_EQ(fast.size(), detailed.size());
    for (std::size_t i = 0; i < fast.size(); ++i) {
      ASSERT_EQ(fast[i].begin, detailed[i].begin) << i;
      ASSERT_EQ(fast[i].end, detailed[i].end) << i;
    }
  }
}

}  // namespace
}  // namespace takt::replay::testing
