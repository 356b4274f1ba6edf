#include "tests/support/json_schema.h"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace takt::test {

using valijson::adapters::NlohmannJsonAdapter;

struct JsonSchema::Parsed {
  valijson::Schema schema;
};

JsonSchema::JsonSchema(const std::string& text) : parsed_(std::make_unique<Parsed>()) {
  const nlohmann::json document = nlohmann::json::parse(text);
  const bool fourth = document.at("$schema").get<std::string>().find("draft-04") != std::string::npos;
  valijson::SchemaParser parser(fourth ? valijson::SchemaParser::kDraft4 : valijson::SchemaParser::kDraft7);
  parser.populateSchema(NlohmannJsonAdapter(document), parsed_->schema);
}

JsonSchema::~JsonSchema() = default;

std::string JsonSchema::wrong_with(const nlohmann::json& document) const {
  valijson::ValidationResults results;
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  if (validator.validate(parsed_->schema, NlohmannJsonAdapter(document), &results)) return "";
  std::string all;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const std::string& part : error.context) all += part;
    all += ": " + error.description + "\n";
  }
  return all.empty() ? "invalid" : all;
}

}  // namespace takt::test
