// The readers, as a table.
#pragma once

#include <string>
#include <vector>

#include "tests/fuzz/mutate.h"

namespace takt::fuzz {

struct Reader {
  const char* name;
  Edit edit;
  // Files made here; nothing outside the repository.
  Corpus (*corpus)();
  // Extension of files of TAKT_SHARED's models folder that join the corpus; "": none.
  const char* extension;
  // Reads bytes: returns where they are read or refused with the reader's input error. Any other exception is a fault.
  void (*read)(const std::string& bytes);
};

const std::vector<Reader>& readers();

}  // namespace takt::fuzz
