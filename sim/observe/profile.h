// What each call stack of a program cost, as folded stacks: a line "outermost;...;innermost cycles" each, the input of
// Brendan Gregg's flamegraph.pl, speedscope and others.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <vector>

#include "sim/observe/call_stack.h"

namespace takt::observe {

enum class ProfileUnit { cycles, instructions };

// Time asleep (WFI) is nobody's. The cycles of a trap's entry are its handler's.
class Profile : public rv32::Observer {
 public:
  Profile(const SymbolTable& symbols, ProfileUnit unit) : unit_(unit), stack_(symbols) {}

  void executed(const rv32::Executed& instruction) override;
  void trapped(const rv32::Trapped& trap) override;

  // In the order of names. Code of no function is "[unknown]", a trap's handler "[trap] name".
  void write(std::ostream& out) const;

 private:
  // A tree of stacks: a node is a frame below its parent.
  struct Node {
    std::map<std::pair<const Function*, bool>, std::uint32_t> children;
    std::uint64_t count = 0;
  };
  std::uint32_t node_of_stack();
  void write_below(std::uint32_t node, const std::string& path, std::map<std::string, std::uint64_t>& lines) const;

  const ProfileUnit unit_;
  CallStack stack_;
  std::vector<Node> nodes_ = std::vector<Node>(1);  // 0: above all frames
  std::uint32_t node_ = 0;                          // of the present stack; 0: not known
  std::uint64_t trap_cycle_ = 0;
  bool after_trap_ = false;
};

}  // namespace takt::observe
