#include "sim/config/keys.h"

namespace takt::config {
namespace {

constexpr Range microseconds{0, 1000000000000};
constexpr Range counts{0, 1000000000000};

constexpr Field fault_rows[] = {
    choice<&FaultConfig::kind>(
        "kind",
        "engine-hang|engine-slow|scratchpad-parity|bad-command|access-fault|dma-error|dma-hang|fetch-error|save-hang|"
        "lost-engine-interrupt|reset-failure|lost-host-interrupt|control-memory-error|bad-slot|bad-ring|lost-doorbell|"
        "early-doorbell|double-doorbell|unknown-status|stray-doorbell|spurious-interrupt|firmware-hang|firmware-crash|"
        "firmware-wedge|client-death",
        "what goes wrong, at which event"),
    number<&FaultConfig::at_us>("at_us", one, microseconds, "not before, counted as `start_us` of streams", "0"),
    text<&FaultConfig::stream>(
        "stream", "in the jobs of that stream alone; kinds that are about jobs, and `client-death`; empty: in any", ""),
    number<&FaultConfig::request>("request", one, counts, "of the stream, from 1; 0: any", "0"),
    number<&FaultConfig::space>("space", one, counts, "events that pass before", "0"),
    number<&FaultConfig::interval>("interval", one, {1, 1000000000000}, "of the others every so many strike", "1"),
    number<&FaultConfig::probability>("probability_percent", in_permille, {0, 100}, "with this probability", "100"),
    number<&FaultConfig::times>("times", one, counts, "at most; 0: without end", "1"),
    number<&FaultConfig::period_us>("period_us", one, microseconds,
                                    "of kinds that happen at a time: from one to the next", "0"),
    number<&FaultConfig::factor>("factor", one, {0, 1000000}, "`engine-slow`: times its cycles", "0"),
    number<&FaultConfig::seed>("seed", one, {0, 9223372036854775807}, "0: drawn from the scenario's", "0"),
};

// The fallbacks are those of published drivers: 500 ms for an answer (Linux, drivers/accel/ivpu), one power cycle in
// 60 s (amd/xdna-driver, 5cbecf88). How long one takes is not published.
constexpr Field recovery_rows[] = {
    number<&RecoveryConfig::timeout_us>(
        "timeout_us", one, microseconds,
        "a stream with jobs submitted has no answer for so long: the driver looks itself; 0: never", "0"),
    number<&RecoveryConfig::reply_timeout_us>("reply_timeout_us", one, {1, 1000000000000},
                                              "of the firmware, asked then whether it is alive; 500 ms in the Linux "
                                              "driver of a published NPU (`drivers/accel/ivpu`)",
                                              "500000"),
    boolean<&RecoveryConfig::cold_boot>(
        "cold_boot", "a firmware that does not answer, or whose watchdog has expired, is booted again", "false"),
    boolean<&RecoveryConfig::warm_boot>(
        "warm_boot",
        "with `cold_boot`: before that its processor alone is restarted, its memory, queues and programs as they were",
        "false"),
    number<&RecoveryConfig::cold_boot_interval_us>("cold_boot_interval_us", one, microseconds,
                                                   "from one cold boot to the next, and from one warm boot to the "
                                                   "next, at least: once in 60 s in AMD's NPU driver "
                                                   "(`amd/xdna-driver`)",
                                                   "60000000"),
    number<&RecoveryConfig::reset_us>("reset_us", one, {1, 1000000000000},
                                      "of a warm boot: the processor is held in reset. No published figure", "10"),
    number<&RecoveryConfig::power_cycle_us>(
        "power_cycle_us", one, {10, 1000000000000},
        "power off until the firmware, loaded again, leaves reset. No published figure", "1000"),
};

}  // namespace

Fields fault_fields() { return table(fault_rows); }
Fields recovery_fields() { return table(recovery_rows); }

}  // namespace takt::config
