#include "tests/results/junit_rules.h"

#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>

#include "tests/results/xml.h"

namespace takt::results {
namespace {

struct Attribute {
  const char* name;
  const char* form;  // a regular expression
  bool required = true;
};

// Where the schemas differ, what holds by both: <testsuites> has attributes in Jenkins' only, `time` has no sign there.
const char* const number = "[0-9]{1,9}";
const char* const seconds = "[0-9]{1,3}(\\.[0-9]+)?";
const char* const any = "[^]*";
const char* const some = "[^]*[^ \n][^]*";  // xs:token of one character or more
const std::vector<Attribute> of_suites = {};
const std::vector<Attribute> of_suite = {{"package", any},
                                         {"id", number},
                                         {"name", some},
                                         {"timestamp", "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"},
                                         {"hostname", some},
                                         {"tests", number},
                                         {"failures", number},
                                         {"errors", number},
                                         {"skipped", number, false},
                                         {"time", seconds}};
const std::vector<Attribute> of_case = {{"name", any}, {"classname", any}, {"time", seconds}};
const std::vector<Attribute> of_failure = {{"message", any, false}, {"type", any}};

class Rules {
 public:
  std::vector<std::string> faults;

  void report(const XmlElement& root) {
    named(root, "testsuites");
    attributes(root, of_suites);
    for (std::size_t i = 0; i < root.children.size(); ++i) suite(root.children[i], i);
  }

 private:
  void named(const XmlElement& element, const std::string& name) {
    if (element.name != name) faults.push_back(element.name + ": expected " + name);
  }

  void attributes(const XmlElement& element, const std::vector<Attribute>& rules) {
    for (const Attribute& rule : rules) {
      const std::string* value = element.attribute(rule.name);
      if (value == nullptr && rule.required) faults.push_back(element.name + ": no attribute " + rule.name);
      if (value != nullptr && !std::regex_match(*value, std::regex(rule.form)))
        faults.push_back(element.name + ": " + rule.name + " \"" + *value + "\"");
    }
    for (const auto& [name, value] : element.attributes)
      if (std::none_of(rules.begin(), rules.end(), [&](const Attribute& rule) { return rule.name == name; }))
        faults.push_back(element.name + ": attribute " + name);
  }

  void is(const XmlElement& element, const char* name, std::size_t expected) {
    const std::string* value = element.attribute(name);
    if (value != nullptr && *value != std::to_string(expected))
      faults.push_back(element.name + ": " + name + " \"" + *value + "\", expected " + std::to_string(expected));
  }

  // properties, testcase, ..., system-out, system-err
  void suite(const XmlElement& element, std::size_t id) {
    named(element, "testsuite");
    attributes(element, of_suite);
    is(element, "id", id);
    const std::vector<XmlElement>& children = element.children;
    if (children.size() < 3 || children.front().name != "properties" ||
        children[children.size() - 2].name != "system-out" || children.back().name != "system-err") {
      faults.push_back("testsuite: elements out of order");
      return;
    }
    std::size_t failures = 0;
    std::set<std::pair<std::string, std::string>> names;
    for (std::size_t i = 1; i + 2 < children.size(); ++i) {
      const XmlElement& one = children[i];
      named(one, "testcase");
      attributes(one, of_case);
      const std::string *name = one.attribute("name"), *of = one.attribute("classname");
      if (name != nullptr && of != nullptr && !names.emplace(*of, *name).second)
        faults.push_back("testcase: again " + *name);
      if (one.children.size() > 1) faults.push_back("testcase: more than one element");
      for (const XmlElement& failure : one.children) {
        ++failures;
        named(failure, "failure");
        attributes(failure, of_failure);
        if (failure.text.empty()) faults.push_back("failure: no text");
      }
    }
    is(element, "tests", children.size() - 3);
    is(element, "failures", failures);
  }
};

}  // namespace

std::vector<std::string> junit_faults(const std::string& document) {
  Rules rules;
  try {
    rules.report(parse_xml(document));
  } catch (const std::runtime_error& error) {
    rules.faults.push_back(error.what());
  }
  return rules.faults;
}

}  // namespace takt::results
