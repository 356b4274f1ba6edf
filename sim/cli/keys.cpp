// takt keys: every key of scenarios and presets, from the tables that read them.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/config/catalogue.h"

namespace takt::cli {
namespace {

using config::CatalogueKey;

void print_lines(const std::vector<CatalogueKey>& keys) {
  for (const CatalogueKey& key : keys)
    fmt::print("{}\n    {}; default: {}\n    {}{}\n", path_of(key), values_of(key.field), default_of(key),
               key.kind.empty() ? "" : "kind " + key.kind + ": ", key.field.what);
}

void print_markdown(const std::vector<CatalogueKey>& keys) {
  const std::string* table = nullptr;
  const std::string* kind = nullptr;
  for (const CatalogueKey& key : keys) {
    if (table == nullptr || *table != key.table || *kind != key.kind) {
      if (table != nullptr) fmt::print("\n");
      fmt::print("| key | values | default | meaning |\n|---|---|---|---|\n");
    }
    table = &key.table;
    kind = &key.kind;
    fmt::print("| `{}` | {} | {} | {} |\n", key.field.name, values_of(key.field), default_of(key), key.field.what);
  }
}

}  // namespace

Registered add_keys(CLI::App& takt) {
  struct Options {
    std::string part;
    std::optional<std::string> table;
    std::string kind;
    bool markdown = false;
    bool schema = false;

    bool asks_for(const CatalogueKey& key) const {
      if (table && key.table != *table && key.table != *table + ".<name>") return false;
      if (table && key.kind != kind) return false;
      return path_of(key).find(part) != std::string::npos;
    }
  };
  CLI::App* app = takt.add_subcommand("keys", "The keys of scenarios and presets: values, defaults, meaning");
  const auto options = std::make_shared<Options>();
  auto* part = app->add_option("part", options->part, "only keys whose path contains this");
  auto* table = app->add_option("--table", options->table, "only keys of this table: stream, noc.port, ''");
  app->add_option("--kind", options->kind, "of the table traffic: the keys of this kind alone")->needs(table);
  app->add_flag("--markdown", options->markdown, "as Markdown tables");
  app->add_flag("--schema", options->schema, "print the JSON Schema of scenario files (draft 4)")
      ->excludes(part)
      ->excludes(table);
  return {app, [options] {
            if (options->schema) {
              fmt::print("{}", config::scenario_schema());
              return int{done};
            }
            std::vector<CatalogueKey> keys = config::catalogue();
            keys.erase(std::remove_if(keys.begin(), keys.end(),
                                      [&](const CatalogueKey& key) { return !options->asks_for(key); }),
                       keys.end());
            if (keys.empty()) {
              fmt::print(stderr, "takt: no such key; 'takt keys' lists all\n");
              return int{bad_input};
            }
            options->markdown ? print_markdown(keys) : print_lines(keys);
            return int{done};
          }};
}

}  // namespace takt::cli
