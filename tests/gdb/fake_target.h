// A target of four registers and 16 bytes of memory that notes what it was asked.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/gdb/session.h"

namespace takt::gdb::test {

class FakeTarget : public Target {
 public:
  static constexpr std::uint32_t base = 0x1000;

  std::string description() const override { return text; }
  unsigned general_registers() const override { return 3; }
  unsigned pc() const override { return 2; }
  std::optional<std::uint32_t> read_register(unsigned number) const override {
    const auto found = registers.find(number);
    return found == registers.end() ? std::nullopt : std::optional<std::uint32_t>(found->second);
  }
  bool write_register(unsigned number, std::uint32_t value) override {
    if (registers.count(number) == 0) return false;
    registers[number] = value;
    return true;
  }
  std::string read_memory(std::uint32_t address, std::uint32_t bytes) override {
    if (address - base >= memory.size()) return "";
    return memory.substr(address - base, bytes);
  }
  bool write_memory(std::uint32_t address, std::string_view bytes) override {
    if (address - base + bytes.size() > memory.size()) return false;
    memory.replace(address - base, bytes.size(), bytes);
    return true;
  }
  bool insert(Point point, std::uint32_t address, std::uint32_t bytes) override {
    note("insert", point, address, bytes);
    return bytes != 0;
  }
  void remove(Point point, std::uint32_t address, std::uint32_t bytes) override {
    note("remove", point, address, bytes);
  }
  std::string monitor(std::string_view command) override { return answer.empty() ? std::string(command) : answer; }
  std::string thread_state() const override { return "asleep"; }

  std::string text = "<target/>";
  std::map<unsigned, std::uint32_t> registers = {{0, 0x11223344}, {1, 1}, {2, 0x80000000}, {100, 0xcafe}};
  std::string memory = "0123456789abcdef";
  std::string answer;
  std::vector<std::string> notes;

 private:
  void note(const char* what, Point point, std::uint32_t address, std::uint32_t bytes) {
    notes.push_back(std::string(what) + " " + std::to_string(static_cast<int>(point)) + " " + std::to_string(address) +
                    " " + std::to_string(bytes));
  }
};

// A payload in its frame; the checksum is computed here anew.
inline std::string packet(const std::string& payload) {
  unsigned sum = 0;
  for (const char c : payload) sum += static_cast<unsigned char>(c);
  constexpr char digits[] = "0123456789abcdef";
  return "$" + payload + "#" + digits[sum >> 4 & 15] + digits[sum & 15];
}

}  // namespace takt::gdb::test
