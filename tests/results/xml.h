// A strict reader of XML documents of elements, attributes and text: no DTD, comments, namespaces or CDATA.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace takt::results {

struct XmlElement {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string text;  // all of its own text
  std::vector<XmlElement> children;

  // Null where it has none.
  const std::string* attribute(const std::string& wanted) const;
};

// The root. Throws std::runtime_error with the byte where XML 1.0 is broken.
XmlElement parse_xml(const std::string& document);

}  // namespace takt::results
