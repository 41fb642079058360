// The criterion document that a model carries along, so that nothing is lost between the two. Inside the folder only.
#pragma once

#include <optional>
#include <string>

#include "dmn/drg.hpp"

namespace yakuba::dmn::drg::embedded {

// extensionElements with the document and the hash of the logic.
std::string extension(const Model& model, const Definitions& definitions);
// The document, when the logic is still what was made of it.
std::optional<Model> document(const Definitions& definitions);

}  // namespace yakuba::dmn::drg::embedded
