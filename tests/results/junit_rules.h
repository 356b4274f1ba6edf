// What readers of JUnit's XML demand of a report whose root is <testsuites>.
#pragma once

#include <string>
#include <vector>

namespace takt::results {

// Where `document` breaks XML 1.0, the schema of Ant's reports (github.com/windyroad/JUnit-Schema, JUnit.xsd), that of
// Jenkins' plugin xunit (junit-10.xsd), or is shown otherwise than meant: counts that are not those of the elements,
// two cases of a class with one name, of which GitLab shows the first, a failure without text, of which GitLab shows
// nothing.
std::vector<std::string> junit_faults(const std::string& document);

}  // namespace takt::results
