#include "base/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

namespace yakuba {
namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t key_bytes = 32;
constexpr std::size_t signature_bytes = 64;

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct DigestFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct MacFree {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Mac = std::unique_ptr<EVP_MAC_CTX, MacFree>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherFree>;
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;
using Digest = std::unique_ptr<EVP_MD_CTX, DigestFree>;

// With its algorithms looked up, which costs ten times what a short message does.
Mac new_hmac() {
  EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  Mac mac(EVP_MAC_CTX_new(algorithm));
  EVP_MAC_free(algorithm);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
  EVP_MAC_CTX_set_params(mac.get(), parameters);
  return mac;
}

std::unexpected<Error> cipher_failed() {
  return fail(ErrorKind::internal, "base.cipher", "AES-256-GCM refused");
}

}  // namespace

Hash sha256(BytesView bytes) {
  // Looked up once: that costs more than the sum of a short text.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Hash hash;
  unsigned length = hash.size();
  EVP_Digest(bytes.data(), bytes.size(), hash.data(), &length, algorithm, nullptr);
  return hash;
}
Hash sha256(std::string_view text) {
  return sha256(view(text));
}

Hash hmac_sha256(BytesView key, BytesView message) {
  thread_local const Mac mac = new_hmac();
  Hash hash;
  std::size_t length = 0;
  const std::uint8_t nothing = 0;  // no pointer at all would mean the key before
  EVP_MAC_init(mac.get(), key.empty() ? &nothing : key.data(), key.size(), nullptr);
  EVP_MAC_update(mac.get(), message.data(), message.size());
  EVP_MAC_final(mac.get(), hash.data(), &length, hash.size());
  return hash;
}

bool equal_in_constant_time(BytesView a, BytesView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<Bytes> seal(const Key256& key, RandomSource& random, BytesView plaintext, std::string_view context) {
  if (key.reveal().size() != key_bytes) return fail(ErrorKind::internal, "base.key_size");
  Bytes box(nonce_bytes + plaintext.size() + tag_bytes);
  random.fill({box.data(), nonce_bytes});
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  const bool done =
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.reveal().data(), box.data()) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &length, view(context).data(), static_cast<int>(context.size())) == 1 &&
      (plaintext.empty() || EVP_EncryptUpdate(cipher.get(), box.data() + nonce_bytes, &length, plaintext.data(),
                                              static_cast<int>(plaintext.size())) == 1) &&
      EVP_EncryptFinal_ex(cipher.get(), box.data() + nonce_bytes + plaintext.size(), &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, box.data() + box.size() - tag_bytes) == 1;
  if (!done) return cipher_failed();
  return box;
}

Result<Bytes> unseal(const Key256& key, BytesView box, std::string_view context) {
  if (key.reveal().size() != key_bytes) return fail(ErrorKind::internal, "base.key_size");
  if (box.size() < nonce_bytes + tag_bytes) return fail(ErrorKind::corrupt, "base.box_too_short");
  const BytesView body = box.subspan(nonce_bytes, box.size() - nonce_bytes - tag_bytes);
  Bytes tag(box.end() - tag_bytes, box.end());
  Bytes plain(body.size());
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  const bool done =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.reveal().data(), box.data()) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &length, view(context).data(), static_cast<int>(context.size())) == 1 &&
      (body.empty() ||
       EVP_DecryptUpdate(cipher.get(), plain.data(), &length, body.data(), static_cast<int>(body.size())) == 1) &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), plain.data() + plain.size(), &length) == 1;
  if (!done) return fail(ErrorKind::corrupt, "base.box_not_authentic", "wrong key, wrong place or changed bytes");
  return plain;
}

SigningKey make_signing_key(RandomSource& random) {
  Bytes seed(key_bytes);
  random.fill(seed);
  return signing_key_from(Secret<Bytes>(std::move(seed)));
}

SigningKey signing_key_from(Secret<Bytes> seed) {
  const Bytes& raw = seed.reveal();
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()));
  Bytes public_key(key_bytes);
  std::size_t length = public_key.size();
  EVP_PKEY_get_raw_public_key(key.get(), public_key.data(), &length);
  return {std::move(seed), std::move(public_key)};
}

Bytes sign(const SigningKey& signing_key, BytesView message) {
  const Bytes& seed = signing_key.private_key.reveal();
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  const Digest digest(EVP_MD_CTX_new());
  Bytes signature(signature_bytes);
  std::size_t length = signature.size();
  EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key.get());
  EVP_DigestSign(digest.get(), signature.data(), &length, message.data(), message.size());
  return signature;
}

bool verify(BytesView public_key, BytesView message, BytesView signature) {
  if (public_key.size() != key_bytes || signature.size() != signature_bytes) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()));
  const Digest digest(EVP_MD_CTX_new());
  return key && EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(digest.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

}  // namespace yakuba
