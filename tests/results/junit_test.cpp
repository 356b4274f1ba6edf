// takt compare --junit against what readers of JUnit's XML demand. The rules stand in junit_rules.h; TAKT_JUNIT_XSD
// names schemas, separated by colons, that xmllint holds the same documents to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/results/compare.h"
#include "sim/results/document.h"
#include "tests/results/junit_rules.h"
#include "tests/results/sample_run.h"

namespace takt::results {
namespace {

using testing::IsEmpty;

constexpr std::time_t when = 1'000'000'000;  // 2001-09-09 01:46:40 UTC

ResultsFile with(const std::string& members) {
  return parse_results("{\"schema\": \"takt-results/1\", " + members + "}", "run");
}

// Every way in which a figure fails or not; parts of streams, of the run and without a name; names that XML must
// escape.
std::string of_everything() {
  return comparison_junit(
      compare(
          with(R"("npu": {"macs": 1, "gone": 5}, "streams": [{"name": "<&>\" \u0001\uffff|", "latency_us": {"p99": 7}}],
                      "": {"x": 1}, "seed": 1)"),
          with(
              R"("npu": {"macs": 2, "new": [1]}, "streams": [{"name": "<&>\" \u0001\uffff|", "latency_us": {"p99": 8}}],
                      "": {"x": 1}, "seed": 2)")),
      when);
}

std::string of_a_run() {
  platform::RunRecord slower = sample_run();
  slower.seed += 1;
  const auto file = [](const platform::RunRecord& run) {
    return parse_results(results_document(run, {}).json(), "run");
  };
  return comparison_junit(compare(file(sample_run()), file(slower)), when);
}

TEST(JUnit, ACaseForEachFigureAndAFailureForThoseThatFail) {
  EXPECT_EQ(
      comparison_junit(compare(with(R"("npu": {"macs": 1, "<&>": 5})"), with(R"("npu": {"macs": 2, "<&>": 5})")), when),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites>\n"
      "  <testsuite package=\"takt\" id=\"0\" name=\"npu\" timestamp=\"2001-09-09T01:46:40\" hostname=\"localhost\" "
      "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"0\">\n"
      "    <properties/>\n"
      "    <testcase classname=\"takt.npu\" name=\"npu.&lt;&amp;&gt;\" time=\"0\"/>\n"
      "    <testcase classname=\"takt.npu\" name=\"npu.macs\" time=\"0\">\n"
      "      <failure message=\"1 -&gt; 2, +1 (+100.000 %)\" type=\"changed\">1 -&gt; 2, +1 (+100.000 %)</failure>\n"
      "    </testcase>\n"
      "    <system-out/>\n"
      "    <system-err/>\n"
      "  </testsuite>\n"
      "  <testsuite package=\"takt\" id=\"1\" name=\"run\" timestamp=\"2001-09-09T01:46:40\" hostname=\"localhost\" "
      "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"0\">\n"
      "    <properties/>\n"
      "    <testcase classname=\"takt.run\" name=\"schema\" time=\"0\"/>\n"
      "    <system-out/>\n"
      "    <system-err/>\n"
      "  </testsuite>\n"
      "</testsuites>\n");
}

TEST(JUnit, DocumentsHoldByTheRulesOfTheirReaders) {
  EXPECT_THAT(junit_faults(of_everything()), IsEmpty());
  EXPECT_THAT(junit_faults(of_a_run()), IsEmpty());
}

TEST(JUnit, AnyNameOfAnElementGivesADocumentThatHolds) {
  rc::check("names of any bytes that JSON has", [] {
    const nlohmann::json name = *rc::gen::arbitrary<std::string>();
    const std::string text = name.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const auto run = [&](int n) {
      return with("\"streams\": [{\"name\": " + text + ", \"n\": " + std::to_string(n) + "}]");
    };
    RC_ASSERT(junit_faults(comparison_junit(compare(run(1), run(2)), when)).empty());
  });
}

// What takt wrote before, and one fault for each kind of rule.
TEST(JUnit, TheRulesFindWhatTheyShould) {
  const auto faults = [](const std::string& from, const std::string& to) {
    std::string text = of_everything();
    const std::size_t at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    return junit_faults(text.replace(at, from.size(), to));
  };
  using testing::ElementsAre;
  EXPECT_THAT(faults("<testsuites>", "<testsuites name=\"takt\">"), ElementsAre("testsuites: attribute name"));
  EXPECT_THAT(faults(" timestamp=\"2001-09-09T01:46:40\"", ""), ElementsAre("testsuite: no attribute timestamp"));
  EXPECT_THAT(faults("01:46:40", "01:46:40Z"), ElementsAre("testsuite: timestamp \"2001-09-09T01:46:40Z\""));
  EXPECT_THAT(faults("id=\"0\"", "id=\"1\""), ElementsAre("testsuite: id \"1\", expected 0"));
  EXPECT_THAT(faults("failures=\"3\"", "failures=\"2\""), ElementsAre("testsuite: failures \"2\", expected 3"));
  EXPECT_THAT(faults("    <properties/>\n", ""), ElementsAre("testsuite: elements out of order"));
  EXPECT_THAT(faults(" type=\"", " kind=\""), ElementsAre("failure: no attribute type", "failure: attribute kind"));
  EXPECT_THAT(faults("</failure>", ""), ElementsAre(testing::HasSubstr("expected </failure>")));
  EXPECT_THAT(faults("&lt;", "<"), ElementsAre(testing::HasSubstr("expected &lt;")));
}

TEST(JUnit, DocumentsHoldByTheSchemasOfTheEnvironment) {
  const char* schemas = std::getenv("TAKT_JUNIT_XSD");
  if (schemas == nullptr) GTEST_SKIP() << "TAKT_JUNIT_XSD names no schema";
  const auto file = std::filesystem::path(testing::TempDir()) / ("takt_junit_" + std::to_string(getpid()) + ".xml");
  std::istringstream names(schemas);
  for (std::string schema; std::getline(names, schema, ':');) {
    for (const std::string& document : {of_everything(), of_a_run()}) {
      std::ofstream(file) << document;
      EXPECT_EQ(std::system(("xmllint --noout --schema '" + schema + "' '" + file.string() + "'").c_str()), 0)
          << schema;
    }
  }
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace takt::results
