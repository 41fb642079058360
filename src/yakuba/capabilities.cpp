#include "yakuba/capabilities.hpp"

#include "hall/access/access.hpp"
#include "hall/application/application.hpp"
#include "hall/approval/approval.hpp"
#include "hall/cases/cases.hpp"
#include "hall/criteria/criteria.hpp"
#include "hall/document/document.hpp"
#include "hall/exchange/exchange.hpp"
#include "hall/insight/insight.hpp"
#include "hall/notice/notice.hpp"
#include "hall/packs/packs.hpp"
#include "hall/people/people.hpp"
#include "hall/section/section.hpp"

namespace yakuba {

std::vector<hall::Module> capabilities() {
  std::vector<hall::Module> modules;
  modules.push_back(packs::module());
  modules.push_back(exchange::module());
  modules.push_back(section::module());
  modules.push_back(people::module());
  modules.push_back(access::module());
  modules.push_back(document::module());
  modules.push_back(notice::module());
  modules.push_back(approval::module());
  modules.push_back(cases::module());
  modules.push_back(criteria::module());
  modules.push_back(application::module());
  modules.push_back(insight::module());
  return modules;
}

std::vector<store::MigrationSet> migrations_of(const std::vector<hall::Module>& modules, hall::Sides sides) {
  const std::string_view left_out = sides == hall::Sides::public_only   ? "office-"
                                    : sides == hall::Sides::office_only ? "public-"
                                                                        : "";
  std::vector<store::MigrationSet> sets;
  for (const hall::Module& module : modules)
    if (!module.migrations.empty() && (!module.side || hall::serves(sides, *module.side)))
      sets.push_back({module.name, module.migrations, left_out});
  return sets;
}

}  // namespace yakuba
