#pragma once

#include <exception>
#include <string>

#include "tests/platform/simulate.h"

namespace takt::platform::test {

// Why a scenario from TOML text cannot be built.
inline std::string refusal(const std::string& text) {
  try {
    const config::Scenario scenario = test::scenario(text);
    Platform platform(scenario, {});
  } catch (const std::exception& e) {
    return e.what();
  }
  return "nothing was wrong";
}

}  // namespace takt::platform::test
