// XRBench's usage scenarios (XRBench/XRBench-MLSys2023, usage_scenarios/*.m): networks with a target rate, what they
// depend on and with which probability, and their layers, which are passed over: they hold no strides.
#include "traces/formats/requests/workload_formats.h"

namespace takt::traces {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(text), file_(file) { advance(); }

  Workload whole() {
    Workload workload;
    workload.format = "xrbench";
    while (!token_.empty()) {
      if (token_ != "Network") fail("'Network', as XRBench's files begin, or a DISB or rt-app file");
      advance();
      workload.tasks.push_back(network());
    }
    return workload;
  }

 private:
  TracePlace place() const { return {file_, line_, column_}; }
  [[noreturn]] void fail(const std::string& expected) const {
    throw MemoryTraceError(place(), token_.empty() ? "the end of the file" : shown(token_), expected);
  }

  // Tokens are braces, colons, commas, and what stands between these and blanks.
  void advance() {
    while (at_ < text_.size() && is_blank(text_[at_])) step();
    line_ = next_line_;
    column_ = at_ - line_begin_ + 1;
    const std::size_t begin = at_;
    const auto single = [&] { return std::string_view("{}:,").find(text_[at_]) != std::string_view::npos; };
    if (at_ < text_.size() && single()) {
      ++at_;
    } else {
      while (at_ < text_.size() && !is_blank(text_[at_]) && !single()) ++at_;
    }
    token_ = text_.substr(begin, at_ - begin);
  }
  void step() {
    if (text_[at_++] != '\n') return;
    ++next_line_;
    line_begin_ = at_;
  }
  void take(std::string_view token) {
    if (token_ != token) fail("'" + std::string(token) + "'");
    advance();
  }
  bool next_is(std::string_view token) {
    if (token_ != token) return false;
    advance();
    return true;
  }

  // What stands in braces, with those inside.
  void skip_block() {
    take("{");
    for (int depth = 1; depth > 0; advance()) {
      if (token_.empty()) fail("'}'");
      if (token_ == "{") ++depth;
      if (token_ == "}") --depth;
    }
  }
  std::uint64_t thousandths(const std::string& what, std::uint64_t most) {
    JsonValue value;
    value.kind = JsonValue::Kind::number;
    value.text = token_;
    value.place = place();
    advance();
    return thousandths_of(value, what, most);
  }
  WorkloadTask network();

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0, line_begin_ = 0;
  std::uint64_t next_line_ = 1, line_ = 1, column_ = 1;
  std::string_view token_;
};

WorkloadTask Parser::network() {
  WorkloadTask task;
  task.place = place();
  task.load = Load::periodic;
  task.newest_only = true;
  task.urgency = Urgency::realtime;
  if (token_.empty() || token_ == "{") fail("a network's name");
  task.network = token_;
  task.name = stream_name(token_);
  advance();
  take("{");
  while (!next_is("}")) {
    if (next_is("Layer")) {
      advance();  // its name
      skip_block();
    } else if (next_is("FPS")) {
      take(":");
      const TracePlace where = place();
      const std::uint64_t rate = thousandths("'FPS'", 1000000);
      if (rate == 0) throw MemoryTraceError(where, "0 for 'FPS'", "more than 0");
      task.period_us = period_us_of(rate);
    } else if (next_is("Probability")) {
      take(":");
      task.probability = 100 * thousandths("'Probability'", 1);
    } else if (next_is("Dependency")) {
      take(":");
      take("{");
      if (token_.empty() || token_ == "}") fail("a network");
      task.load = Load::dependent;
      task.after = stream_name(token_);
      advance();
      take("}");
    } else {
      fail("Layer, FPS, Probability, Dependency or '}'");
    }
  }
  if (task.load == Load::periodic && task.period_us == 0)
    throw MemoryTraceError(task.place, "network '" + task.network + "' without FPS", "a rate for each network");
  return task;
}

}  // namespace

Workload xrbench_workload(std::string_view text, const std::string& file) { return Parser(text, file).whole(); }

}  // namespace takt::traces
