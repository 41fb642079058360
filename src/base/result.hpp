// Errors are values. A function that can fail returns Result<T>; TRY passes the error on.
//
//   Result<Yen> amount = parse_yen(text);
//   if (!amount) return page_with(amount.error());
//
//   Result<Case> open(Tx& tx, PublicId id) {
//     auto row = TRY(tx.one<sql::CaseByPublicId>({id}));   // returns early with the error
//     if (!row) return fail(ErrorKind::not_found, "case.not_found");
//     return from_row(*row);
//   }
//
// No exception crosses a folder: adapters catch what libraries throw. User input is never an assertion.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yakuba {

// What the caller can do about it. web maps each kind to one HTTP status, the command line to one exit code.
enum class ErrorKind {
  invalid,      // the input is wrong; `place` says where                      400/422, exit 2
  not_found,    // no such object, or not for this actor                       404
  forbidden,    // the actor may not                                           403
  conflict,     // somebody changed it first, or the step does not fit         409
  too_large,    // a named limit was exceeded                                  413
  too_many,     // a rate or a queue limit was exceeded                        429
  unavailable,  // store, network or disk cannot serve now; try again          503
  corrupt,      // stored data contradicts itself: stop and call the operator  500
  internal,     // a fault of this program                                     500
};

// Where in the input: a file with line and column, a form field, a table cell. Empty parts are unknown.
struct Place {
  std::string file;   // path as the user gave it, or a form's name
  int line = 0;       // 1-based
  int column = 0;     // 1-based, in code points
  std::string field;  // form field, TOML key or "row 3, 月額"
  bool operator==(const Place&) const = default;
};

// `code` is stable and dotted by folder ("store.busy"); words in ja and en are looked up by it (hall/texts).
// `detail` is English, for logs and the command line; it holds no personal data.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string code;
  std::string detail;
  Place place;
  std::vector<std::pair<std::string, std::string>> arguments;
  bool operator==(const Error&) const = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string code, std::string detail = {}, Place place = {}) {
  return std::unexpected(Error{kind, std::move(code), std::move(detail), std::move(place), {}});
}

// "packs/x.toml:3:7: pack.unknown_key: …" — the form that editors and terminals understand.
std::string describe(const Error& error);

}  // namespace yakuba

// TRY(expression): the value, or return its error from the enclosing function (a GNU statement expression).
#define TRY(...)                                                    \
  ({                                                                \
    auto&& yakuba_try_result = (__VA_ARGS__);                       \
    if (!yakuba_try_result.has_value()) [[unlikely]]                \
      return std::unexpected(std::move(yakuba_try_result).error()); \
    ::yakuba::detail::take(std::move(yakuba_try_result));           \
  })

namespace yakuba::detail {
template <class T, class E>
T take(std::expected<T, E>&& result) {
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}
}  // namespace yakuba::detail
