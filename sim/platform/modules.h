// Modules of the caller's own on the SoC's network.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace sc_core {
class sc_module;
}
namespace takt::noc {
class Bridge;  // models/noc/bridge.h
}
namespace takt::config {
struct ScenarioConfig;
}

namespace takt::platform {

// Makes the module and binds its initiator socket to `way.target`: b_transport from an SC_THREAD, plain generic
// payloads. Without a data pointer an access takes its time and moves nothing.
using ModuleFactory = std::function<std::unique_ptr<sc_core::sc_module>(noc::Bridge& way)>;

// By the NoC port that each takes: one of the SoC preset's that neither takt nor the scenario's traffic uses.
using Modules = std::map<std::string, ModuleFactory>;

// The scenario with those ports in use. Throws std::invalid_argument for one that is not there or not free.
config::ScenarioConfig with_modules(config::ScenarioConfig scenario, const Modules& modules);

}  // namespace takt::platform
