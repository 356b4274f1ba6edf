// Whatever the bytes are, a reader returns or throws ConfigError.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>

#include "models/base/embedded_file.h"
#include "sim/config/config_error.h"
#include "sim/config/document.h"
#include "sim/config/load.h"

namespace takt {
extern const EmbeddedFile preset_files[];
extern const unsigned preset_files_count;
}  // namespace takt

namespace takt::config {
namespace {

const std::string scenario = R"(soc = "snapdragon-8-gen-2-like"
[firmware]
policy = "fcfs"
[run]
measure_us = 0x10
[[stream]]
name = "camera"
model = 'mobilenet_v2'
arrival = "poisson"
rate_per_s = { value = 1.5e1, mark = "estimated", source = """x""" }
)";

void survive(const std::string& text) {
  try {
    parse_scenario(text, "f.toml");
  } catch (const ConfigError& e) {
    EXPECT_FALSE(std::string(e.what()).empty());
  }
}

void survive_document(const std::string& text) {
  try {
    parse_document(text, "f.toml");
  } catch (const ConfigError&) {
  }
}

TEST(Fuzz, EveryTruncationOfAScenario) {
  for (std::size_t n = 0; n <= scenario.size(); ++n) survive_document(scenario.substr(0, n));
}

TEST(Fuzz, TruncationsOfAPreset) {
  const std::string preset = preset_files[0].text;
  for (std::size_t n = 0; n < preset.size(); n += 997) survive_document(preset.substr(0, n));
}

TEST(Fuzz, DeepNesting) {
  std::string dotted = "a";
  for (int i = 0; i < 1900; ++i) dotted += ".a";
  survive_document("x = { " + dotted + " = 1 }\n");
  survive_document("[" + dotted + "]\n");
  survive_document("\"x=\"." + dotted + " = 1\n");
  std::string arrays;
  for (int i = 0; i < 500; ++i) arrays += "[\n";
  survive_document("x = " + arrays);
}

// Inputs of the kind that has overrun TOML libraries: bytes that are not UTF-8, and ends in the middle of a token.
TEST(Fuzz, KnownTroublemakers) {
  for (const char* text : {"a = '\xff'\n",
                           "a = \"\"\"\xc3\x28\"\"\"\n",
                           "0={0=\"\"",
                           "a = \"\\",
                           "a = \"\\u12",
                           "a = [1,",
                           "a = {",
                           "[",
                           "[[",
                           "a.",
                           "\"",
                           "'",
                           "a = 1979-05-27T07:32:00",
                           "a = 07:32",
                           "a = 0x",
                           "a = 1e",
                           "\xef\xbb\xbf",
                           "\xef\xbb\xbf\na = 1",
                           "\r",
                           "a = 1\r",
                           "a = \"\\ud800\"",
                           "a = \"\\UFFFFFFFF\""}) {
    survive_document(text);
  }
}

// The scenario with a few characters replaced, added or taken out, as `seed` says.
std::string mutated(std::uint64_t seed) {
  static const std::string pieces = "[]{}=.,\"'#\n\t \\09az-+_e:T\xc3\xa9\xff";
  std::string text = scenario;
  for (int i = 0; i < 4; ++i) {
    seed = effective_seed(seed, 0, 0);
    const std::size_t at = seed % text.size();
    const char c = pieces[(seed >> 16) % pieces.size()];
    switch ((seed >> 32) % 3) {
      case 0:
        text[at] = c;
        break;
      case 1:
        text.insert(at, 1, c);
        break;
      default:
        text.erase(at, 1 + (seed >> 40) % 5);
    }
  }
  return text;
}

TEST(Fuzz, MutatedScenarios) {
  const char* rounds = std::getenv("TAKT_FUZZ_ROUNDS");
  const int count = rounds == nullptr ? 300 : std::atoi(rounds);
  for (int seed = 0; seed < count; ++seed) survive(mutated(static_cast<std::uint64_t>(seed)));
}

RC_GTEST_PROP(Fuzz, RandomText, (const std::string& text)) { survive_document(text); }

RC_GTEST_PROP(Fuzz, RandomOverrides, (const std::string& key, const std::string& value)) {
  RC_PRE(value.empty() || value[0] < '0' || value[0] > '9');
  const std::string assignments[] = {key, key + "=" + value, "rcd_ns=" + value, "refresh=" + value};
  try {
    load_memory("llw-dram", {assignments[(key.size() + value.size()) % 4]});
    RC_FAIL("took a random text");
  } catch (const ConfigError&) {
  }
}

}  // namespace
}  // namespace takt::config
