// Native stand-ins for external functions (DMN 1.5 §10.3.2.13.3): a short list of Java's own static methods, so that
// models which use them run without a Java machine. Everything else is an error that names what is asked for.
//
//   Value where = …{java: {class: "java.lang.Math", method signature: "max(double,double)"}}
//   call_external(where, arguments)          // 456.78
//
// Numbers of float and double are computed in binary, as Java does, and come back in the shortest decimal that gives
// the same binary number. Pure; any thread. Errors: feel.external (unknown class, method or form, argument out of its
// type's range).
#pragma once

#include <span>

#include "base/result.hpp"
#include "feel/value.hpp"

namespace yakuba::feel {

// `where`: the context of the function's body, with or without the entry `java` around it.
Result<Value> call_external(const Value& where, std::span<const Value> arguments);

}  // namespace yakuba::feel
