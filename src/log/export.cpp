#include "log/export.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yakuba::log {

Verifier::Verifier(std::string origin, Bytes public_key, std::vector<std::string> notes,
                   std::vector<std::string> witnessed) {
  auto add = [&](const std::string& note, bool is_witness) {
    auto checkpoint = open_checkpoint(note, origin, public_key);
    if (!checkpoint) {
      report({0, "signature", checkpoint.error().detail});
      return;
    }
    expected_.push_back({*checkpoint, is_witness});
    if (!is_witness) ++report_.checkpoints;
  };
  for (const auto& note : notes) add(note, false);
  for (const auto& note : witnessed) add(note, true);
  std::stable_sort(expected_.begin(), expected_.end(),
                   [](const Expected& a, const Expected& b) { return a.checkpoint.size < b.checkpoint.size; });
  check_due();
}

void Verifier::report(Finding finding) {
  if (report_.findings.size() < findings_max) report_.findings.push_back(std::move(finding));
}

void Verifier::check_due() {
  while (next_expected_ < expected_.size() && expected_[next_expected_].checkpoint.size == tree_.size()) {
    const Expected& due = expected_[next_expected_++];
    if (tree_.root() == due.checkpoint.root) {
      report_.covered = tree_.size();
    } else {
      report({static_cast<std::int64_t>(tree_.size()), "checkpoint",
              std::string("events 1 to ") + std::to_string(tree_.size()) + " are not those of the " +
                  (due.witnessed ? "checkpoint kept outside" : "signed checkpoint")});
    }
  }
}

void Verifier::next(std::int64_t sequence, const Hash& leaf) {
  // Told once where it happens, not for every event behind it.
  if (sequence != last_sequence_ + 1) {
    report({sequence, "place",
            "expected sequence " + std::to_string(last_sequence_ + 1) + ", found " + std::to_string(sequence)});
  }
  last_sequence_ = sequence;
  tree_.append(leaf);
  check_due();
}

VerifyReport Verifier::finish() {
  report_.events = tree_.size();
  report_.root = tree_.root();
  for (; next_expected_ < expected_.size(); ++next_expected_) {
    const Expected& left = expected_[next_expected_];
    // Never crowded out by smaller findings.
    report_.findings.push_back({0, "truncated",
                                "a " + std::string(left.witnessed ? "checkpoint kept outside" : "signed checkpoint") +
                                    " covers " + std::to_string(left.checkpoint.size) + " events, the log has " +
                                    std::to_string(tree_.size())});
  }
  return report_;
}

Result<> ExportWriter::begin(std::string_view origin, BytesView public_key) {
  return out_("yakuba-log 1\norigin " + std::string(origin) + "\nkey " + base64(public_key) + "\n");
}

Result<> ExportWriter::event(const Event& event) {
  std::string line = canonical(event);
  tree_.append(leaf_hash(view(line)));
  line += '\n';
  return out_(line);
}

Result<> ExportWriter::end(const std::vector<std::string>& notes) {
  std::string out = "checkpoints " + std::to_string(notes.size()) + "\n";
  for (const auto& note : notes) out += note + ".\n";
  return out_(out + "end " + std::to_string(tree_.size()) + " " + hex(tree_.root()) + "\n");
}

namespace {

VerifyReport not_an_export(std::string detail) {
  VerifyReport report;
  report.findings.push_back({0, "form", std::move(detail)});
  return report;
}

}  // namespace

VerifyReport verify_export(const std::function<std::optional<std::string>()>& lines, std::optional<Bytes> public_key,
                           std::vector<std::string> witnessed) {
  auto head = lines(), origin = lines(), key = lines();
  if (!head || *head != "yakuba-log 1") return not_an_export("the first line is not 'yakuba-log 1'");
  if (!origin || !origin->starts_with("origin ")) return not_an_export("line 2 has no origin");
  if (!key || !key->starts_with("key ")) return not_an_export("line 3 has no key");
  auto own_key = from_base64(key->substr(4));
  if (!own_key) return not_an_export("the key is not base64");

  // The checkpoints stand behind the events, so leaves are kept (32 bytes each) until they are known.
  std::vector<Hash> leaves;
  std::vector<Finding> early;
  std::optional<std::string> line;
  while ((line = lines()) && !line->starts_with("checkpoints ")) {
    auto event = parse_event(*line);
    if (!event && early.size() < 100) {
      early.push_back({static_cast<std::int64_t>(leaves.size()) + 1, "leaf", event.error().detail});
    }
    leaves.push_back(leaf_hash(view(*line)));
  }
  std::vector<std::string> notes;
  bool complete = false;
  std::string count = line ? line->substr(std::string_view("checkpoints ").size()) : "";
  std::string note, end;
  while (line && (line = lines())) {
    if (*line == ".") {
      notes.push_back(std::move(note));
      note.clear();
    } else if (line->starts_with("end ")) {
      end = *line;
      complete = true;
      break;
    } else {
      note += *line + "\n";
    }
  }
  Verifier verifier(origin->substr(7), public_key ? *public_key : *own_key, notes, std::move(witnessed));
  for (auto& finding : early) verifier.report(std::move(finding));
  if (public_key && *public_key != *own_key) verifier.report({0, "signature", "the file names another key"});
  for (std::size_t i = 0; i < leaves.size(); ++i) verifier.next(static_cast<std::int64_t>(i) + 1, leaves[i]);
  VerifyReport report = verifier.finish();
  if (!complete) {
    report.findings.push_back({0, "truncated", "the file has no last line"});
  } else if (end != "end " + std::to_string(report.events) + " " + hex(report.root)) {
    report.findings.push_back({0, "form", "the last line does not fit the events"});
  } else if (count != std::to_string(notes.size())) {
    report.findings.push_back({0, "truncated", "the number of checkpoints is not that of the list"});
  } else if (lines()) {
    report.findings.push_back({0, "form", "something stands behind the last line"});
  }
  return report;
}

}  // namespace yakuba::log
