#include "sim/cli/failure.h"

#include <new>
#include <string_view>
#include <system_error>
#include <systemc>

#include "sim/cli/child.h"
#include "sim/config/config_error.h"
#include "sim/functional/kernel.h"
#include "sim/gdb/socket.h"
#include "sim/graph/error.h"
#include "sim/observe/output_file.h"
#include "sim/platform/platform.h"
#include "sim/results/output_folder.h"
#include "sim/results/results_file.h"
#include "sim/sweep/slurm.h"
#include "traces/formats/elf/elf_image.h"
#include "traces/formats/memory/error.h"
#include "traces/formats/npy.h"
#include "traces/formats/packed/packed_file.h"

namespace takt::cli {
namespace {

Failure out_of_memory() {
  return {simulation_failed, "out of memory: the system gave no more (ulimit -v says how much it gives)"};
}

// Threads need memory for their stacks.
bool is_limit(const std::error_code& code) {
  return code == std::errc::not_enough_memory || code == std::errc::resource_unavailable_try_again;
}

}  // namespace

Failure current_failure() {
  try {
    throw;
  } catch (const ChildFailure& e) {
    return {static_cast<ExitCode>(e.code()), e.what()};
  } catch (const config::ConfigError& e) {
    return {bad_input, e.what()};
  } catch (const graph::GraphError& e) {
    return {bad_input, e.what()};
  } catch (const functional::Unsupported& e) {
    return {bad_input, e.what()};
  } catch (const traces::ElfError& e) {
    return {bad_input, e.what()};
  } catch (const traces::NpyError& e) {
    return {bad_input, e.what()};
  } catch (const results::ResultsFileError& e) {
    return {bad_input, e.what()};
  } catch (const results::OutputError& e) {
    return {bad_input, e.what()};
  } catch (const sweep::SlurmError& e) {
    return {bad_input, e.what()};
  } catch (const gdb::SocketError& e) {
    return {bad_input, std::string("--gdb: ") + e.what()};
  } catch (const observe::FileError& e) {
    return {bad_input, e.what()};
  } catch (const traces::MemoryTraceError& e) {
    return {bad_input, e.what()};
  } catch (const traces::MemoryTraceWriteError& e) {
    return {bad_input, e.what()};
  } catch (const traces::PackedFileError& e) {
    return {bad_input, e.what()};
  } catch (const platform::SimulationFailure& e) {
    return {simulation_failed, e.what()};
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::system_error& e) {
    if (!is_limit(e.code())) return {defect, std::string("defect: ") + e.what()};
    return {simulation_failed, std::string("out of memory or threads (ulimit -v, ulimit -u): ") + e.what()};
  } catch (const sc_core::sc_report& e) {  // whatever a process of SystemC throws
    if (std::string_view(e.get_msg()) == std::bad_alloc().what()) return out_of_memory();
    return {defect, std::string("defect: ") + e.what()};
  } catch (const std::exception& e) {
    return {defect, std::string("defect: ") + e.what()};
  }
}

}  // namespace takt::cli
