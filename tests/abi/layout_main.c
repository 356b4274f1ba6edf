/* Prints the layout: what a new minor freezes as vMAJOR.MINOR.txt. */
#include <stdlib.h>

#include "tests/abi/layout.inc"

int main(void) {
  const size_t bytes = 1 << 16;
  char* text = malloc(bytes);
  if (text == NULL) return 1;
  fwrite(text, 1, write_layout(text, bytes), stdout);
  free(text);
  return 0;
}
