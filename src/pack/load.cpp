#include "pack/load.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/text.hpp"
#include "pack/check_rules.hpp"
#include "pack/compile.hpp"
#include "pack/parse_template.hpp"
#include "pack/read.hpp"
#include "pack/reader.hpp"

namespace yakuba::pack {
namespace {

bool ignored(std::string_view path) {
  return path == "README.md" || path == "LICENSE" || path == "signature" || path.starts_with(".");
}

std::string_view after(std::string_view path, std::string_view prefix) {
  return path.substr(prefix.size());
}

// The parts of a path, for deciding what a file is.
std::vector<std::string_view> parts_of(std::string_view path) {
  return split(path, '/');
}

bool toml_known(std::string_view path) {
  const auto parts = parts_of(path);
  if (parts.size() == 1)
    return path == "facts.toml" || path == "office.toml" || path == "town.toml" || path == "kpi.toml";
  if (parts.size() == 2) return path == "tables/tables.toml" || parts[0] == "calendars" || parts[0] == "texts";
  return parts.size() == 3 && parts[0] == "procedures" &&
         (parts[2] == "procedure.toml" || parts[2] == "examples.toml" || parts[2].starts_with("texts."));
}

bool text_known(std::string_view path) {
  const auto parts = parts_of(path);
  if (parts.size() == 2 && parts[0] == "tables") return path.ends_with(".csv");
  if (parts.size() == 2) return (parts[0] == "criteria" || parts[0] == "library") && path.ends_with(".md");
  if (!path.ends_with(".md")) return false;
  if (parts.size() == 3) return parts[0] == "notices" && parts[1] == "parts";
  return parts.size() == 4 && parts[0] == "procedures" && parts[2] == "notices";
}

std::string dump(const Node& node) {
  switch (node.kind) {
    case Node::Kind::string:
      return "s" + std::to_string(node.text.size()) + ":" + node.text;
    case Node::Kind::integer:
      return "i" + std::to_string(node.integer) + ";";
    case Node::Kind::boolean:
      return node.integer ? "t" : "f";
    case Node::Kind::date:
      return "d" + node.date.text();
    case Node::Kind::real:
      return "r" + std::to_string(node.real) + ";";
    case Node::Kind::array: {
      std::string out = "[";
      for (const Node& item : node.items) out += dump(item);
      return out + "]";
    }
    case Node::Kind::table: {
      std::map<std::string, const Node*> sorted;
      for (const Member& member : node.members) sorted[member.key] = &member.value;
      std::string out = "{";
      for (const auto& [key, value] : sorted) out += std::to_string(key.size()) + ":" + key + dump(*value);
      return out + "}";
    }
  }
  return "";
}

class Loader {
 public:
  Loader(std::span<const LayerSource> layers, const LoadLimits& limits) : layers_(layers), limits_(limits) {}

  Loaded run() {
    for (const LayerSource& layer : layers_) read_layer(layer);
    if (layers_.empty()) faults_.push_back({"pack.no_layer", Severity::error, {}, {}});
    read_everything();
    pack_->compiled = compile(*pack_, library_, faults_);
    check_rules(*pack_, sources_, faults_);
    hash();
    if (limits_.run_examples && !has_error()) check_examples(*pack_, sources_, faults_);
    return finish();
  }

 private:
  bool has_error() const {
    return std::any_of(faults_.begin(), faults_.end(), [](const Fault& f) { return f.severity == Severity::error; });
  }

  void read_layer(const LayerSource& layer) {
    if (layer.files.size() > limits_.files_max)
      faults_.push_back({"pack.too_many_files",
                         Severity::error,
                         {layer.name, 0, 0, ""},
                         {{"files_max", std::to_string(limits_.files_max)}}});
    std::size_t count = 0;
    for (const auto& [path, bytes] : layer.files) {
      if (++count > limits_.files_max) break;
      const std::string file = layer.name + "/" + path;
      if (bytes.size() > limits_.file_bytes_max)
        faults_.push_back({"pack.file_too_large",
                           Severity::error,
                           {file, 0, 0, ""},
                           {{"bytes_max", std::to_string(limits_.file_bytes_max)}}});
      else if (path == "pack.toml")
        read_about(bytes, file);
      else if (!ignored(path))
        read_file(path, bytes, file);
    }
    if (!layer.files.contains("pack.toml"))
      faults_.push_back({"pack.no_file", Severity::error, {layer.name, 0, 0, ""}, {{"file", "pack.toml"}}});
    layer_hashes_ += hex(content_hash(layer));
  }

