#include "sim/results/results_file.h"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "models/units/read_file.h"
#include "sim/results/document.h"

namespace takt::results {
namespace {

using Json = nlohmann::json;

constexpr std::size_t deepest = 32;
constexpr std::uintmax_t largest_file = 1u << 30;

// JSON as written: nlohmann's own tree would round long decimals to a double.
struct Node {
  Figure figure;
  bool array = false;
  std::vector<std::pair<std::string, Node>> members;  // of an array: with empty keys
};

class TreeBuilder final : public nlohmann::json_sax<Json> {
 public:
  explicit TreeBuilder(const std::string& source) : source_(source) {}

  bool null() override { return leaf(Figure::Kind::null, "null"); }
  bool boolean(bool value) override { return leaf(Figure::Kind::boolean, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return leaf(Figure::Kind::number, std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return leaf(Figure::Kind::number, std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return leaf(Figure::Kind::number, text); }
  bool string(string_t& value) override { return leaf(Figure::Kind::string, value); }
  bool binary(binary_t&) override { return false; }  // JSON text has none
  bool start_object(std::size_t) override { return open(false); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    key_ = value;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    const std::string text = error.what();
    const std::size_t behind_id = text.find("] ");
    throw ResultsFileError(source_ +
                           ": is not JSON: " + (behind_id == std::string::npos ? text : text.substr(behind_id + 2)));
  }

  Node root;

 private:
  Node& add(Node node) {
    if (open_.empty()) {
      root = std::move(node);
      return root;
    }
    open_.back()->members.emplace_back(open_.back()->array ? "" : key_, std::move(node));
    return open_.back()->members.back().second;
  }
  bool leaf(Figure::Kind kind, std::string text) {
    add({{kind, std::move(text)}, false, {}});
    return true;
  }
  // Pointers stay valid: only the innermost open node grows.
  bool open(bool array) {
    if (open_.size() >= deepest)
      throw ResultsFileError(source_ + ": is not a takt result: nested deeper than " + std::to_string(deepest));
    open_.push_back(&add({{Figure::Kind::empty, array ? "[]" : "{}"}, array, {}}));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const std::string& source_;
  std::string key_;
  std::vector<Node*> open_;
};

const Node* member(const Node& node, std::string_view key) {
  if (node.array) return nullptr;
  for (const auto& [name, child] : node.members)
    if (name == key) return &child;
  return nullptr;
}

// What to call the elements of an array: their names, or themselves where they are texts, where these are distinct;
// else their places.
std::vector<std::string> labels_of(const Node& array) {
  std::vector<std::string> labels;
  for (const auto& [key, element] : array.members) {
    const Node* name = element.members.empty() ? &element : member(element, "name");
    if (name != nullptr && name->figure.kind == Figure::Kind::string) labels.push_back(name->figure.text);
  }
  if (labels.size() == array.members.size() &&
      std::set<std::string>(labels.begin(), labels.end()).size() == labels.size())
    return labels;
  labels.clear();
  for (std::size_t i = 0; i < array.members.size(); ++i) labels.push_back(std::to_string(i));
  return labels;
}

void flatten(const Node& node, const std::string& path, std::map<std::string, Figure>& figures) {
  if (node.members.empty()) {
    figures[path] = node.figure;
    return;
  }
  if (node.array) {
    const std::vector<std::string> labels = labels_of(node);
    for (std::size_t i = 0; i < labels.size(); ++i)
      flatten(node.members[i].second, path + "[" + labels[i] + "]", figures);
  } else {
    for (const auto& [key, child] : node.members) flatten(child, path.empty() ? key : path + "." + key, figures);
  }
}

std::string read_whole(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) throw ResultsFileError(path.string() + ": cannot be read: " + error.message());
  if (size > largest_file) throw ResultsFileError(path.string() + ": is not a takt result: larger than 1 GiB");
  std::string text;
  error = units::read_file(path, text);
  if (error) throw ResultsFileError(path.string() + ": cannot be read: " + error.message());
  return text;
}

}  // namespace

ResultsFile parse_results(std::string_view json, const std::string& source) {
  TreeBuilder builder(source);
  Json::sax_parse(json.begin(), json.end(), &builder);
  const Node* found = member(builder.root, "schema");
  if (found == nullptr || found->figure.kind != Figure::Kind::string)
    throw ResultsFileError(source + ": is not a takt result: no key \"schema\"; expected \"" + schema + "\"");
  if (found->figure.text != schema)
    throw ResultsFileError(source + ": has schema \"" + found->figure.text + "\"; this takt reads \"" + schema +
                           "\": a baseline of another schema is stale");
  ResultsFile file;
  file.source = source;
  flatten(builder.root, "", file.figures);
  return file;
}

ResultsFile load_results(const std::filesystem::path& path) {
  std::error_code error;
  const bool folder = std::filesystem::is_directory(path, error);
  const std::filesystem::path file = folder ? path / "results.json" : path;
  if (!std::filesystem::exists(file, error))
    throw ResultsFileError(path.string() + (folder ? ": holds no results.json" : ": does not exist") +
                           "; expected a results.json or the output folder of a run");
  return parse_results(read_whole(file), file.string());
}

}  // namespace takt::results
