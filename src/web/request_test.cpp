// Requests and responses: decoding once, cookies, files, origins, paths; multipart as a stream.
#include "web/request.hpp"

#include <gtest/gtest.h>

#include "web/multipart.hpp"
#include "web/response.hpp"

namespace yakuba::web {
namespace {

TEST(Target, IsDecodedOnceAndHasNoTricks) {
  const auto target = parse_target("/cases/%E7%94%B3%20a/?q=a+b%2Bc&q=2&x");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/cases/申 a");
  EXPECT_EQ(target->query, (Fields{{"q", "a b+c"}, {"q", "2"}, {"x", ""}}));
  EXPECT_EQ(parse_target("/%2541")->path, "/%41") << "once, not twice";
  for (const char* bad : {"", "x", "//x", "/a//b", "/..", "/a/./b", "/%2e%2e/x", "/a%2fb", "/a%5cb", "/a\\b", "/%",
                          "/%4", "/%gg", "/%00", "/%ff", "/a#b", "/%0a"})
    EXPECT_FALSE(parse_target(bad)) << bad;
}

TEST(Urlencoded, RefusesTooManyFieldsAndBadText) {
  EXPECT_EQ(parse_urlencoded("a=1&&b=%E3%81%82&a=")->items.size(), 3u);
  EXPECT_EQ(parse_urlencoded("a=1&b=2&c=3", {.fields_max = 2}).error().kind, ErrorKind::too_large);
  EXPECT_FALSE(parse_urlencoded("a=%00"));
  EXPECT_FALSE(parse_urlencoded("%ff=1"));
}

TEST(Cookies, AreReadAsSentAndNeverCarryControls) {
  EXPECT_EQ(*parse_cookies("session=abc; b=\"x\"; odd; =y;c=d=e"),
            (Fields{{"session", "abc"}, {"b", "x"}, {"c", "d=e"}}));
  EXPECT_FALSE(parse_cookies("a=b\x01"));
  EXPECT_EQ(parse_cookies("a=1; b=2; c=3", {.cookies_max = 2}).error().kind, ErrorKind::too_large);
  Request request;
  request.cookies = {{"session", "plain"}, {"__Host-session", "locked"}};
  EXPECT_EQ(read_cookie(request, "session"), "plain");
  request.secure = true;
  EXPECT_EQ(read_cookie(request, "session"), "locked") << "over TLS an unprefixed cookie is not believed";
}

TEST(Files, AreWhatTheirBytesSay) {
  EXPECT_EQ(sniff("%PDF-1.7"), FileKind::pdf);
  EXPECT_EQ(sniff("\x89PNG\r\n\x1a\n...."), FileKind::png);
  EXPECT_EQ(sniff("\xff\xd8\xff\xe0"), FileKind::jpeg);
  EXPECT_EQ(sniff(std::string_view("\0\0\0\x18"
                                   "ftypheic....",
                                   16)),
            FileKind::heic);
  EXPECT_EQ(sniff("PK\x03\x04....[Content_Types].xml....xl/workbook.xml"), FileKind::xlsx);
  EXPECT_EQ(sniff("PK\x03\x04....evil.exe"), FileKind::zip);
  EXPECT_EQ(sniff("<html><script>"), FileKind::text);
  EXPECT_EQ(sniff(std::string_view("MZ\0\0", 4)), FileKind::unknown);
  EXPECT_EQ(sniff(""), FileKind::unknown);
  EXPECT_EQ(sniff(std::string("日本").substr(0, 5)), FileKind::text) << "cut inside a character";
}

TEST(Files, NamesLoseEverythingDangerous) {
  EXPECT_EQ(clean_file_name("C:\\Users\\x\\在職証明.pdf"), "在職証明.pdf");
  EXPECT_EQ(clean_file_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(clean_file_name("..."), "file");
  EXPECT_EQ(clean_file_name(""), "file");
  EXPECT_EQ(clean_file_name("a\r\nSet-Cookie: x"), "aSet-Cookie x");
  EXPECT_EQ(clean_file_name("invoice\u202Efdp.exe"), "invoicefdp.exe");
  EXPECT_EQ(clean_file_name("\xff\xfe"), "file");
  const auto shortened =
      clean_file_name(std::string(100, 'x') + std::string("申").append(std::string(200, 'y')) + ".pdf");
  EXPECT_LE(shortened.size(), 200u);
  EXPECT_TRUE(shortened.ends_with(".pdf"));
}

TEST(Origin, UnsafeRequestsComeFromOurOwnPages) {
  const auto post = [](Fields headers) {
    Request request = Request::post("/x");
    request.headers = std::move(headers);
    return same_origin(request);
  };
  EXPECT_TRUE(post({{"host", "nagi.localhost:8080"}, {"sec-fetch-site", "same-origin"}}));
  for (const char* site : {"same-site", "cross-site", "none", ""})
    EXPECT_FALSE(post({{"host", "a"}, {"sec-fetch-site", site}, {"origin", "http://a"}})) << site;
  EXPECT_TRUE(post({{"host", "a:8080"}, {"origin", "http://A:8080"}}));
  EXPECT_FALSE(post({{"host", "a:8080"}, {"origin", "http://a:9090"}}));
  EXPECT_FALSE(post({{"host", "a"}, {"origin", "null"}}));
  EXPECT_FALSE(post({{"host", "a"}, {"origin", "http://a.evil.example"}}));
  EXPECT_TRUE(post({{"host", "a"}, {"referer", "http://a/form?x"}}));
  EXPECT_FALSE(post({{"host", "a"}}));
  EXPECT_TRUE(same_origin(Request::get("/x")));
}

TEST(Path, IsOnThisHostByConstruction) {
  EXPECT_EQ(Path::to("/cases/{case}/files/{file}", {{"case", "a/b"}, {"file", "申"}}).text(),
            "/cases/a%2Fb/files/%E7%94%B3");
  EXPECT_EQ(Path::to("/cases/{case}").text(), "/") << "a missing value never makes a wrong address";
  EXPECT_EQ(Path::to("/a").with("q", "x&y").with("z", "1").at("m").text(), "/a?q=x%26y&z=1#m");
  for (const char* bad :
       {"", "x", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/a b", "/a//b", "/\tx", "/<"})
    EXPECT_FALSE(Path::parse(bad)) << bad;
  EXPECT_TRUE(Path::parse("/login?return_to=%2F%2Fx"));
  EXPECT_EQ(Response::see_other(Path::to("/done")).header("location"), "/done");
  EXPECT_EQ(Response::see_other(Path::to("/done")).status, 303);
}

TEST(Response, WhatSharedCachesKeepCarriesNoCookie) {
  const Cookie form{.name = "form-nagi", .value = "token"};
  EXPECT_EQ(Response::page("").with_cookie(form).cookies.size(), 1u);
  EXPECT_EQ(Response::page("", Privacy::common).with_cookie(form).cookies.size(), 1u) << "private: one reader's own";
  EXPECT_TRUE(Response::page("", Privacy::common).header("cache-control").starts_with("private"));
  EXPECT_TRUE(Response::text("x").cache_for(60).with_cookie(form).cookies.empty());
  EXPECT_TRUE(Response::text("x").with_cookie(form).cache_for(60).cookies.empty()) << "in whatever order";
}

TEST(Response, HeadersTakeOnlyLegalValues) {
  auto response = Response::text("x");
  response.with_header("X-A", "1").with_header("x-a", "2").with_header("x-b", "a\nb").with_header("x c", "1");
  EXPECT_EQ(response.headers.all("x-a").size(), 1u);
  EXPECT_EQ(response.header("x-a"), "2");
  EXPECT_FALSE(response.headers.has("x-b"));
  auto page = Response::page("");
  page.with_script_nonce("abc'; script-src *");
  EXPECT_EQ(page.header("content-security-policy").find("script-src"), std::string_view::npos);
  page.with_script_nonce("q83v");
  EXPECT_NE(page.header("content-security-policy").find("script-src 'nonce-q83v'"), std::string_view::npos);
}

// --- multipart ---

struct Collected final : MultipartSink {
  std::vector<std::pair<PartHead, std::string>> parts;
  Result<void> begin_part(const PartHead& head) override { return parts.emplace_back(head, ""), Result<void>(); }
  Result<void> part_bytes(std::string_view bytes) override { return parts.back().second.append(bytes), Result<void>(); }
  Result<void> end_part() override { return {}; }
};

std::optional<std::string> collect(std::string_view body, std::size_t piece) {
  Collected sink;
  MultipartReader reader("B", {}, sink);
  for (std::size_t at = 0; at < body.size(); at += piece)
    if (!reader.feed(body.substr(at, piece))) return {};
  if (!reader.finish()) return {};
  std::string told;
  for (const auto& [head, text] : sink.parts)
    told += head.name + (head.file_name ? "@" + *head.file_name : "") + "=" + text + ";";
  return told;
}

TEST(Multipart, GivesTheSameWhateverThePieces) {
  const std::string body =
      "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--not\r\n--B "
      "\r\ncontent-disposition: form-data; "
      "name=\"f\"; filename=\"x%22y.pdf\"\r\nContent-Type: "
      "application/pdf\r\n\r\n\r\n\r\n--\r\n--B\r\nContent-Disposition: form-data; "
      "name=\"empty\"\r\n\r\n\r\n--B--\r\nepilogue";
  for (std::size_t piece = 1; piece < body.size() + 1; ++piece)
    ASSERT_EQ(collect(body, piece), "a=one\r\n--not;f@x\"y.pdf=\r\n\r\n--;empty=;") << piece;
}

TEST(Multipart, RefusesWhatIsNotWellFormed) {
  const std::string head = "Content-Disposition: form-data; name=\"a\"\r\n\r\n";
  for (const std::string& bad :
       {std::string(), std::string("--B\r\n"), "--B\r\n" + head + "x", std::string("--B\r\n\r\n\r\nx\r\n--B--"),
        std::string("--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--"),
        std::string("--B\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--B--"),
        std::string("--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--B--"),
        "--Bx\r\n" + head + "x\r\n--B--", "--B\r\n" + std::string(5'000, 'x') + "\r\n\r\nx\r\n--B--",
        std::string(10'000, 'x')})
    EXPECT_FALSE(collect(bad, 7)) << bad.substr(0, 60);
}

TEST(Multipart, BoundariesAreLegal) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=utf-8; boundary=\"a b\""), "a b");
  for (const char* bad : {"multipart/form-data", "multipart/mixed; boundary=a", "multipart/form-data; boundary=",
                          "multipart/form-data; boundary=\"a", "multipart/form-data; boundary=a<b"})
    EXPECT_FALSE(multipart_boundary(bad)) << bad;
  EXPECT_FALSE(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'x')));
}

}  // namespace
}  // namespace yakuba::web