  void read_about(const std::string& bytes, const std::string& file) {
    const auto node = read_toml(bytes, file, faults_);
    if (!node) return;
    Layer layer;
    std::string title;
    TableReader in(*node, faults_);
    in.text("id", layer.id, Need::yes).text("title", title).text("version", layer.version, Need::yes);
    in.text("extends", layer.extends).text("maintainer", layer.maintainer, Need::yes).text("licence", layer.licence);
    in.texts("languages", layer.languages, Need::yes);
    in.finish();
    const std::string below = pack_->layers.empty() ? "" : pack_->layers.back().id;
    if (layer.extends != below)
      in.fault("pack.wrong_layer", node->find("extends") ? node->find("extends")->place : node->place,
               {{"extends", layer.extends}, {"below", below}});
    for (const std::string& language : layer.languages)
      if (std::find(pack_->languages.begin(), pack_->languages.end(), language) == pack_->languages.end())
        pack_->languages.push_back(language);
    pack_->layers.push_back(std::move(layer));
  }

  void read_file(const std::string& path, const std::string& bytes, const std::string& file) {
    if (path.ends_with(".toml") && toml_known(path)) {
      auto node = read_toml(bytes, file, faults_);
      if (!node) return;
      const auto found = sources_.toml.find(path);
      if (found == sources_.toml.end())
        sources_.toml.emplace(path, std::move(*node));
      else
        merge(found->second, std::move(*node));
    } else if (path.starts_with("people/") && path.ends_with(".toml")) {
      pack_->people[std::string(after(path, "people/"))] = bytes;
    } else if (text_known(path)) {
      sources_.texts[path] = {file, bytes};
    } else {
      faults_.push_back({"pack.unknown_file", Severity::error, {file, 0, 0, ""}, {}});
    }
  }

  const Node* tree(std::string_view path) const {
    const auto found = sources_.toml.find(path);
    return found == sources_.toml.end() ? nullptr : &found->second;
  }

  void read_everything() {
    if (const Node* node = tree("facts.toml")) read_facts(*node, pack_->facts, faults_);
    if (const Node* node = tree("tables/tables.toml")) read_tables(*node, sources_, pack_->tables, faults_);
    read_calendars(sources_, pack_->calendars, faults_);
    if (const Node* node = tree("office.toml")) read_office(*node, *pack_, faults_);
    if (const Node* node = tree("town.toml")) read_town(*node, *pack_, faults_);
    if (const Node* node = tree("kpi.toml")) read_targets(*node, pack_->targets, faults_);
    for (const auto& [path, node] : sources_.toml) {
      if (path.starts_with("texts/"))
        read_texts(node, language_tag(after(path, "texts/").substr(0, path.size() - 6 - 5)), pack_->texts, faults_);
      if (path.starts_with("procedures/") && path.ends_with("/procedure.toml")) read_one_procedure(path, node);
    }
    for (const auto& [path, node] : sources_.toml)
      if (const std::size_t words = path.find("/texts."); path.starts_with("procedures/") && words != std::string::npos)
        read_procedure_texts(path, words, node);
    for (const auto& [path, file] : sources_.texts) read_text_file(path, file);
    for (Procedure& procedure : pack_->procedures)
      for (Notice& notice : procedure.notices) {
        include_parts(notice.body, "ja");
        for (auto& [language, text] : notice.plain) include_parts(text, language);
      }
  }

  void read_one_procedure(const std::string& path, const Node& node) {
    Procedure procedure;
    read_procedure(node, procedure, faults_);
    const std::string_view folder = parts_of(path)[1];
    if (procedure.id != folder && !procedure.id.empty())
      faults_.push_back({"pack.id_and_folder",
                         Severity::error,
                         node.find("id")->place,
                         {{"id", procedure.id}, {"folder", std::string(folder)}}});
    procedure.id = std::string(folder);
    pack_->procedures.push_back(std::move(procedure));
  }

  Procedure* procedure(std::string_view id) {
    for (Procedure& one : pack_->procedures)
      if (one.id == id) return &one;
    return nullptr;
  }

  void read_procedure_texts(const std::string& path, std::size_t words, const Node& node) {
    Procedure* owner = procedure(parts_of(path)[1]);
    if (!owner) {
      faults_.push_back(
          {"pack.no_procedure", Severity::error, node.place, {{"folder", std::string(parts_of(path)[1])}}});
      return;
    }
    const std::string part = path.substr(words + 7, path.size() - words - 7 - 5);
    read_texts(node, language_tag(part), owner->texts, faults_);
  }

  void read_text_file(const std::string& path, const TextFile& file) {
    const auto parts = parts_of(path);
    if (parts[0] == "library") {
      library_[file.file] = file.bytes;
    } else if (parts[0] == "criteria") {
      Criterion criterion;
      criterion.document = file.bytes;
      criterion.place = {file.file, 1, 1, ""};
      pack_->criteria.push_back(std::move(criterion));
    } else if (parts[0] == "procedures") {
      read_procedure_notice(parts, file);
    }
  }

