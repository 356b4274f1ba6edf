// Exact decimals: what a key says in its own unit, as an integer count of the stored unit. No floating point.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace takt::config {

enum class DecimalStatus { ok, not_a_number, negative, too_fine, too_large };

struct DecimalResult {
  DecimalStatus status = DecimalStatus::not_a_number;
  std::uint64_t value = 0;
};

// `text` (TOML integer or float: 1_000, 0x10, 0.20, 1e3) times `unit`. too_fine: the product is no integer.
DecimalResult parse_decimal(std::string_view text, std::uint64_t unit);

// The shortest decimal d with d * unit = value. `unit` has no prime factors but 2 and 5.
std::string format_decimal(std::uint64_t value, std::uint64_t unit);

}  // namespace takt::config
