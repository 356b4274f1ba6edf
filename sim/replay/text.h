// Numbers as text for tables, from integers; and what a document and a table of latencies share.
#pragma once

#include <cstdint>
#include <string>

#include "models/dram/latencies.h"
#include "sim/results/value.h"

namespace takt::replay {

// 16 digits.
std::string hexadecimal(std::uint64_t value);

// Rounded to `places` decimals, all of them shown: fixed({1250, 3}, 1) is "1.3".
std::string fixed(results::Decimal d, unsigned places);

// numerator / denominator with `places` decimals; "-" where the denominator is zero.
std::string ratio(unsigned __int128 numerator, unsigned __int128 denominator, unsigned places);
// A share in percent.
std::string percent(std::uint64_t part, std::uint64_t whole, unsigned places = 1);
// 10^9 bytes per second.
std::string gbps(std::uint64_t bytes, units::Time time, unsigned places = 2);

// {samples, mean, p50, p90, p99, max} in nanoseconds; null without samples, which `notes` says.
results::Value latency_ns(const dram::Latencies& latency, const std::string& path, results::Value& notes);

}  // namespace takt::replay
