// What a program's core holds when the program has failed, for the person who must find out why.
#pragma once

#include <string>
#include <vector>

#include "models/cpu/rv32/debugger.h"
#include "sim/observe/history.h"
#include "sim/observe/symbol_table.h"

namespace takt::observe {

struct DumpOptions {
  const History* history = nullptr;  // null: transfers were not kept
  std::size_t log_records = 12;      // of the scheduling log, the latest
};

// Several lines, each ended. Time and counts, where the core stands, the last trap, registers, backtrace, transfers,
// log.
std::string dump(rv32::Debuggee& debuggee, const SymbolTable& symbols, const traces::ElfImage& image,
                 const DumpOptions& options);

}  // namespace takt::observe
