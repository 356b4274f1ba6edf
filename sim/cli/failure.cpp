#include "sim/cli/failure.h"

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
  } catch (const std::exception& e) {
    return {defect, std::string("defect: ") + e.what()};
  }
}

}  // namespace takt::cli
