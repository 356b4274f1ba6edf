#include "sim/config/keys.h"

namespace takt::config {
namespace {

using npu::Config;
using npu::CoreConfig;
using npu::Dma;
using npu::Energy;
using npu::OperatingPoint;
using npu::Power;
using npu::Tensor;
using npu::Vector;

constexpr const char* buck = "MT6885 kernel sources, apu_power_regulator.c";

constexpr Field front_rows[] = {
    number<&Config::clock_hz>("clock_hz", one, {1000000, 10000000000},
                              "clock of every NPU engine at the fastest operating point"),
    number<&Config::hardware_queues>("hardware_queues", one, {1, 8}, "hardware queues of the front end"),
    number<&Config::cores>("cores", one, {1, 8}, "cores that a program may run on at once; engines are per core"),
};

constexpr Field scratchpad_rows[] = {
    number<&CoreConfig::scratchpad_bytes>("scratchpad_kib", kib_in_bytes, {64, 1048576}, "scratchpad of a core"),
    number<&CoreConfig::scratchpad_bytes_per_cycle>("scratchpad_bytes_per_cycle", one, {8, 65536},
                                                    "scratchpad rate that engines and DMA share"),
};

constexpr Field issue_rows[] = {
    number<&Config::fetch_commands>("fetch_commands", one, {1, 64}, "commands of 128 bytes per list fetch"),
    number<&Config::dispatch_cycles>("dispatch_cycles", one, {0, 100000}, "command decoded to engine started"),
};

constexpr Field engine_rows[] = {
    number<&CoreConfig::tensor, &Tensor::tile_rows>("tensor.tile_rows", one, {1, 4096}, "positions of an int8 tile"),
    number<&CoreConfig::tensor, &Tensor::tile_height>("tensor.tile_height", one, {1, 4096}, "its height in pixels"),
    number<&CoreConfig::tensor, &Tensor::tile_width>("tensor.tile_width", one, {1, 4096}, "its width in pixels"),
    number<&CoreConfig::tensor, &Tensor::tile_rows_fp16>("tensor.tile_rows_fp16", one, {1, 4096},
                                                         "positions of an fp16 tile"),
    number<&CoreConfig::tensor, &Tensor::tile_k>("tensor.tile_k", one, {1, 4096}, "inputs summed by a tile pair"),
    number<&CoreConfig::tensor, &Tensor::tile_columns>("tensor.tile_columns", one, {1, 4096},
                                                       "output channels of a tile"),
    number<&CoreConfig::tensor, &Tensor::cycles_w8a8>("tensor.cycles_w8a8", one, {1, 65536},
                                                      "array cycles of a tile pair"),
    number<&CoreConfig::tensor, &Tensor::cycles_w8a16>("tensor.cycles_w8a16", one, {1, 65536}, "the same, w8a16"),
    number<&CoreConfig::tensor, &Tensor::cycles_fp16>("tensor.cycles_fp16", one, {1, 65536}, "the same, fp16"),
    number<&CoreConfig::tensor, &Tensor::feed_bytes_per_cycle>("tensor.feed_bytes_per_cycle", one, {1, 65536},
                                                               "scratchpad to array"),
    number<&CoreConfig::tensor, &Tensor::drain_cycles>("tensor.drain_cycles", one, {0, 65536},
                                                       "accumulators to scratchpad, per tile and output byte"),
    number<&CoreConfig::vector, &Vector::pass_bytes_per_cycle>("vector.pass_bytes_per_cycle", one, {1, 65536},
                                                               "elementwise rate, all threads"),
    number<&CoreConfig::vector, &Vector::tap_bytes_per_cycle>("vector.tap_bytes_per_cycle", one, {1, 65536},
                                                              "depthwise and pooling rate"),
    number<&CoreConfig::vector, &Vector::move_bytes_per_cycle>("vector.move_bytes_per_cycle", one, {1, 65536},
                                                               "layout change rate"),
    number<&CoreConfig::vector, &Vector::wide_permille>("vector.wide_permille", one, {1000, 100000},
                                                        "slowdown of elements wider than 8 bits"),
    number<&CoreConfig::vector, &Vector::granule>("vector.granule", one, {1, 4096},
                                                  "channels are padded to so many lanes"),
    number<&CoreConfig::dma, &Dma::commands_in_flight>("dma.commands_in_flight", one, {1, 64}, "DMA commands per list"),
    number<&CoreConfig::dma, &Dma::setup_cycles>("dma.setup_cycles", one, {0, 100000}, "descriptor to first request"),
    number<&CoreConfig::dma, &Dma::bytes_per_cycle>("dma.bytes_per_cycle", one, {1, 65536},
                                                    "scratchpad port of one list"),
    number<&CoreConfig::energy, &Energy::mac_w8a8_aj>("energy.mac_w8a8_pj", pj_in_aj, {0, 1000000},
                                                      "array and operands"),
    number<&CoreConfig::energy, &Energy::mac_w8a16_aj>("energy.mac_w8a16_pj", pj_in_aj, {0, 1000000},
                                                       "the same, w8a16"),
    number<&CoreConfig::energy, &Energy::mac_fp16_aj>("energy.mac_fp16_pj", pj_in_aj, {0, 1000000}, "the same, fp16"),
    number<&CoreConfig::energy, &Energy::vector_byte_aj>("energy.vector_byte_pj", pj_in_aj, {0, 1000000},
                                                         "vector engine, per byte worked on"),
    number<&CoreConfig::energy, &Energy::scratchpad_byte_aj>("energy.scratchpad_byte_pj", pj_in_aj, {0, 1000000},
                                                             "per byte read or written"),
    number<&CoreConfig::energy, &Energy::command_aj>("energy.command_pj", pj_in_aj, {0, 1000000}, "per command"),
    number<&CoreConfig::energy, &Energy::leakage_uw>("energy.leakage_mw", mw_in_uw, {0, 1000000},
                                                     "while powered, per core, at power.voltage_mv"),
};

constexpr Field power_rows[] = {
    known(number<&Config::power, &Power::voltage_mv>("power.voltage_mv", one, {100, 5000},
                                                     "at clock_hz; energies and leakage hold there", "750"),
          "estimated", "a phone's NPU rail at its nominal point, 4 nm"),
    known(number<&Config::power, &Power::ramp_up_mv_per_us>("power.ramp_up_mv_per_us", one, {1, 100000},
                                                            "supply, towards a faster point", "10"),
          "published", buck),
    known(number<&Config::power, &Power::ramp_down_mv_per_us>("power.ramp_down_mv_per_us", one, {1, 100000},
                                                              "supply, towards a slower point", "5"),
          "published", buck),
    known(number<&Config::power, &Power::ramp_ns>("power.ramp_ns", one, {0, 1000000000},
                                                  "of every change of the voltage, beside that", "8000"),
          "published", buck),
    known(number<&Config::power, &Power::relock_ns>("power.relock_ns", one, {0, 1000000000},
                                                    "the clock stands still while it changes", "10000"),
          "estimated", "PLL relock and multiplexer, 5-20 us"),
    known(number<&Config::power, &Power::retention_permille>("power.retention_permille", one, {0, 1000},
                                                             "leakage in retention, of that at its voltage", "250"),
          "published", "Edge TPU thermal driver (Tensor G1): retention 49 of 198 in overdrive"),
    known(number<&Config::power, &Power::retention_entry_ns>("power.retention_entry_ns", one, {0, 1000000000},
                                                             "into retention", "1000"),
          "estimated", "clock stopped, supply let down"),
    known(number<&Config::power, &Power::retention_exit_ns>("power.retention_exit_ns", one, {0, 1000000000},
                                                            "out of retention", "20000"),
          "estimated", "0.45 to 0.6 V by a buck of 10 mV/us, then the clock"),
    known(number<&Config::power, &Power::off_entry_ns>("power.off_entry_ns", one, {0, 1000000000}, "into off", "10000"),
          "estimated", "power gate, 10-50 us"),
    known(number<&Config::power, &Power::off_exit_ns>("power.off_exit_ns", one, {0, 1000000000}, "out of off", "50000"),
          "estimated", "power gate on, 10-50 us; nothing is restored"),
};

constexpr Field small_rows[] = {
    number<&Config::small_cores>("cores", one, {1, 7},
                                 "cores of another kind, behind npu.cores; the table's other keys are of each of them"),
    number<&Config::idle_off_us>("idle_off_us", one, {0, 1000000},
                                 "a kind of cores, these or the first ones, without a job for so long loses its power, "
                                 "and takes power.off_exit_ns to come back; 0: none does",
                                 "0"),
};

constexpr Field point_rows[] = {
    number<&OperatingPoint::clock_hz>("clock_hz", one, {1000000, 10000000000},
                                      "unused where it is not below npu.clock_hz"),
    number<&OperatingPoint::voltage_mv>("voltage_mv", one, {100, 5000}, "what it takes"),
};

constexpr Field placement_rows[] = {
    text<&SocConfig::npu_memory>("memory", "the memory that holds the NPU's buffers"),
    text<&SocConfig::npu_overflow_memory>("overflow_memory",
                                          "the memory of weights beyond weights_kib; empty: none are", ""),
    number<&SocConfig::npu_weights_bytes>("weights_kib", kib_in_bytes, {0, 1073741824},
                                          "with overflow_memory: weights in npu.memory, first layers first", "0"),
};

}  // namespace

std::vector<Section> npu_sections(npu::Config& npu) {
  CoreConfig& core = npu;
  std::vector<Section> list = {{"npu", table(front_rows), &npu, Owner::soc},
                               {"npu", table(scratchpad_rows), &core, Owner::soc},
                               {"npu", table(issue_rows), &npu, Owner::soc},
                               {"npu", table(engine_rows), &core, Owner::soc},
                               {"npu", table(power_rows), &npu, Owner::soc}};
  if (npu.small_cores != 0)
    list.insert(list.end(), {{"npu.small", table(small_rows), &npu, Owner::soc},
                             {"npu.small", table(scratchpad_rows), &npu.small, Owner::soc},
                             {"npu.small", table(engine_rows), &npu.small, Owner::soc}});
  for (OperatingPoint& point : npu.power.points)
    list.push_back({"npu.point." + point.name, table(point_rows), &point, Owner::soc});
  return list;
}

Fields npu_placement_fields() { return table(placement_rows); }

}  // namespace takt::config
