// Documents held against a JSON Schema by valijson.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace takt::test {

class JsonSchema {
 public:
  explicit JsonSchema(const std::string& text);  // draft 4 or 7, as its "$schema" says
  ~JsonSchema();

  // What is wrong with a document; empty: nothing.
  std::string wrong_with(const nlohmann::json& document) const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace takt::test
