// The town's electronic seal on a PDF: a detached CMS signature of CAdES form over the whole file (ISO 32000-1 §12.8,
// ETSI EN 319 142-1 profile B-B; no time stamp of a third party, no long-term data: see docs).
//
//   SealKey key = TRY(make_demo_seal_key("奈義町（見本）", from, to));       // self-signed, says that it is a specimen
//   Bytes sealed = TRY(sign_pdf(pdf, key, {.name = "奈義町長", .reason = "児童手当 認定通知書", .at = clock.now()}));
//   SignatureReport report = TRY(verify_signature(sealed));   // report.intact, report.covers_whole_file
//
// Keys are RSA-3072: PKCS #1 v1.5 signatures are deterministic, so the same PDF, key and time give the same bytes.
// A real town puts in the certificate it was given (職責証明書 of LGPKI or of a public authority): load_seal_key().
// Errors: print.pdf (`invalid`: not a PDF or already signed), print.seal_key (`invalid`), print.sign (`internal`).
// Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/date.hpp"
#include "base/result.hpp"

namespace yakuba::print {

struct SealKey {
  Bytes certificate_der;
  Secret<Bytes> private_key_der;  // PKCS #8, unencrypted in memory only; hall/access wraps it on disk
};

// Makes a key pair (from OpenSSL's generator, never from a seed) and a self-signed certificate; `unit` says what it is.
Result<SealKey> make_self_signed_seal_key(std::string_view organisation, std::string_view unit, Instant valid_from,
                                          Instant valid_to);
// For demos and tests: the unit says 「見本 SPECIMEN」.
Result<SealKey> make_demo_seal_key(std::string_view organisation, Instant valid_from, Instant valid_to);
// Certificate and unencrypted key as PEM in one text; refused when they do not belong together.
Result<SealKey> load_seal_key(std::string_view pem);
Result<Secret<std::string>> to_pem(const SealKey& key);

struct SignatureWords {
  std::string name;      // who seals: 奈義町長
  std::string reason;    // which document
  std::string location;  // 岡山県勝田郡奈義町
  Instant at;            // written as /M and as the signing time
};
Result<Bytes> sign_pdf(BytesView pdf, const SealKey& key, const SignatureWords& words);

// What a signature says. `intact`: the signed bytes and the signature agree with the certificate inside. Whether that
// certificate is the town's is the caller's question: compare `certificate_der`.
struct SignatureReport {
  bool has_signature = false;
  bool intact = false;
  bool covers_whole_file = false;  // nothing stands outside the signed range but the signature itself
  bool valid_at_signing = false;   // the certificate was in force at `at`
  std::string signer;              // common name
  std::optional<Instant> at;       // the signing time that the signer claims
  Bytes certificate_der;
  bool genuine() const { return has_signature && intact && covers_whole_file && valid_at_signing; }
};
// Never an error for bytes that merely are not signed or were changed; that is what the report says.
Result<SignatureReport> verify_signature(BytesView pdf);

}  // namespace yakuba::print
