#include "sim/gdb/registers.h"

#include "models/cpu/rv32/csr.h"

namespace takt::gdb {
namespace {

struct General {
  const char* name;
  const char* type;
};

// Integer Register Convention of the RISC-V ABIs Specification.
constexpr General general[] = {
    {"zero", "int"}, {"ra", "code_ptr"}, {"sp", "data_ptr"}, {"gp", "data_ptr"}, {"tp", "data_ptr"}, {"t0", "int"},
    {"t1", "int"},   {"t2", "int"},      {"fp", "data_ptr"}, {"s1", "int"},      {"a0", "int"},      {"a1", "int"},
    {"a2", "int"},   {"a3", "int"},      {"a4", "int"},      {"a5", "int"},      {"a6", "int"},      {"a7", "int"},
    {"s2", "int"},   {"s3", "int"},      {"s4", "int"},      {"s5", "int"},      {"s6", "int"},      {"s7", "int"},
    {"s8", "int"},   {"s9", "int"},      {"s10", "int"},     {"s11", "int"},     {"t3", "int"},      {"t4", "int"},
    {"t5", "int"},   {"t6", "int"},      {"pc", "code_ptr"}};
static_assert(sizeof general / sizeof *general == general_count);

struct ControlAndStatus {
  const char* name;
  std::uint32_t number;
};

// Those that can hold something: not the counters and triggers that are always 0, nor the user's copies.
namespace csr = rv32::csr;
constexpr ControlAndStatus control_and_status[] = {{"mstatus", csr::mstatus},
                                                   {"misa", csr::misa},
                                                   {"mie", csr::mie},
                                                   {"mtvec", csr::mtvec},
                                                   {"mcounteren", csr::mcounteren},
                                                   {"mcountinhibit", csr::mcountinhibit},
                                                   {"mscratch", csr::mscratch},
                                                   {"mepc", csr::mepc},
                                                   {"mcause", csr::mcause},
                                                   {"mtval", csr::mtval},
                                                   {"mip", csr::mip},
                                                   {"pmpcfg0", csr::pmpcfg0},
                                                   {"pmpaddr0", csr::pmpaddr0},
                                                   {"pmpaddr1", csr::pmpaddr0 + 1},
                                                   {"pmpaddr2", csr::pmpaddr0 + 2},
                                                   {"pmpaddr3", csr::pmpaddr0 + 3},
                                                   {"mcycle", csr::mcycle},
                                                   {"minstret", csr::minstret},
                                                   {"mcycleh", csr::mcycle + csr::high_half},
                                                   {"minstreth", csr::minstret + csr::high_half},
                                                   {"mhartid", csr::mhartid}};

std::string reg(const char* name, unsigned number, const char* type, const char* more) {
  return std::string("<reg name=\"") + name + "\" bitsize=\"32\" regnum=\"" + std::to_string(number) + "\" type=\"" +
         type + "\"" + more + "/>\n";
}

}  // namespace

std::string target_description() {
  constexpr const char* left_alone = " save-restore=\"no\"";
  std::string text =
      "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target version=\"1.0\">\n"
      "<architecture>riscv:rv32</architecture>\n<feature name=\"org.gnu.gdb.riscv.cpu\">\n";
  unsigned number = 0;
  for (const General& one : general) text += reg(one.name, number++, one.type, "");
  text += "</feature>\n<feature name=\"org.gnu.gdb.riscv.csr\">\n";
  for (const ControlAndStatus& one : control_and_status)
    text += reg(one.name, first_csr + one.number, "uint32", left_alone);
  text += "</feature>\n<feature name=\"org.gnu.gdb.riscv.virtual\">\n";
  text += reg("priv", mode_number, "int", left_alone);
  return text + "</feature>\n</target>\n";
}

}  // namespace takt::gdb
