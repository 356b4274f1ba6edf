#include "sim/config/keys.h"

namespace takt::config {
namespace {

constexpr Range hertz{1000, 10000000000};
constexpr Range cycles{0, 100000000};

constexpr Field noc_rows[] = {
    number<&noc::Config::clock_hz>("clock_hz", one, hertz, "clock of the fabric and its ports"),
    number<&noc::Config::request_cycles>("request_cycles", one, {0, 100000}, "initiator to target"),
    number<&noc::Config::response_cycles>("response_cycles", one, {0, 100000}, "target to initiator"),
    number<&noc::Config::alone_bytes>("alone_kib", kib_in_bytes, {1, 1024}, "largest grant when nobody else waits"),
    number<&noc::Config::contended_bytes>("contended_kib", kib_in_bytes, {1, 1024},
                                          "largest grant when somebody waits"),
    choice<&noc::Config::arbitration>("arbitration", "priority|round-robin|weighted", "who goes first at a memory",
                                      "priority"),
    number<&noc::Config::hops>("hops", one, {1, 64}, "switches on the way, for energy"),
    number<&noc::Config::byte_hop_aj>("byte_hop_pj", pj_in_aj, {0, 1000000}, "per byte and hop"),
};

constexpr Field port_rows[] = {
    number<&noc::InitiatorPort::bytes_per_cycle>("bytes_per_cycle", one, {1, 65536}, "each direction"),
    number<&noc::InitiatorPort::credit_bytes>("credit_bytes", one, {0, 1073741824}, "bytes in flight; 0: no limit"),
    number<&noc::InitiatorPort::qos>("qos", one, {0, 7}, "least priority of its traffic; 7 is the highest"),
    number<&noc::InitiatorPort::weight>("weight", one, {1, noc::max_weight},
                                        "share of a contended memory with arbitration \"weighted\"", "1"),
    number<&noc::InitiatorPort::limit_bytes_per_s>("limit_bytes_per_s", one, {0, noc::most_bytes_per_s},
                                                   "of its regulator at reset; 0: off", "0"),
    number<&noc::InitiatorPort::limit_from_us>("limit_from_us", one, {0, 1000000000000},
                                               "0: from reset; else the firmware sets it then, at the driver's request",
                                               "0"),
    number<&noc::InitiatorPort::burst_bytes>("burst_bytes", one, {noc::least_burst_bytes, 1073741824},
                                             "what its regulator lets pass at once after a pause", "4096"),
};

constexpr Field system_cache_rows[] = {
    boolean<&cache::Config::enabled>("enabled", "off: the cached memory is reached directly"),
    number<&cache::Config::capacity_bytes>("capacity_kib", kib_in_bytes, {1, 1048576}, "all banks"),
    number<&cache::Config::ways>("ways", one, {1, 64}, "associativity"),
    number<&cache::Config::sector_bytes>("sector_bytes", one, {1024, 4096}, "one tag"),
    number<&cache::Config::line_bytes>("line_bytes", one, {32, 256}, "one valid and one dirty bit"),
    number<&cache::Config::clock_hz>("clock_hz", one, hertz, "clock of tags and data"),
    number<&cache::Config::bytes_per_cycle>("bytes_per_cycle", one, {1, 65536}, "all banks"),
    number<&cache::Config::hit_cycles>("hit_cycles", one, {0, 100000}, "tag and data"),
    number<&cache::Config::access_byte_aj>("access_byte_pj", pj_in_aj, {0, 1000000}, "per byte read or written"),
    number<&cache::Config::leakage_uw>("leakage_mw", mw_in_uw, {0, 1000000}, "while powered"),
};

constexpr Field compiler_rows[] = {
    number<&CompilerConfig::prefetch_cuts>("prefetch_cuts", one, {0, 1000000},
                                           "preemption points that constants are loaded ahead, where there is space",
                                           "1000000"),
    number<&CompilerConfig::cut_distance_us>("cut_distance_us", one, {0, 1000000},
                                             "least work between preemption points; 0: one at every layer boundary",
                                             "10"),
    number<&CompilerConfig::cores>("cores", one, {0, 8}, "NPU cores of a program; 0: as many as pay", "0"),
    number<&CompilerConfig::memory_permille>("memory_permille", one, {1, 1000},
                                             "share of memory's peak that compiler and firmware count on", "650"),
};

constexpr Field cache_port_rows[] = {
    choice<&cache::Port::allocate>("allocate", "none|read|write|read-write", "which misses of the port take a place",
                                   "none"),
    number<&cache::Port::first_way>("first_way", one, {0, 63}, "where the ways begin that it may fill", "0"),
    number<&cache::Port::ways>("ways", one, {0, 64}, "how many they are; 0: all from first_way on", "0"),
};

constexpr Field control_cpu_rows[] = {
    number<&cpu::ControlConfig::clock_hz>("clock_hz", one, hertz, "clock of the NPU's control processor"),
    choice<&cpu::ControlConfig::cost>("cost", "zero|table|iss", "where firmware time comes from"),
    number<&cpu::ControlConfig::look_ahead_ns>("look_ahead_ns", one, {1, 1000000000},
                                               "iss: at most so far ahead of the simulation; changes no result",
                                               "10000"),
    number<&cpu::ControlConfig::interrupt_entry_cycles>("interrupt_entry_cycles", one, cycles,
                                                        "interrupt taken to first handler instruction"),
    number<&cpu::ControlConfig::register_cycles>("register_cycles", one, cycles, "one register access, bus clock"),
    number<&cpu::ControlConfig::register_bus_hz>("register_bus_hz", one, hertz, "clock of the register bus"),
    number<&cpu::ControlConfig::leakage_uw>("leakage_mw", mw_in_uw, {0, 100000}, "while powered"),
    number<&cpu::ControlConfig::active_uw>("active_mw", mw_in_uw, {0, 100000}, "while not waiting for an interrupt"),
};

// rv32::CycleTable's own figures.
constexpr const char* small_core =
    "a small in-order core: one memory port, a pipelined multiplier, a divider of one bit a cycle";
template <auto Member>
constexpr Field core_cycles(std::string_view name, std::uint64_t least, const char* fallback, std::string_view what) {
  return known(number<Member>(name, one, {least, 1000}, what, fallback), "estimated", small_core);
}

constexpr Field core_rows[] = {
    core_cycles<&rv32::CycleTable::alu>("alu", 1, "1", "arithmetic, logic"),
    core_cycles<&rv32::CycleTable::load>("load", 1, "1", "loads"),
    core_cycles<&rv32::CycleTable::load_use>("load_use", 0, "1",
                                             "on top, of a load whose result the next instruction reads"),
    core_cycles<&rv32::CycleTable::store>("store", 1, "1", "stores"),
    core_cycles<&rv32::CycleTable::misaligned>("misaligned", 0, "1", "on top, of a load or store across its alignment"),
    core_cycles<&rv32::CycleTable::branch_not_taken>("branch_not_taken", 1, "1", "branches that fall through"),
    core_cycles<&rv32::CycleTable::branch_taken>("branch_taken", 1, "3", "branches that are taken"),
    core_cycles<&rv32::CycleTable::jump>("jump", 1, "2", "JAL"),
    core_cycles<&rv32::CycleTable::jump_register>("jump_register", 1, "3", "JALR"),
    core_cycles<&rv32::CycleTable::multiply>("multiply", 1, "3", "multiplications"),
    core_cycles<&rv32::CycleTable::divide>("divide", 1, "33", "divisions and remainders"),
    core_cycles<&rv32::CycleTable::csr>("csr", 1, "3", "accesses to control and status registers"),
    core_cycles<&rv32::CycleTable::atomic>("atomic", 1, "4", "LR, SC, AMO"),
    core_cycles<&rv32::CycleTable::system>("system", 1, "1", "FENCE, FENCE.I, WFI"),
    core_cycles<&rv32::CycleTable::trap>("trap", 1, "4", "entry into a trap; MRET"),
};

constexpr Field app_cpu_rows[] = {
    number<&cpu::AppConfig::clock_hz>("clock_hz", one, hertz, "clock of the application cores"),
    number<&cpu::AppConfig::macs_per_cycle_int8>("macs_per_cycle_int8", one, {1, 65536}, "one core"),
    number<&cpu::AppConfig::mac_efficiency_permille>("mac_efficiency_permille", one, {1, 1000},
                                                     "whole layers, of the rate above"),
    number<&cpu::AppConfig::simple_bytes_per_cycle>("simple_bytes_per_cycle", one, {1, 65536},
                                                    "elementwise and layout operators"),
    number<&cpu::AppConfig::scalar_cycles_per_element>("scalar_cycles_per_element", one, cycles,
                                                       "transcendental and custom operators"),
    number<&cpu::AppConfig::submit_cycles>("submit_cycles", one, cycles, "driver: per request, before its first store"),
    number<&cpu::AppConfig::interrupt_cycles>("interrupt_cycles", one, cycles, "driver: interrupt to handler"),
    number<&cpu::AppConfig::completion_cycles>("completion_cycles", one, cycles, "driver: per completion record"),
    number<&cpu::AppConfig::wake_ns>("wake_ns", one, {0, 1000000000}, "idle core to running"),
    number<&cpu::AppConfig::active_uw>("active_mw", mw_in_uw, {0, 1000000}, "one core at work"),
};

constexpr Field timer_rows[] = {
    number<&peripherals::TimerConfig::clock_hz>("clock_hz", one, {1000, 1000000000}, "mtime"),
};

constexpr Field watchdog_rows[] = {
    number<&WatchdogConfig::timeout_us>("timeout_us", one, {0, 4294967295}, "of the control processor; 0: off"),
    number<&WatchdogConfig::boot_timeout_us>("boot_timeout_us", one, {1, 4294967295}, "reset to READY"),
};

// Junction and shell of a phone: die 2 K/W and 5 ms, package 4 and 0.7 s, board with spreader 4.5 and 9 s, case 5.5 and
// 720 s. 165 g at 900 J/kgK are 150 J/K; 0.021 m2 at 10 W/m2K are 4.8 K/W.
constexpr const char* phone = "a phone of 165 g in still air: at 5 W the junction is 52 K above the skin";
constexpr const char* sm8550 = "SM8550 vendor device tree kalama-thermal.dtsi";
using peripherals::SensorConfig;
constexpr Field heat_rows[] = {
    number<&HeatConfig::ambient_c>("ambient_c", one, {0, 60}, "the air around, in degrees Celsius", "25"),
    number<&HeatConfig::step_us>("step_us", one, {1000, 1000000},
                                 "temperatures are computed so often; a multiple of 100", "10000"),
    known(number<&HeatConfig::leakage, &power::LeakageModel::reference_c>("leakage_reference_c", one, {0, 150},
                                                                          "where leakage figures hold", "60"),
          "estimated", "the figures' own: 12 % of a rail's peak at 60 C"),
    known(number<&HeatConfig::leakage, &power::LeakageModel::doubling_k>(
              "leakage_doubling_k", one, {0, 1000}, "leakage doubles every so many kelvin; 0: it stays", "25"),
          "estimated", "exp(dT / 36 K) of CMOS at 4 nm"),
    known(number<&HeatConfig::npu_sensor, &SensorConfig::trip_c>("npu_trip_c", one, {1, 200},
                                                                 "the NPU's sensor is hot from here", "95"),
          "published", sm8550),
    known(number<&HeatConfig::npu_sensor, &SensorConfig::hysteresis_k>("npu_hysteresis_k", one, {0, 100},
                                                                       "until so far below", "5"),
          "published", sm8550),
    known(number<&HeatConfig::npu_sensor, &SensorConfig::period_us>("npu_sensor_us", one, {1000, 1000000000},
                                                                    "from sample to sample", "10000"),
          "published", sm8550),
    known(number<&HeatConfig::skin_sensor, &SensorConfig::trip_c>("skin_trip_c", one, {1, 200},
                                                                  "the skin's sensor is hot from here", "43"),
          "estimated", "skin limits of phones are 42 to 46 C"),
    known(number<&HeatConfig::skin_sensor, &SensorConfig::hysteresis_k>("skin_hysteresis_k", one, {0, 100},
                                                                        "until so far below", "1"),
          "estimated", "phones' files have 4 K over a limit of 46 C"),
    known(number<&HeatConfig::skin_sensor, &SensorConfig::period_us>("skin_sensor_us", one, {1000, 1000000000},
                                                                     "from sample to sample", "1000000"),
          "published", "thermal-engine files: 1-2 s"),
    known(number<&HeatConfig::npu, &HeatNode::millikelvin_per_watt>("npu_k_per_w", in_permille, {0, 1000},
                                                                    "to the package", "2"),
          "estimated", phone),
    known(number<&HeatConfig::npu, &HeatNode::microjoules_per_kelvin>("npu_j_per_k", uj_in_j, {0, 1000},
                                                                      "what warms it", "0.0025"),
          "estimated", phone),
    known(number<&HeatConfig::soc, &HeatNode::millikelvin_per_watt>("soc_k_per_w", in_permille, {0, 1000},
                                                                    "of the chip but the NPU, to the package", "2"),
          "estimated", phone),
    known(number<&HeatConfig::soc, &HeatNode::microjoules_per_kelvin>("soc_j_per_k", uj_in_j, {0, 1000},
                                                                      "what warms it", "0.0025"),
          "estimated", phone),
    known(number<&HeatConfig::dram, &HeatNode::millikelvin_per_watt>("dram_k_per_w", in_permille, {0, 1000},
                                                                     "to the package", "4"),
          "estimated", phone),
    known(number<&HeatConfig::dram, &HeatNode::microjoules_per_kelvin>("dram_j_per_k", uj_in_j, {0, 1000},
                                                                       "what warms it", "0.15"),
          "estimated", phone),
    known(number<&HeatConfig::package, &HeatNode::millikelvin_per_watt>("package_k_per_w", in_permille, {0, 1000},
                                                                        "to the board", "4"),
          "estimated", phone),
    known(number<&HeatConfig::package, &HeatNode::microjoules_per_kelvin>("package_j_per_k", uj_in_j, {0, 1000},
                                                                          "what warms it", "0.175"),
          "estimated", phone),
    known(number<&HeatConfig::board, &HeatNode::millikelvin_per_watt>("board_k_per_w", in_permille, {0, 1000},
                                                                      "with its spreader, to the skin", "4.5"),
          "estimated", phone),
    known(number<&HeatConfig::board, &HeatNode::microjoules_per_kelvin>("board_j_per_k", uj_in_j, {0, 1000},
                                                                        "what warms it", "2"),
          "estimated", phone),
    known(number<&HeatConfig::skin, &HeatNode::millikelvin_per_watt>("skin_k_per_w", in_permille, {0, 1000},
                                                                     "of the phone, to the air", "5.5"),
          "estimated", phone),
    known(number<&HeatConfig::skin, &HeatNode::microjoules_per_kelvin>("skin_j_per_k", uj_in_j, {0, 1000},
                                                                       "what warms it", "131"),
          "estimated", phone),
};

using peripherals::StorageConfig;

constexpr Field storage_rows[] = {
    known(number<&StorageConfig::read_bytes_per_s>("read_bytes_per_s", one, {1000000, 1000000000000},
                                                   "of a model or expert that is loaded", "4200000000"),
          "published", "Samsung, UFS 4.0, 2022: sequential read 4200 MB/s"),
    known(number<&StorageConfig::latency_us>("latency_us", one, {0, 1000000}, "until the first byte", "100"),
          "estimated", "a flash read and its commands; no public figure"),
    known(number<&StorageConfig::read_byte_aj>("read_pj_per_byte", pj_in_aj, {0, 1000000},
                                               "energy of a byte that is read, flash and controller", "417"),
          "derived", "Samsung, UFS 4.0, 2022: 6.0 MB/s per mA, at the 2.5 V of its supply"),
};

constexpr Field software_rows[] = {
    number<&SocConfig::software, &SoftwareConfig::submit_ns>("submit_ns", one, {0, 1000000000},
                                                             "request issued to driver entered"),
    number<&SocConfig::software, &SoftwareConfig::complete_ns>("complete_ns", one, {0, 1000000000},
                                                               "driver done to caller resumed"),
    number<&SocConfig::npu, &npu::Config::regular_overhead_cycles>("regular_cycles", one, cycles,
                                                                   "NPU cycles per operator"),
    number<&SocConfig::npu, &npu::Config::irregular_overhead_cycles>(
        "irregular_cycles", one, cycles, "NPU cycles per attention, norm, softmax or layout operator"),
};

}  // namespace

Fields noc_fields() { return table(noc_rows); }
Fields port_fields() { return table(port_rows); }
Fields system_cache_fields() { return table(system_cache_rows); }
Fields compiler_fields() { return table(compiler_rows); }
Fields cache_port_fields() { return table(cache_port_rows); }
Fields control_cpu_fields() { return table(control_cpu_rows); }
Fields core_cycle_fields() { return table(core_rows); }
Fields app_cpu_fields() { return table(app_cpu_rows); }
Fields timer_fields() { return table(timer_rows); }
Fields watchdog_fields() { return table(watchdog_rows); }
Fields heat_fields() { return table(heat_rows); }
Fields storage_fields() { return table(storage_rows); }
Fields software_fields() { return table(software_rows); }

}  // namespace takt::config
