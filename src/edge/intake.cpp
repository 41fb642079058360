#include "edge/intake.hpp"

#include <cctype>
#include <cstdlib>
#include <filesystem>

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "base/text.hpp"

namespace yakuba::edge {

bool head_is_strict(std::string_view head) {
  if (head.find('\0') != std::string_view::npos) return false;
  for (bool first = true; !head.empty(); first = false) {
    const std::size_t end = std::min(head.find('\r'), head.size());
    const std::string_view line = head.substr(0, end);
    if (line.find('\n') != std::string_view::npos) return false;  // a good one follows its CR
    if (!first && line.substr(0, line.find(':')).find_first_of(" \t") != std::string_view::npos) return false;
    if (end == head.size()) return true;
    if (end + 1 == head.size() || head[end + 1] != '\n') return false;
    head.remove_prefix(end + 2);
  }
  return true;
}

// --- proxies ---

namespace {

std::vector<unsigned char> address_bytes(const std::string& text) {
  std::vector<unsigned char> bytes(16);
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return bytes.resize(4), bytes;
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return {};
  // ::ffff:10.0.0.1 is 10.0.0.1 on a dual-stack socket.
  static constexpr unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(std::begin(mapped), std::end(mapped), bytes.begin())) bytes.erase(bytes.begin(), bytes.begin() + 12);
  return bytes;
}

void remove_header(web::Request& request, std::string_view name) {
  std::erase_if(request.headers.items, [&](const auto& header) { return header.first == name; });
}

}  // namespace

std::optional<TrustedProxies::Network> TrustedProxies::network(std::string_view text) {
  const auto slash = text.find('/');
  Network network{address_bytes(std::string(text.substr(0, slash))), 0};
  if (network.bytes.empty()) return {};
  const int bits_max = static_cast<int>(network.bytes.size()) * 8;
  network.bits = bits_max;
  if (slash != std::string_view::npos) {
    const auto bits = parse_integer(text.substr(slash + 1));
    if (!bits || *bits < 0 || *bits > bits_max) return {};
    network.bits = static_cast<int>(*bits);
  }
  return network;
}

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& addresses) {
  TrustedProxies proxies;
  for (const auto& address : addresses) {
    auto parsed = network(trim(address));
    if (!parsed) return fail(ErrorKind::invalid, "edge.proxy", "not an address or network: " + address);
    proxies.networks_.push_back(std::move(*parsed));
  }
  return proxies;
}

bool TrustedProxies::contains(std::string_view address) const {
  if (networks_.empty()) return false;
  const auto bytes = address_bytes(std::string(address));
  for (const auto& network : networks_) {
    if (network.bytes.size() != bytes.size()) continue;
    int bit = 0;
    while (bit < network.bits && ((bytes[bit / 8] ^ network.bytes[bit / 8]) & (0x80 >> bit % 8)) == 0) ++bit;
    if (bit == network.bits) return true;
  }
  return false;
}

void apply_proxy_headers(web::Request& request, const TrustedProxies& proxies) {
  if (proxies.contains(request.client_address)) {
    // Each proxy appends the peer it saw: walk back from the end past our own proxies.
    std::string all;
    for (const auto value : request.headers.all("x-forwarded-for")) all.append(all.empty() ? "" : ",").append(value);
    auto hops = split(all, ',');
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
      const std::string address(trim(*hop));
      if (address_bytes(address).empty()) break;
      request.client_address = address;
      if (!proxies.contains(address)) break;
    }
    if (const auto protocols = request.headers.all("x-forwarded-proto"); !protocols.empty())
      request.secure = trim(protocols.back().substr(protocols.back().rfind(',') + 1)) == "https";
  }
  for (const std::string_view name :
       {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded", "x-real-ip"})
    remove_header(request, name);
}

std::optional<std::string> host_of(std::string_view authority) {
  if (authority.empty() || authority.size() > 255) return {};
  std::string host;
  std::string_view port;
  if (authority.front() == '[') {
    const auto end = authority.find(']');
    if (end == std::string_view::npos || (end + 1 < authority.size() && authority[end + 1] != ':')) return {};
    host = std::string(authority.substr(1, end - 1));
    if (end + 1 < authority.size()) port = authority.substr(end + 2);
    if (address_bytes(host).size() != 16 && host.find(':') == std::string::npos) return {};
  } else {
    const auto colon = authority.find(':');
    host = std::string(authority.substr(0, colon));
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
    for (char& c : host) {
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '.' && c != '_') return {};
    }
  }
  for (const char c : port)
    if (!std::isdigit(static_cast<unsigned char>(c))) return {};
  if (host.ends_with('.')) host.pop_back();
  return host.empty() ? std::nullopt : std::optional(host);
}

// --- bodies ---

namespace {

constexpr std::size_t sniff_bytes = 16 * 1024;

std::unexpected<Error> too_large(std::string what) {
  return fail(ErrorKind::too_large, "body.too_large", std::move(what));
}

// A file without a name: it vanishes with its last handle, also when the program is killed.
class FileSpool final : public web::Spool {
 public:
  static Result<std::shared_ptr<FileSpool>> create(const std::string& folder) {
    std::string name = folder + "/yakuba-upload-XXXXXX";
    const int file = mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) return fail(ErrorKind::unavailable, "upload.spool", "cannot write to the spool folder");
    ::unlink(name.c_str());
    return std::make_shared<FileSpool>(file);
  }
  explicit FileSpool(int file) : file_(file) {}
  FileSpool(const FileSpool&) = delete;
  FileSpool& operator=(const FileSpool&) = delete;
  ~FileSpool() override { ::close(file_); }

