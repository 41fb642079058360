#include "print/sign.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <memory>

#define POINTERHOLDER_TRANSITION 4  // qpdf: std::shared_ptr only
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

namespace yakuba::print {

namespace {

template <auto Free>
struct Releaser {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Releaser<BIO_free_all>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Releaser<X509_free>>;
using Cms = std::unique_ptr<CMS_ContentInfo, Releaser<CMS_ContentInfo_free>>;
using Time = std::unique_ptr<ASN1_TIME, Releaser<ASN1_TIME_free>>;

constexpr std::size_t signature_bytes_max = 12 * 1024;  // room for the CMS with one certificate chain
constexpr int rsa_bits = 3072;

std::string openssl_error() {
  char text[256] = "unknown";
  if (const unsigned long code = ERR_get_error()) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

Bio reader(BytesView bytes) {
  return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

template <class T, class Encode>
Bytes to_der(T* object, Encode encode) {
  unsigned char* out = nullptr;
  const int length = encode(object, &out);
  Bytes bytes;
  if (length > 0) bytes.assign(out, out + length);
  OPENSSL_free(out);
  return bytes;
}

Certificate read_certificate(const Bytes& der) {
  const unsigned char* at = der.data();
  return Certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

PrivateKey read_key(const Bytes& der) {
  const unsigned char* at = der.data();
  return PrivateKey(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size())));
}

Time asn1_time(Instant at) {
  return Time(ASN1_TIME_set(nullptr, static_cast<time_t>(at.microseconds / 1'000'000)));
}

Bytes key_to_der(EVP_PKEY* key) {
  std::unique_ptr<PKCS8_PRIV_KEY_INFO, Releaser<PKCS8_PRIV_KEY_INFO_free>> info(EVP_PKEY2PKCS8(key));
  return info ? to_der(info.get(), i2d_PKCS8_PRIV_KEY_INFO) : Bytes{};
}

bool add_name(X509_NAME* name, const char* field, std::string_view value) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

bool add_extension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Releaser<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

}  // namespace

Result<SealKey> make_demo_seal_key(std::string_view organisation, Instant valid_from, Instant valid_to) {
  return make_self_signed_seal_key(organisation, "見本 SPECIMEN", valid_from, valid_to);
}

Result<SealKey> make_self_signed_seal_key(std::string_view organisation, std::string_view unit, Instant valid_from,
                                          Instant valid_to) {
  auto broken = [] { return fail(ErrorKind::internal, "print.seal_key", openssl_error()); };
  PrivateKey key(EVP_RSA_gen(rsa_bits));
  Certificate certificate(X509_new());
  if (!key || !certificate) return broken();
  const Hash serial = sha256(key_to_der(key.get()));
  ASN1_STRING_set(X509_get_serialNumber(certificate.get()), serial.data(), 8);
  // Positive and without a leading zero byte: DER knows only the shortest form of a number.
  std::uint8_t& first = X509_get_serialNumber(certificate.get())->data[0];
  first = static_cast<std::uint8_t>((first & 0x7F) | 0x40);
  X509_set_version(certificate.get(), X509_VERSION_3);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const Time from = asn1_time(valid_from), to = asn1_time(valid_to);
  const bool made = add_name(name, "C", "JP") && add_name(name, "O", organisation) && add_name(name, "OU", unit) &&
                    add_name(name, "CN", organisation) && X509_set_issuer_name(certificate.get(), name) &&
                    X509_set1_notBefore(certificate.get(), from.get()) &&
                    X509_set1_notAfter(certificate.get(), to.get()) && X509_set_pubkey(certificate.get(), key.get()) &&
                    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature,nonRepudiation") &&
                    add_extension(certificate.get(), NID_subject_key_identifier, "hash") &&
                    X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0;
  if (!made) return broken();
  return SealKey{to_der(certificate.get(), i2d_X509), Secret<Bytes>(key_to_der(key.get()))};
}

Result<SealKey> load_seal_key(std::string_view pem) {
  auto refuse = [](std::string why) {
    ERR_clear_error();
    return fail(ErrorKind::invalid, "print.seal_key", std::move(why));
  };
  Certificate certificate(PEM_read_bio_X509(reader(view(pem)).get(), nullptr, nullptr, nullptr));
  if (!certificate) return refuse("not a certificate in PEM");
  auto no_passphrase = [](char*, int, int, void*) { return -1; };
  PrivateKey key(PEM_read_bio_PrivateKey(reader(view(pem)).get(), nullptr, no_passphrase, nullptr));
  if (!key) return refuse("not an unencrypted private key in PEM");
  if (X509_check_private_key(certificate.get(), key.get()) != 1)
    return refuse("key and certificate do not belong together");
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return refuse("only RSA keys seal documents");
  return SealKey{to_der(certificate.get(), i2d_X509), Secret<Bytes>(key_to_der(key.get()))};
}

Result<Secret<std::string>> to_pem(const SealKey& seal_key) {
  const Certificate certificate = read_certificate(seal_key.certificate_der);
  const PrivateKey key = read_key(seal_key.private_key_der.reveal());
  Bio out(BIO_new(BIO_s_mem()));
  if (!certificate || !key || PEM_write_bio_X509(out.get(), certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return fail(ErrorKind::invalid, "print.seal_key", openssl_error());
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  Secret<std::string> pem(std::string(text, static_cast<std::size_t>(length)));
  OPENSSL_cleanse(text, static_cast<std::size_t>(length));
  return pem;
}

namespace {

// The detached CMS over `pieces`. CAdES: the certificate's hash is signed along (ESS signing-certificate-v2, RFC 5035).
Result<Bytes> make_cms(std::span<const BytesView> pieces, const SealKey& seal_key, Instant at) {
  auto broken = [] { return fail(ErrorKind::internal, "print.sign", openssl_error()); };
  const Certificate certificate = read_certificate(seal_key.certificate_der);
  const PrivateKey key = read_key(seal_key.private_key_der.reveal());
  if (!certificate || !key) return fail(ErrorKind::invalid, "print.seal_key", openssl_error());
  constexpr unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP;
  Cms cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags));
  if (!cms) return broken();
  CMS_SignerInfo* signer = CMS_add1_signer(cms.get(), certificate.get(), key.get(), EVP_sha256(), flags | CMS_CADES);
  const Time time = asn1_time(at);
  // Set by hand, or OpenSSL would take the machine's clock.
  if (!signer || CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_signingTime, time->type, time.get(), -1) != 1)
    return broken();
  Bytes all;
  for (BytesView piece : pieces) all.insert(all.end(), piece.begin(), piece.end());
  Bio content = reader(all);
  if (CMS_final(cms.get(), content.get(), nullptr, flags) != 1) return broken();
  Bytes der = to_der(cms.get(), i2d_CMS_ContentInfo);
  if (der.empty() || der.size() > signature_bytes_max)
    return fail(ErrorKind::internal, "print.sign", fmt::format("signature of {} bytes", der.size()));
  return der;
}

std::string pdf_date(Instant at) {
  const JapanTime time = in_japan(at);
  return fmt::format("D:{:04}{:02}{:02}{:02}{:02}{:02}+09'00'", time.date.year(), time.date.month(), time.date.day(),
                     time.hour, time.minute, time.second);
}

// Numbers as wide as any real offset, replaced in place once the offsets are known.
constexpr std::string_view byte_range_reserved = "[ 0 1111111111 2222222222 3333333333 ]";

Result<std::string> reserve_signature(BytesView bytes, const SignatureWords& words) {
  try {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.processMemoryFile("letter", reinterpret_cast<const char*>(bytes.data()), bytes.size());
    QPDFObjectHandle root = pdf.getRoot();
    if (root.hasKey("/AcroForm"))
      return fail(ErrorKind::invalid, "print.pdf", "has form fields or a signature already");
    QPDFObjectHandle signature = QPDFObjectHandle::newDictionary();
    signature.replaceKey("/Type", QPDFObjectHandle::newName("/Sig"));
    signature.replaceKey("/Filter", QPDFObjectHandle::newName("/Adobe.PPKLite"));
    signature.replaceKey("/SubFilter", QPDFObjectHandle::newName("/ETSI.CAdES.detached"));
    signature.replaceKey("/Name", QPDFObjectHandle::newUnicodeString(words.name));
    signature.replaceKey("/Reason", QPDFObjectHandle::newUnicodeString(words.reason));
    signature.replaceKey("/Location", QPDFObjectHandle::newUnicodeString(words.location));
    signature.replaceKey("/M", QPDFObjectHandle::newString(pdf_date(words.at)));
    signature.replaceKey("/ByteRange", QPDFObjectHandle::parse(std::string(byte_range_reserved)));
    signature.replaceKey("/Contents", QPDFObjectHandle::newString(std::string(signature_bytes_max, '\0')));
    QPDFObjectHandle page = QPDFPageDocumentHelper(pdf).getAllPages().at(0).getObjectHandle();
    QPDFObjectHandle field =
        QPDFObjectHandle::parse("<< /Type /Annot /Subtype /Widget /FT /Sig /F 132 /Rect [ 0 0 0 0 ] >>");
    field.replaceKey("/T", QPDFObjectHandle::newUnicodeString("Seal"));
    field.replaceKey("/V", pdf.makeIndirectObject(signature));
    field.replaceKey("/P", page);
    field = pdf.makeIndirectObject(field);
    if (!page.hasKey("/Annots")) page.replaceKey("/Annots", QPDFObjectHandle::newArray());
    page.getKey("/Annots").appendItem(field);
    QPDFObjectHandle form = QPDFObjectHandle::parse("<< /SigFlags 3 >>");
    form.replaceKey("/Fields", QPDFObjectHandle::newArray(std::vector{field}));
    root.replaceKey("/AcroForm", pdf.makeIndirectObject(form));
    QPDFWriter writer(pdf);
    writer.setOutputMemory();
    writer.setDeterministicID(true);
    writer.setObjectStreamMode(qpdf_o_disable);  // the signature's own object must stand in plain sight
    writer.write();
    auto buffer = writer.getBufferSharedPointer();
    return std::string(reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize());
  } catch (const std::exception& error) {
    return fail(ErrorKind::invalid, "print.pdf", error.what());
  }
}

}  // namespace

Result<Bytes> sign_pdf(BytesView pdf, const SealKey& key, const SignatureWords& words) {
  std::string file = TRY(reserve_signature(pdf, words));
  const std::string gap = "<" + std::string(signature_bytes_max * 2, '0') + ">";
  const std::size_t gap_at = file.find(gap), range_at = file.find(byte_range_reserved);
  if (gap_at == std::string::npos || range_at == std::string::npos || file.find(gap, gap_at + 1) != std::string::npos)
    return fail(ErrorKind::internal, "print.sign", "the reserved gap was not found");
  const std::size_t after = gap_at + gap.size();
  std::string range = fmt::format("[ 0 {} {} {} ]", gap_at, after, file.size() - after);
  range.resize(byte_range_reserved.size(), ' ');
  file.replace(range_at, range.size(), range);
  const std::array<BytesView, 2> pieces{view(std::string_view(file).substr(0, gap_at)),
                                        view(std::string_view(file).substr(after))};
  const std::string signature = hex(TRY(make_cms(pieces, key, words.at)));
  file.replace(gap_at + 1, signature.size(), signature);
  return Bytes(file.begin(), file.end());
}

namespace {

struct FoundSignature {
  std::array<long long, 4> range{};
  Bytes cms;
};

// The one signature field of our documents. Nothing when there is none or the file cannot be read.
std::optional<FoundSignature> find_signature(BytesView bytes) {
  try {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.processMemoryFile("letter", reinterpret_cast<const char*>(bytes.data()), bytes.size());
    QPDFObjectHandle fields = pdf.getRoot().getKeyIfDict("/AcroForm").getKeyIfDict("/Fields");
    if (!fields.isArray()) return std::nullopt;
    for (QPDFObjectHandle field : fields.getArrayAsVector()) {
      QPDFObjectHandle value = field.getKeyIfDict("/V");
      if (!value.isDictionary() || !value.getKey("/ByteRange").isArray() || !value.getKey("/Contents").isString())
        continue;
      FoundSignature found;
      auto numbers = value.getKey("/ByteRange").getArrayAsVector();
      if (numbers.size() != 4) return std::nullopt;
      for (std::size_t i = 0; i < 4; ++i) {
        if (!numbers[i].isInteger()) return std::nullopt;
        found.range[i] = numbers[i].getIntValue();
      }
      const std::string contents = value.getKey("/Contents").getStringValue();
      found.cms.assign(contents.begin(), contents.end());
      return found;
    }
  } catch (const std::exception&) {
    // A damaged file is not an error here: the report says that there is no good signature.
  }
  return std::nullopt;
}

bool range_is_sound(const FoundSignature& found, BytesView file) {
  const auto [start, first, second, rest] = found.range;
  const auto size = static_cast<long long>(file.size());
  return start == 0 && first > 0 && second > first + 1 && second <= size && rest >= 0 && rest <= size - second;
}

// Nothing but the hexadecimal signature itself may stand between the two signed ranges.
bool gap_is_the_signature(const FoundSignature& found, BytesView file) {
  const auto first = static_cast<std::size_t>(found.range[1]), second = static_cast<std::size_t>(found.range[2]);
  const std::string_view gap = text_view(file).substr(first, second - first);
  if (gap.size() < 2 || gap.front() != '<' || gap.back() != '>') return false;
  const auto bytes = from_hex(gap.substr(1, gap.size() - 2));
  return bytes && *bytes == found.cms;
}

std::optional<Instant> signing_time(CMS_SignerInfo* signer) {
  const int at = CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1);
  if (at < 0) return std::nullopt;
  ASN1_TYPE* value = X509_ATTRIBUTE_get0_type(CMS_signed_get_attr(signer, at), 0);
  if (!value || (value->type != V_ASN1_UTCTIME && value->type != V_ASN1_GENERALIZEDTIME)) return std::nullopt;
  std::tm parts{};
  if (ASN1_TIME_to_tm(value->value.asn1_string, &parts) != 1) return std::nullopt;
  return Instant{static_cast<std::int64_t>(timegm(&parts)) * 1'000'000};
}

bool was_in_force(X509* certificate, Instant at) {
  const Time time = asn1_time(at);
  return ASN1_TIME_compare(X509_get0_notBefore(certificate), time.get()) <= 0 &&
         ASN1_TIME_compare(time.get(), X509_get0_notAfter(certificate)) <= 0;
}

std::string common_name(X509* certificate) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* text = nullptr;
  const int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  std::string result;
  if (length > 0) result.assign(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
  OPENSSL_free(text);
  return result;
}

// The reserved gap is longer than the signature; zero bytes follow the DER.
Cms read_cms(const Bytes& padded) {
  const unsigned char* at = padded.data();
  return Cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(padded.size())));
}

