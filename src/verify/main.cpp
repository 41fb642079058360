// yakuba-verify: checks what a town exported, without the town and without its database (only base and log).
//
//   yakuba-verify [--key BASE64] [--checkpoint FILE]… FILE
//
// FILE is an exported log (`yakuba audit export`) or a receipt. --key is the town's public key, got on another way than
// the file itself; --checkpoint is a signed checkpoint kept elsewhere (a neighbour town, a printed sheet): with it a
// history that was rewritten by the holder of the key is found too. Exit: 0 whole, 1 something was found, 2 the command
// or a file is wrong.
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/bytes.hpp"
#include "log/export.hpp"

namespace {

using namespace yakuba;

struct Command {
  std::string file;
  std::optional<Bytes> key;
  std::vector<std::string> witnessed;
};

int usage(const std::string& why) {
  std::cerr << "yakuba-verify: " << why << "\nusage: yakuba-verify [--key BASE64] [--checkpoint FILE]... FILE\n";
  return 2;
}

std::optional<std::string> content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

int check_receipt(const Command& command, const std::string& text) {
  auto receipt = log::parse_receipt(text);
  if (!receipt) {
    std::cerr << command.file << ": " << describe(receipt.error()) << "\n";
    return 2;
  }
  if (!command.key) return usage("a receipt needs the town's --key");
  auto checkpoint = log::read_checkpoint_unverified(receipt->checkpoint);
  auto checked = checkpoint ? log::verify_receipt(*receipt, checkpoint->origin, *command.key)
                            : Result<>(std::unexpected(checkpoint.error()));
  if (!checked) {
    std::cout << command.file << ": NOT PROVEN: " << checked.error().detail << "\n";
    return 1;
  }
  std::cout << command.file << ": proven: event " << receipt->index + 1 << " of " << checkpoint->origin << " ("
            << log::verb_name(receipt->event.verb) << ", " << receipt->event.at.text()
            << ") stands in the signed log of " << checkpoint->size << " events\n";
  return 0;
}

int check_log(const Command& command) {
  std::ifstream in(command.file, std::ios::binary);
  auto report = log::verify_export(
      [&]() -> std::optional<std::string> {
        std::string line;
        if (!std::getline(in, line)) return std::nullopt;
        return line;
      },
      command.key, command.witnessed);
  for (const auto& finding : report.findings) {
    std::cout << command.file << ": " << finding.code;
    if (finding.sequence) std::cout << " at event " << finding.sequence;
    std::cout << ": " << finding.detail << "\n";
  }
  std::cout << command.file << ": " << report.events << " events, " << report.checkpoints << " checkpoints, "
            << report.covered << " events under a valid signature, root " << hex(report.root) << "\n";
  if (!command.key) std::cout << "note: without --key the file vouches for its own key only\n";
  std::cout << (report.whole() ? "whole" : "NOT WHOLE") << "\n";
  return report.whole() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Command command;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--help" || word == "-h") {
      std::cout << "usage: yakuba-verify [--key BASE64] [--checkpoint FILE]... FILE\n";
      return 0;
    }
    if (word == "--key" || word == "--checkpoint") {
      if (++i >= argc) return usage(word + " needs a value");
      if (word == "--key") {
        command.key = from_base64(argv[i]);
        if (!command.key || command.key->size() != 32) return usage("--key is not 32 bytes of base64");
      } else {
        auto note = content_of(argv[i]);
        if (!note) return usage(std::string(argv[i]) + " cannot be read");
        command.witnessed.push_back(*note);
      }
    } else if (word.starts_with("-")) {
      return usage("unknown option " + word);
    } else if (!command.file.empty()) {
      return usage("one file at a time");
    } else {
      command.file = word;
    }
  }
  if (command.file.empty()) return usage("a file is needed");
  std::ifstream in(command.file, std::ios::binary);
  std::string head;
  if (!in || !std::getline(in, head)) {
    std::cerr << command.file << ": cannot be read\n";
    return 2;
  }
  if (head.starts_with("yakuba-receipt ")) return check_receipt(command, *content_of(command.file));
  return check_log(command);
}