  Result<void> append(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto written = ::write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return fail(ErrorKind::unavailable, "upload.spool", "the spool folder is full");
      bytes.remove_prefix(static_cast<std::size_t>(written));
      size_ += written;
    }
    return {};
  }
  std::int64_t size() const override { return size_; }
  Result<std::size_t> read(std::int64_t offset, std::span<std::uint8_t> into) const override {
    for (;;) {
      const auto count = ::pread(file_, into.data(), into.size(), offset);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) return fail(ErrorKind::unavailable, "upload.read", "the spooled file cannot be read");
    }
  }

 private:
  int file_;
  std::int64_t size_ = 0;
};

class RunningHash {
 public:
  RunningHash() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  Hash finish() {
    Hash hash{};
    EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr);
    return hash;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

class MultipartIntake final : public BodyIntake, private web::MultipartSink {
 public:
  MultipartIntake(std::string boundary, const Limits& limits, std::string folder)
      : reader_(std::move(boundary), {}, *this), limits_(limits), folder_(std::move(folder)) {}

  Result<void> bytes(std::string_view piece) override {
    total_ += static_cast<std::int64_t>(piece.size());
    if (total_ > limits_.upload_total_bytes_max) return too_large("the whole upload");
    return reader_.feed(piece);
  }
  Result<void> finish(web::Request& request) override {
    TRY(reader_.finish());
    request.form = std::move(form_);
    request.uploads = std::move(uploads_);
    return {};
  }

 private:
  Result<void> begin_part(const web::PartHead& head) override {
    head_ = head;
    text_.clear();
    first_bytes_.clear();
    upload_ = {};
    file_.reset();
    if (!head.file_name) return {};
    if (uploads_.size() >= limits_.upload_files_max) return too_large("more files than one request may carry");
    upload_.field = head.name;
    upload_.file_name = web::clean_file_name(*head.file_name);
    upload_.declared_type = head.content_type;
    hash_ = RunningHash();
    file_ = TRY(FileSpool::create(folder_));
    return {};
  }
  Result<void> part_bytes(std::string_view bytes) override {
    if (!head_.file_name) {
      fields_bytes_ += bytes.size();
      if (fields_bytes_ > limits_.body_bytes_max) return too_large("the text fields");
      text_.append(bytes);
      return {};
    }
    if (first_bytes_.size() < sniff_bytes) first_bytes_.append(bytes.substr(0, sniff_bytes - first_bytes_.size()));
    upload_.bytes += static_cast<std::int64_t>(bytes.size());
    if (upload_.bytes > limits_.upload_file_bytes_max) {  // counted on, so that the form can say which file it was
      file_.reset();
      return {};
    }
    hash_.add(bytes);
    return file_->append(bytes);
  }
  Result<void> end_part() override {
    if (!head_.file_name) {
      if (!is_utf8(text_) || text_.find('\0') != std::string::npos)
        return fail(ErrorKind::invalid, "body.text", "a text field that is not UTF-8");
      form_.add(head_.name, std::move(text_));
      return {};
    }
    if (head_.file_name->empty() && upload_.bytes == 0) return {};  // a file control left empty
    upload_.kind = web::sniff(first_bytes_);
    if (file_) upload_.sha256 = hash_.finish();
    upload_.content = file_;
    uploads_.push_back(std::move(upload_));
    return {};
  }

  web::MultipartReader reader_;
  const Limits& limits_;
  std::string folder_;
  std::int64_t total_ = 0;
  std::size_t fields_bytes_ = 0;
  web::Fields form_;
  std::vector<web::Upload> uploads_;
  web::PartHead head_;
  std::string text_, first_bytes_;
  web::Upload upload_;
  RunningHash hash_;
  std::shared_ptr<FileSpool> file_;
};

class TextIntake final : public BodyIntake {
 public:
  TextIntake(bool urlencoded, const Limits& limits) : urlencoded_(urlencoded), limits_(limits) {}
  Result<void> bytes(std::string_view piece) override {
    if (text_.size() + piece.size() > limits_.body_bytes_max) return too_large("the body");
    text_.append(piece);
    return {};
  }
  Result<void> finish(web::Request& request) override {
    if (urlencoded_) {
      request.form = TRY(web::parse_urlencoded(text_));
    } else {
      request.body = std::move(text_);
    }
    return {};
  }

 private:
  bool urlencoded_;
  const Limits& limits_;
  std::string text_;
};

}  // namespace

Result<std::unique_ptr<BodyIntake>> intake_for(const web::Request& request, const Limits& limits,
                                               const std::string& spool_folder) {
  std::string type(request.header("content-type"));
  for (char& c : type) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto essence = trim(std::string_view(type).substr(0, type.find(';')));
  if (essence == "multipart/form-data") {
    auto boundary = web::multipart_boundary(request.header("content-type"));
    if (!boundary) return fail(ErrorKind::invalid, "body.boundary", "multipart without a legal boundary");
    return std::make_unique<MultipartIntake>(std::move(*boundary), limits, spool_folder);
  }
  return std::make_unique<TextIntake>(essence == "application/x-www-form-urlencoded", limits);
}

}  // namespace yakuba::edge
