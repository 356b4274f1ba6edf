#include "sim/observe/profile.h"

namespace takt::observe {

// An instruction belongs to the stack it runs in: a call to the caller, a return to the function that returns.
void Profile::executed(const rv32::Executed& instruction) {
  if (node_ == 0) {
    stack_.enter(instruction.pc);
    node_ = node_of_stack();
  }
  std::uint64_t cycles = instruction.cycles;
  if (after_trap_) cycles += instruction.cycle - trap_cycle_;
  after_trap_ = false;
  nodes_[node_].count += unit_ == ProfileUnit::cycles ? cycles : 1;
  if (stack_.executed(instruction)) node_ = node_of_stack();
}

void Profile::trapped(const rv32::Trapped& trap) {
  stack_.trapped(trap);
  node_ = node_of_stack();
  if (!after_trap_) trap_cycle_ = trap.cycle;
  after_trap_ = true;
}

std::uint32_t Profile::node_of_stack() {
  std::uint32_t node = 0;
  for (const CallStack::Frame& frame : stack_.frames()) {
    const auto next = static_cast<std::uint32_t>(nodes_.size());
    const auto [child, added] = nodes_[node].children.emplace(std::make_pair(frame.function, frame.trap), next);
    node = child->second;
    if (added) nodes_.emplace_back();
  }
  return node;
}

void Profile::write(std::ostream& out) const {
  std::map<std::string, std::uint64_t> lines;
  write_below(0, "", lines);
  for (const auto& [path, count] : lines) out << path << ' ' << count << '\n';
}

void Profile::write_below(std::uint32_t node, const std::string& path,
                          std::map<std::string, std::uint64_t>& lines) const {
  if (nodes_[node].count != 0) lines[path] += nodes_[node].count;
  for (const auto& [frame, child] : nodes_[node].children) {
    const auto& [function, trap] = frame;
    const std::string name = std::string(trap ? "[trap] " : "") + (function != nullptr ? function->name : "[unknown]");
    write_below(child, path.empty() ? name : path + ";" + name, lines);
  }
}

}  // namespace takt::observe