// The certificate inside is its own anchor here: whose it is, is the caller's question. With it OpenSSL also checks
// that the signed ESS attribute names this very certificate (CAdES).
bool cms_is_intact(CMS_ContentInfo* cms, const Bytes& content) {
  std::unique_ptr<X509_STORE, Releaser<X509_STORE_free>> store(X509_STORE_new());
  STACK_OF(X509)* certificates = CMS_get1_certs(cms);
  for (int i = 0; i < sk_X509_num(certificates); ++i) X509_STORE_add_cert(store.get(), sk_X509_value(certificates, i));
  sk_X509_pop_free(certificates, X509_free);
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
  Bio reading = reader(content);
  return CMS_verify(cms, nullptr, store.get(), reading.get(), nullptr, CMS_DETACHED | CMS_BINARY | CMS_CADES) == 1;
}

}  // namespace

Result<SignatureReport> verify_signature(BytesView pdf) {
  SignatureReport report;
  const auto found = find_signature(pdf);
  if (!found || !range_is_sound(*found, pdf)) return report;
  report.has_signature = true;
  const auto [start, first, second, rest] = found->range;
  report.covers_whole_file = second + rest == static_cast<long long>(pdf.size()) && gap_is_the_signature(*found, pdf);
  Bytes content(pdf.begin(), pdf.begin() + first);
  content.insert(content.end(), pdf.begin() + second, pdf.begin() + second + rest);
  const Cms cms = read_cms(found->cms);
  if (!cms) {
    ERR_clear_error();
    return report;
  }
  report.intact = cms_is_intact(cms.get(), content);
  ERR_clear_error();
  STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(cms.get());
  if (sk_CMS_SignerInfo_num(signers) < 1) return report;
  CMS_SignerInfo* signer = sk_CMS_SignerInfo_value(signers, 0);
  report.at = signing_time(signer);
  X509* certificate = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, &certificate, nullptr, nullptr);
  if (!certificate) return report;
  report.signer = common_name(certificate);
  report.certificate_der = to_der(certificate, i2d_X509);
  report.valid_at_signing = report.at && was_in_force(certificate, *report.at);
  return report;
}

}  // namespace yakuba::print
