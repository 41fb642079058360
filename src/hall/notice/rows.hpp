// Rows of notices as values. Inside hall/notice only.
#pragma once

#include "hall/notice/notice.hpp"

namespace yakuba::notice {

Result<const pack::Notice*> notice_of_pack(const Request& request);
document::Binding binding_of(const Notice& notice);
Result<Notice> must_find(store::ReadTx& tx, PublicId id);
std::string references_text(const std::vector<PublicId>& references);
std::vector<PublicId> references_from(std::string_view text);
log::Event event_of(const Notice& notice, log::Verb verb, const log::Event& stamp);

// The notice went out by `channel`: appends `verb` and tells the listeners of all modules.
Result<> went_out(store::Tx& tx, hall::Hall& hall, const store::Town& town, const Notice& notice, log::Verb verb,
                  const log::Event& stamp);

// Receivers of messages between the sides.
Result<> receive_published(hall::Hall& hall, store::Tx& tx, const store::Town& town, const hall::Message& message);
Result<> receive_opened(hall::Hall& hall, store::Tx& tx, const store::Town& town, const hall::Message& message);

// The outward message about a notice whose document is issued.
Result<> publish(store::Tx& tx, hall::Hall& hall, const store::Town& town, const Notice& notice);

}  // namespace yakuba::notice
