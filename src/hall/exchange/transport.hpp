// How messages look on the wire between the two sides; inside hall/exchange only.
#pragma once

#include <filesystem>

#include "base/json.hpp"
#include "hall/hall.hpp"

namespace yakuba::exchange {

std::string encode_message(const hall::Message& message, std::int64_t serial);  // one line of JSON
Result<hall::Message> decode_message(const JsonValue& json);

// The oldest waiting messages, one JSON line each.
Result<std::string> waiting_messages(store::ReadTx& tx);
Result<bool> blob_is_waiting(store::ReadTx& tx, std::string_view id);
Result<> mark_done(store::Tx& tx, std::int64_t serial, Instant at);

// What is signed: method, path, time and the hash of the body, so that no part can be replayed elsewhere.
std::string signed_text(std::string_view method, std::string_view path, std::string_view time, std::string_view body);

Result<std::string> read_blob_file(const std::filesystem::path& path);
Result<> write_blob_file(const std::filesystem::path& path, std::string_view bytes);  // written aside, synced, renamed

}  // namespace yakuba::exchange
