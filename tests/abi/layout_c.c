#include "tests/abi/layout.inc"

size_t takt_abi_layout_c(char* text, size_t bytes);

size_t takt_abi_layout_c(char* text, size_t bytes) { return write_layout(text, bytes); }
