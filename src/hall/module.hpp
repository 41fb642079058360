// A capability registers itself once: its routes, tables, jobs, menu, permissions, messages and fixtures.
//
//   hall::Module cases::module() {
//     return {.name = "cases", .routes = {…}, .migrations = sql::migrations, .jobs = {…}, .menu = {…}};
//   }
//
// src/yakuba/capabilities.cpp is the one flat list. The reference of routes, the page list of the accessibility test
// and the menu are made from these values; nothing is registered anywhere else.
//
// Tables belong to a side and exist only where that side is served: all of a capability of one side (`side`); of the
// others those of migrations named NNNN-office-… and NNNN-public-…. The rest (packs, exchange) is on both.
#pragma once

#include <span>

#include "hall/hall.hpp"

namespace yakuba::hall {

struct JobHandler {
  std::string kind;                                                           // "notice.mail"
  std::optional<web::Side> side;                                              // nothing: wherever the job was enqueued
  std::function<Result<>(Hall&, const store::Town&, const store::Job&)> run;  // idempotent by job.key
};

// Runs every `seconds` on one process per town, e.g. to publish released facts or to remind of deadlines.
struct PeriodicTask {
  std::string name;
  int seconds = 60;
  std::optional<web::Side> side;
  std::function<Result<>(Hall&, const store::Town&)> run;
  bool calls_out = false;  // waits for another machine: on a thread of its own, so that it delays no other task
};

// An entry of the staff menu (office side) or of the resident's footer (public side). Shown only to who may follow it.
struct MenuEntry {
  int order = 0;
  web::Side side = web::Side::office_side;
  std::function<std::string(Call&)> label;
  std::string path;
  std::string permission;
  std::function<std::optional<std::int64_t>(Call&)> count;  // e.g. open cases; may be empty
};

struct Receiver {
  std::string kind;  // of Message
  web::Side side;    // that receives it
  std::function<Result<>(Hall&, store::Tx&, const store::Town&, const Message&)> receive;
};

struct PermissionDoc {
  std::string name;     // "case.examine"
  std::string meaning;  // English, for the generated reference
};

// A named object of the demo data, so that every route can be opened by a test (web::Fixture names it).
struct Fixture {
  std::string name;                                                       // "case-in-examination"
  std::function<Result<std::string>(Hall&, const store::Town&)> resolve;  // the value of one path parameter
};

// What hall/approval (決裁) says to the capability whose matter it carries, in the transaction of the last act.
struct Settlement {
  enum class Result { approved, returned, pulled_back };
  Result result = Result::approved;
  std::string subject_id;     // as given when it was proposed
  std::string to_step;        // returned: the pack's step
  std::string reason_code;    // returned
  std::int64_t decider = 0;   // section::StaffId value
  std::string decider_title;  // "こども・長寿課長"
  bool senketsu = false;      // 専決: the decider is not the mayor
  bool daiketsu = false;      // 代決: somebody acted for the absent decider; 後閲 follows
  Instant at;
};
struct ApprovalSubject {
  std::string kind;  // "case"
  std::function<Result<>(Hall&, store::Tx&, const store::Town&, const Settlement&)> settled;
  // Where the matter is shown to approvers, and whose it is: the page "/cases/…" and the parties' person ids.
  std::function<std::string(std::string_view subject_id)> path;
};

// What hall/notice says to whoever wants to know, in the transaction in which a notice went out: mail accepted, copy
// online, given to the post, handed over.
struct NoticeSent {
  std::string case_id;  // public id of the case; empty when it belongs to none
  std::string notice;   // public id of the notice
  std::string channel;  // mail, online, post, counter
  std::string actor;    // "system:notice" or the clerk who brought it to the post
  Instant at;
};
using NoticeListener = std::function<Result<>(Hall&, store::Tx&, const store::Town&, const NoticeSent&)>;

// A step of the demonstration (`yakuba demo seed`), run in order over the capabilities' list, through services only.
struct DemoStep {
  std::string name;
  std::function<Result<>(Hall&, const store::Town&)> run;
  std::optional<web::Side> side = std::nullopt;  // where its tables are; nothing: on both
};

struct Module {
  std::string name;
  std::optional<web::Side> side;
  std::vector<Route> routes;
  std::span<const store::Migration> migrations;
  std::vector<JobHandler> jobs;
  std::vector<PeriodicTask> tasks;
  std::vector<MenuEntry> menu;
  std::vector<PermissionDoc> permissions;
  std::vector<Receiver> receivers;
  std::vector<ApprovalSubject> approvals;
  std::vector<NoticeListener> notice_listeners;
  std::vector<Fixture> fixtures;
  std::vector<DemoStep> demo;
};

}  // namespace yakuba::hall
