// The words of DMN's XML: namespaces by version, hit policies, aggregations. Inside the folder only.
// Source: DMN 1.1 to 1.5, normative XSDs.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "dmn/drg.hpp"

namespace yakuba::dmn::drg::names {

struct VersionNames {
  Version version;
  std::string_view name, model, diagram, feel;
};
inline constexpr std::array<VersionNames, 5> versions = {{
    {Version::v1_1, "1.1", "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "", "http://www.omg.org/spec/FEEL/20140401"},
    {Version::v1_2, "1.2", "http://www.omg.org/spec/DMN/20180521/MODEL/", "http://www.omg.org/spec/DMN/20180521/DMNDI/",
     "http://www.omg.org/spec/DMN/20180521/FEEL/"},
    {Version::v1_3, "1.3", "https://www.omg.org/spec/DMN/20191111/MODEL/",
     "https://www.omg.org/spec/DMN/20191111/DMNDI/", "https://www.omg.org/spec/DMN/20191111/FEEL/"},
    {Version::v1_4, "1.4", "https://www.omg.org/spec/DMN/20211108/MODEL/",
     // 1.4 kept the diagrams of 1.3.
     "https://www.omg.org/spec/DMN/20191111/DMNDI/", "https://www.omg.org/spec/DMN/20211108/FEEL/"},
    {Version::v1_5, "1.5", "https://www.omg.org/spec/DMN/20230324/MODEL/",
     "https://www.omg.org/spec/DMN/20230324/DMNDI/", "https://www.omg.org/spec/DMN/20230324/FEEL/"},
}};
inline const VersionNames& of(Version version) {
  return versions[static_cast<std::size_t>(version)];
}
inline std::optional<Version> version_of(std::string_view model_uri) {
  for (const VersionNames& names : versions)
    if (names.model == model_uri) return names.version;
  return std::nullopt;
}
inline bool is_feel_uri(std::string_view uri) {
  for (const VersionNames& names : versions)
    if (names.feel == uri) return true;
  return false;
}

struct PolicyName {
  HitPolicy policy;
  std::string_view name;
};
inline constexpr std::array<PolicyName, 7> policies = {{
    {HitPolicy::unique, "UNIQUE"},
    {HitPolicy::any, "ANY"},
    {HitPolicy::priority, "PRIORITY"},
    {HitPolicy::first, "FIRST"},
    {HitPolicy::rule_order, "RULE ORDER"},
    {HitPolicy::output_order, "OUTPUT ORDER"},
    {HitPolicy::collect, "COLLECT"},
}};
inline std::optional<HitPolicy> hit_policy(std::string_view name) {
  for (const PolicyName& policy : policies)
    if (policy.name == name) return policy.policy;
  return std::nullopt;
}
inline constexpr std::array<std::string_view, 5> aggregations = {"", "SUM", "MIN", "MAX", "COUNT"};
inline std::optional<Aggregation> aggregation(std::string_view name) {
  for (std::size_t i = 1; i < aggregations.size(); ++i)
    if (aggregations[i] == name) return static_cast<Aggregation>(i);
  return std::nullopt;
}

}  // namespace yakuba::dmn::drg::names
