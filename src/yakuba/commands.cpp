// The list of commands that work on an installation, for the command line and for the server that runs them.
#include "yakuba/command.hpp"

namespace yakuba {

std::span<const Command> commands() {
  static constexpr std::array list{
      Command{"town add", add_town},
      Command{"town list", list_towns},
      Command{"admin link", administrator_link},
      Command{"exchange key", show_exchange_key},
      Command{"exchange pair", pair_sides},
      Command{"exchange retry", retry_messages},
      Command{"pack import", import_pack},
      Command{"audit verify", verify_audit},
      Command{"audit export", export_audit},
      Command{"doctor", doctor},
      Command{"backup", backup},
      Command{"restore", restore},
      Command{"demo seed", seed_demo},
      Command{"demo pages", list_pages},
      Command{"demo logins", list_logins},
  };
  return list;
}

}  // namespace yakuba
