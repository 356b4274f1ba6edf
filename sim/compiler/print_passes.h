// What the compiler's passes leave, as tables for people.
#pragma once

#include <string>
#include <utility>

#include "sim/compiler/passes.h"

namespace takt::compiler {

class PassPrinter final : public PassObserver {
 public:
  // One of `passes`, or "all" of them.
  explicit PassPrinter(std::string pass) : pass_(std::move(pass)) {}

  void after(std::string_view pass, const graph::Graph& part) override;
  void after(std::string_view pass, const Network& network) override;
  void after(std::string_view pass, const Program& program) override;

  // "after PASS, npu program N:" and its tables, one behind another.
  const std::string& text() const { return text_; }

 private:
  bool heading(std::string_view pass);

  const std::string pass_;
  std::size_t programs_ = 0;  // begun
  std::string text_;
};

}  // namespace takt::compiler