  void read_procedure_notice(const std::vector<std::string_view>& parts, const TextFile& file) {
    Procedure* owner = procedure(parts[1]);
    if (!owner) {
      faults_.push_back(
          {"pack.no_procedure", Severity::error, {file.file, 0, 0, ""}, {{"folder", std::string(parts[1])}}});
      return;
    }
    const std::string_view stem = parts[3].substr(0, parts[3].size() - 3);
    const std::size_t dot = stem.find('.');
    const std::string id(stem.substr(0, dot));
    auto found =
        std::find_if(owner->notices.begin(), owner->notices.end(), [&](const Notice& n) { return n.id == id; });
    if (found == owner->notices.end()) {
      owner->notices.emplace_back().id = id;
      found = std::prev(owner->notices.end());
    }
    read_notice(file, dot == std::string_view::npos ? "ja" : language_tag(stem.substr(dot + 1)), *found, faults_);
    if (found->id != id) {
      faults_.push_back(
          {"pack.id_and_folder", Severity::error, {file.file, 2, 1, "id"}, {{"id", found->id}, {"folder", id}}});
      found->id = id;
    }
  }

  // {include kyouji} becomes the lines of notices/parts/kyouji[.language].md. Parts do not include parts.
  void include_parts(Template& text, const std::string& language) {
    std::vector<TemplateLine> lines;
    for (TemplateLine& line : text.lines) {
      if (line.kind != TemplateLine::Kind::include) {
        lines.push_back(std::move(line));
        continue;
      }
      const std::string suffix = language == "ja" ? "" : "." + language_file_part(language);
      const auto part = sources_.texts.find("notices/parts/" + line.item + suffix + ".md");
      if (part == sources_.texts.end()) {
        faults_.push_back({"pack.no_part", Severity::error, line.place, {{"part", line.item + suffix}}});
        continue;
      }
      Template included = parse_template(part->second.bytes, {part->second.file, 1, 1, ""}, faults_);
      for (TemplateLine& inner : included.lines)
        if (inner.kind == TemplateLine::Kind::include)
          faults_.push_back({"pack.nested_part", Severity::error, inner.place, {}});
        else
          lines.push_back(std::move(inner));
    }
    text.lines = std::move(lines);
  }

  void hash() {
    pack_->version = sha256(layer_hashes_);
    const std::string facts = tree("facts.toml") ? dump(*tree("facts.toml")) : "";
    for (Procedure& one : pack_->procedures) {
      const std::string folder = "procedures/" + one.id + "/";
      std::string content = facts + dump(sources_.toml.at(folder + "procedure.toml")), words;
      for (const Stage& stage : one.stages)
        if (const Criterion* criterion = pack_->criterion(stage.criterion)) content += hex(criterion->hash);
      for (Notice& notice : one.notices) {
        std::string text;
        for (const auto& [path, file] : sources_.texts)
          if (path.starts_with(folder + "notices/" + notice.id + ".") || path.starts_with("notices/parts/"))
            text += path + "\n" + file.bytes;
        notice.hash = sha256(text);
        content += hex(notice.hash);
      }
      for (const auto& [path, node] : sources_.toml)
        if (path.starts_with(folder + "texts.")) words += path + dump(node);
      one.hash = sha256(content);
      one.texts_hash = sha256(words);
    }
  }

  Loaded finish() {
    std::stable_sort(faults_.begin(), faults_.end(), [](const Fault& a, const Fault& b) {
      return std::tie(a.place.file, a.place.line, a.place.column) <
             std::tie(b.place.file, b.place.line, b.place.column);
    });
    faults_.erase(std::unique(faults_.begin(), faults_.end()), faults_.end());
    Loaded loaded;
    if (!has_error()) loaded.pack = pack_;
    if (faults_.size() > limits_.faults_max) faults_.resize(limits_.faults_max);
    loaded.faults = std::move(faults_);
    return loaded;
  }

  std::span<const LayerSource> layers_;
  const LoadLimits& limits_;
  std::shared_ptr<Pack> pack_ = std::make_shared<Pack>();
  Sources sources_;
  std::map<std::string, std::string, std::less<>> library_;
  std::string layer_hashes_;
  std::vector<Fault> faults_;
};

}  // namespace

Loaded load(std::span<const LayerSource> layers, const LoadLimits& limits) {
  return Loader(layers, limits).run();
}

Hash content_hash(const LayerSource& layer) {
  std::string listing;
  for (const auto& [path, bytes] : layer.files)
    if (path != "signature") listing += path + "\n" + hex(sha256(bytes)) + "\n";
  return sha256(listing);
}

SignatureState check_signature(const LayerSource& layer, BytesView public_key) {
  const auto signature = layer.files.find("signature");
  if (signature == layer.files.end()) return SignatureState::unsigned_;
  const auto bytes = from_base64(trim(signature->second));
  const Hash hash = content_hash(layer);
  return bytes && verify(public_key, hash, *bytes) ? SignatureState::valid : SignatureState::wrong;
}

}  // namespace yakuba::pack
