// Prints each policy with the digest of its decisions. Built for the host and for RV32; the outputs are compared.
#include <stdio.h>

#include "tests/firmware/decisions.h"

int main() {
  const takt::firmware::PolicyList list = takt::firmware::policies();
  for (uint32_t i = 0; i < list.count; ++i) {
    const uint64_t digest = takt::firmware::test::digest_of_decisions(list.entries[i], 300);
    printf("%s %08lx%08lx\n", list.entries[i].name, static_cast<unsigned long>(digest >> 32),
           static_cast<unsigned long>(digest & 0xffffffffu));
  }
  return 0;
}
