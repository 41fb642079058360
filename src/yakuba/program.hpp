// The command line as a function: all of the program but its `main`, so that tests run commands without a new process
// image.
//
//   int main(int argc, char** argv) { return yakuba::run_program(argc, argv); }
//
// Writes to stdout and stderr; returns the exit code (program.cpp says which). Threads: once per process.
#pragma once

namespace yakuba {

int run_program(int argc, char** argv);

}  // namespace yakuba
