// `yakuba`, the program; everything it does is in program.cpp.
#include "yakuba/program.hpp"

int main(int argc, char** argv) {
  return yakuba::run_program(argc, argv);
}
