#include "sim/observe/symbol_table.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "sim/observe/text.h"

namespace takt::observe {
namespace {

using traces::ElfSymbol;

// Other names would be taken for types: "f" for float.
std::string demangled(const std::string& name) {
  if (name.rfind("_Z", 0) != 0) return name;
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status),
                                                    std::free);
  return status == 0 && text != nullptr ? text.get() : name;
}

// What assemblers and the psABI's mapping symbols ($x, $d) leave behind.
bool is_local_label(const std::string& name) { return name.rfind(".L", 0) == 0 || name[0] == '$'; }

bool by_begin(const Function& a, const Function& b) { return a.begin < b.begin; }

}  // namespace

SymbolTable::SymbolTable(const traces::ElfImage& image) {
  for (const traces::ElfSegment& segment : image.segments) add_code(image.sections, segment);
  if (code_.empty())
    for (const traces::ElfSegment& segment : image.segments)
      code_.push_back({segment.address, segment.address + std::min(segment.bytes, 0xffffffff - segment.address)});
  std::sort(code_.begin(), code_.end(), [](const CodeRange& a, const CodeRange& b) { return a.begin < b.begin; });
  add_functions(image);
  add_labels(image);
}

// What of executable sections is loaded with a segment.
void SymbolTable::add_code(const std::vector<traces::ElfSection>& sections, const traces::ElfSegment& segment) {
  const auto end_of = [](const auto& part) { return std::uint64_t{part.address} + part.bytes; };
  for (const traces::ElfSection& section : sections) {
    if (!section.code) continue;
    const std::uint64_t begin = std::max(section.address, segment.address);
    const std::uint64_t end = std::min({end_of(section), end_of(segment), std::uint64_t{0xffffffff}});
    if (begin < end) code_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  }
}

// Of several names of one function the file's first counts.
void SymbolTable::add_functions(const traces::ElfImage& image) {
  for (const ElfSymbol& symbol : image.symbols)
    if (symbol.kind == ElfSymbol::Kind::function && is_code(symbol.value))
      functions_.push_back({symbol.value, symbol.value + symbol.bytes, demangled(symbol.name), symbol.bytes != 0});
  std::stable_sort(functions_.begin(), functions_.end(), by_begin);
  const auto same = [](const Function& a, const Function& b) { return a.begin == b.begin; };
  functions_.erase(std::unique(functions_.begin(), functions_.end(), same), functions_.end());
  for (std::size_t i = 0; i < functions_.size(); ++i) {
    Function& function = functions_[i];
    std::uint32_t most = end_of_code(function.begin);
    if (i + 1 < functions_.size()) most = std::min(most, functions_[i + 1].begin);
    if (function.end <= function.begin || function.end > most) function.end = most;
  }
}

// In the gaps between functions.
void SymbolTable::add_labels(const traces::ElfImage& image) {
  std::vector<Function> labels;
  for (const ElfSymbol& symbol : image.symbols)
    if (symbol.kind == ElfSymbol::Kind::label && !is_local_label(symbol.name) && is_code(symbol.value) &&
        function_at(symbol.value) == nullptr)
      labels.push_back({symbol.value, 0, symbol.name, false});
  std::stable_sort(labels.begin(), labels.end(), by_begin);
  const std::size_t known = functions_.size();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    Function& label = labels[i];
    if (functions_.size() > known && functions_.back().begin == label.begin) continue;
    label.end = end_of_code(label.begin);
    const auto next = std::find_if(labels.begin() + static_cast<std::ptrdiff_t>(i), labels.end(),
                                   [&](const Function& other) { return other.begin > label.begin; });
    if (next != labels.end()) label.end = std::min(label.end, next->begin);
    const auto function =
        std::upper_bound(functions_.begin(), functions_.begin() + static_cast<std::ptrdiff_t>(known), label, by_begin);
    if (function != functions_.begin() + static_cast<std::ptrdiff_t>(known))
      label.end = std::min(label.end, function->begin);
    functions_.push_back(label);
  }
  std::sort(functions_.begin(), functions_.end(), by_begin);
}

const Function* SymbolTable::function_at(std::uint32_t address) const {
  const auto behind = std::upper_bound(functions_.begin(), functions_.end(), address,
                                       [](std::uint32_t a, const Function& f) { return a < f.begin; });
  if (behind == functions_.begin()) return nullptr;
  const Function& function = *(behind - 1);
  return address < function.end ? &function : nullptr;
}

std::string SymbolTable::place(std::uint32_t address) const {
  const Function* const function = function_at(address);
  if (function == nullptr) return "";
  return address == function->begin ? function->name : function->name + "+" + hex(address - function->begin);
}

bool SymbolTable::is_code(std::uint32_t address) const {
  return std::any_of(code_.begin(), code_.end(),
                     [&](const CodeRange& range) { return range.begin <= address && address < range.end; });
}

std::uint32_t SymbolTable::end_of_code(std::uint32_t address) const {
  for (const CodeRange& range : code_)
    if (range.begin <= address && address < range.end) return range.end;
  return address;
}

}  // namespace takt::observe
