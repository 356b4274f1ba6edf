// 64-bit FNV-1a (Fowler, Noll, Vo; draft-eastlake-fnv): tells apart what should be equal, on every machine alike.
#pragma once

#include <cstdint>

namespace takt::units {

constexpr std::uint64_t fnv1a_basis = 14695981039346656037ull;

constexpr std::uint64_t fnv1a(std::uint64_t hash, std::uint8_t byte) { return (hash ^ byte) * 1099511628211ull; }

template <typename Bytes>
std::uint64_t fnv1a(std::uint64_t hash, const Bytes& bytes) {
  for (const auto byte : bytes) hash = fnv1a(hash, static_cast<std::uint8_t>(byte));
  return hash;
}

}  // namespace takt::units
