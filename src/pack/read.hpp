// From merged trees to the model. One function for each kind of file; every one reports and goes on. Internal to
// src/pack.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "pack/csv.hpp"
#include "pack/node.hpp"
#include "pack/pack.hpp"

namespace yakuba::pack {

// A text file of the layer that had the last word on its path.
struct TextFile {
  std::string file;  // with the layer's name, for faults
  std::string bytes;
};
struct Sources {
  std::map<std::string, Node, std::less<>> toml;       // path → merged tree
  std::map<std::string, TextFile, std::less<>> texts;  // .md, .csv, .dmn
};

void read_facts(const Node& node, FactSchema& schema, std::vector<Fault>& faults);
void read_tables(const Node& index, const Sources& sources, std::vector<Table>& tables, std::vector<Fault>& faults);
void read_calendars(const Sources& sources, std::map<std::string, Calendar, std::less<>>& calendars,
                    std::vector<Fault>& faults);
void read_office(const Node& node, Pack& pack, std::vector<Fault>& faults);
void read_town(const Node& node, Pack& pack, std::vector<Fault>& faults);
void read_targets(const Node& node, std::vector<Target>& targets, std::vector<Fault>& faults);
void read_procedure(const Node& node, Procedure& procedure, std::vector<Fault>& faults);
void read_notice(const TextFile& file, const std::string& language, Notice& notice, std::vector<Fault>& faults);
void read_texts(const Node& node, const std::string& language, Texts& texts, std::vector<Fault>& faults);

// "list of 児童", "choice" with its words …; `choices` belong to choice types.
std::optional<Type> parse_type(const std::string& text, const FactSchema& schema);
// "texts.ja-easy.toml" → "ja-x-easy"; the file form writes no x.
std::string language_tag(std::string_view file_part);
std::string language_file_part(std::string_view tag);
// The front matter between +++ lines, and where the body begins.
struct FrontMatter {
  std::optional<Node> node;
  std::string_view body;
  int body_line = 1;
};
FrontMatter split_front_matter(std::string_view text, const std::string& file, std::vector<Fault>& faults);

}  // namespace yakuba::pack
