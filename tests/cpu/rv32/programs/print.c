// picolibc's printf and exit over semihosting.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  printf("%d is %s\n", 42, "the answer");
  fprintf(stderr, "to stderr\n");
  exit(7);
}
