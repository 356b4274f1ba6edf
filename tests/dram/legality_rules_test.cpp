// The checker itself: each rule lets a sequence pass and complains about the same one a clock too early.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/dram/configs.h"
#include "tests/dram/legality.h"

namespace takt::dram::testing {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

constexpr unsigned banks_of_rank = 8;  // four groups of two
constexpr unsigned other_rank = banks_of_rank;

// Commands by hand; what a column serves is asked for at clock 0.
class Script {
 public:
  explicit Script(const Config& config) : config_(config), checker_(config) {}

  Script& ask(unsigned bank, std::uint32_t row, bool write = false, Cycle arrival = 0) {
    const std::uint64_t columns = config_.page_bytes / config_.burst_bytes;
    const std::uint64_t unit =
        std::uint64_t{row} * config_.ranks * config_.banks_per_group + bank / config_.bank_groups;
    checker_.expect(unit * columns * config_.bank_groups + bank % config_.bank_groups, write, arrival);
    return *this;
  }
  Script& act(unsigned bank, Cycle at, std::uint32_t row = 1) { return act2(bank, at, at, row); }
  Script& act2(unsigned bank, Cycle at, Cycle second, std::uint32_t row = 1) {
    ask(bank, row).ask(bank, row, true);
    checker_.activate(bank, row, at, second);
    return *this;
  }
  Script& rd(unsigned bank, Cycle at, std::uint32_t row = 1) {
    ask(bank, row);
    checker_.column(bank, false, at);
    return *this;
  }
  Script& wr(unsigned bank, Cycle at, std::uint32_t row = 1) {
    ask(bank, row, true);
    checker_.column(bank, true, at);
    return *this;
  }
  Script& pre(unsigned bank, Cycle at) {
    checker_.precharge(bank, at);
    return *this;
  }
  Script& pre_all(unsigned rank, Cycle at) {
    checker_.precharge_all(rank, at);
    return *this;
  }
  Script& ref(unsigned bank, Cycle at) {
    checker_.refresh(bank, at);
    return *this;
  }
  Script& ref_all(unsigned rank, Cycle at) {
    checker_.refresh_all(rank, at);
    return *this;
  }
  Legality& checker() { return checker_; }

 private:
  Config config_;
  Legality checker_;
};

struct Rule {
  const char* name;
  const char* what;
  std::function<void(Script&, Cycle early)> play;  // `early`: 0 or 1 clock
};

const Rule plain_rules[] = {
    {"order", "commands go back in time", [](Script& s, Cycle e) { s.act(0, 10).act(1, 13 - 4 * e); }},
    {"slot", "two commands in a clock", [](Script& s, Cycle e) { s.act(0, 10).act(other_rank, 11 - e); }},
    {"ACT open", "an open bank",
     [](Script& s, Cycle e) {
       s.act(0, 0);
       if (e == 0) s.pre(0, 20);
       s.act(0, 28, 2);
     }},
    {"tRC", "ACT to ACT", [](Script& s, Cycle e) { s.act(0, 0).pre(0, 20 - e).act(0, 28 - e, 2); }},
    {"tRP", "PRE to ACT", [](Script& s, Cycle e) { s.act(0, 0).pre(0, 30).act(0, 38 - e, 2); }},
    {"tRP", "PRE of all banks to ACT", [](Script& s, Cycle e) { s.act(0, 0).pre_all(0, 30).act(0, 42 - e, 2); }},
    {"tRRD", "another group", [](Script& s, Cycle e) { s.act(0, 0).act(1, 3 - e); }},
    {"tRRD_L", "the same group", [](Script& s, Cycle e) { s.act(0, 0).act(4, 5 - e); }},
    {"tFAW", "the fifth ACT", [](Script& s, Cycle e) { s.act(0, 0).act(1, 3).act(2, 6).act(3, 9).act(4, 18 - e); }},
    {"tFAW", "a later fifth ACT",
     [](Script& s, Cycle e) { s.act(0, 0).act(1, 7).act(2, 10).act(3, 13).act(4, 18).act(5, 25 - e); }},
    {"unasked", "ACT for nobody", [](Script& s, Cycle e) { s.ask(0, e == 0 ? 1 : 2).checker().activate(0, 1, 5, 5); }},
    {"unasked", "a column for nobody",
     [](Script& s, Cycle e) {
       s.act(0, 0).rd(0, 10).rd(0, 16).rd(0, 22);  // with what the ACT asked for, one RD and one WR are left
       if (e == 1) s.wr(0, 60).checker().column(0, false, 90), s.checker().column(0, false, 100);
     }},
    {"unasked", "before it arrives",
     [](Script& s, Cycle e) {
       s.ask(0, 1, false, 10 + e).checker().activate(0, 1, 0, 0);
       s.checker().column(0, false, 10);
     }},
    {"tRAS", "ACT to PRE", [](Script& s, Cycle e) { s.act(0, 0).pre(0, 20 - e); }},
    {"tRAS", "ACT to PRE of all banks", [](Script& s, Cycle e) { s.act(0, 0).act(1, 5).pre_all(0, 25 - e); }},
    {"tRTP", "RD to PRE", [](Script& s, Cycle e) { s.act(0, 0).rd(0, 20).pre(0, 27 - e); }},
    {"tWR", "WR to PRE: WL 4, data 4, 11", [](Script& s, Cycle e) { s.act(0, 0).wr(0, 6).pre(0, 25 - e); }},
    {"tPPD", "PRE to PRE", [](Script& s, Cycle e) { s.act(0, 0).act(1, 5).pre(0, 30).pre(1, 32 - e); }},
    {"PRE closed", "nothing to close", [](Script& s, Cycle e) { s.act(0, 0).pre(e == 0 ? 0 : 1, 20); }},
    {"PRE closed", "nothing to close in a rank",
     [](Script& s, Cycle e) { s.act(0, 0).pre_all(static_cast<unsigned>(e), 20); }},
    {"closed", "a column of a closed bank",
     [](Script& s, Cycle e) {
       s.act(0, 0);
       if (e == 1) s.pre(0, 20);
       s.rd(0, 21);
     }},
    {"tRCD read", "ACT to RD", [](Script& s, Cycle e) { s.act(0, 0).rd(0, 10 - e); }},
    {"tRCD write", "ACT to WR", [](Script& s, Cycle e) { s.act(0, 0).wr(0, 6 - e); }},
    {"tCCD_S", "RD to RD", [](Script& s, Cycle e) { s.act(0, 0).act(1, 3).rd(0, 20).rd(1, 24 - e); }},
    {"tCCD_S", "WR to WR", [](Script& s, Cycle e) { s.act(0, 0).act(1, 3).wr(0, 20).wr(1, 24 - e); }},
    {"tCCD_L", "RD to RD", [](Script& s, Cycle e) { s.act(0, 0).act(4, 5).rd(0, 20).rd(4, 26 - e); }},
    {"tCCD_L", "WR to WR of one bank", [](Script& s, Cycle e) { s.act(0, 0).wr(0, 20).wr(0, 26 - e); }},
    {"tWTR_S", "WL 4, data 4, 5", [](Script& s, Cycle e) { s.act(0, 0).act(1, 3).wr(0, 20).rd(1, 33 - e); }},
    {"tWTR_L", "WL 4, data 4, 9", [](Script& s, Cycle e) { s.act(0, 0).act(4, 5).wr(0, 20).rd(4, 37 - e); }},
    {"RD to WR", "RL 9, data 4, gap 2, WL 4",
     [](Script& s, Cycle e) { s.act(0, 0).act(1, 3).rd(0, 20).wr(1, 31 - e); }},
    {"rank gap", "RD to RD",
     [](Script& s, Cycle e) { s.act(0, 0).act(other_rank, 3).rd(0, 20).rd(other_rank, 27 - e); }},
    {"rank gap", "WR to RD: WL 4, data 4, gap 3, RL 9",
     [](Script& s, Cycle e) { s.act(0, 0).act(other_rank, 3).wr(0, 20).rd(other_rank, 22 - e); }},
    {"rank gap", "RD to WR: the larger gap",
     [](Script& s, Cycle e) { s.act(0, 0).act(other_rank, 3).rd(0, 20).wr(other_rank, 32 - e); }},
    {"ACT-2", "where an ACT is one command", [](Script& s, Cycle e) { s.act2(0, 0, e); }},
    {"unserved", "asked for and forgotten",
     [](Script& s, Cycle e) {
       s.ask(0, 1).checker().activate(0, 1, 0, 0);
       if (e == 0) s.checker().column(0, false, 10);
       s.checker().finish();
     }},
};

const Rule all_bank_rules[] = {
    {"tRFCab", "REF to ACT", [](Script& s, Cycle e) { s.ref_all(0, 1000).act(0, 1100 - e); }},
    {"tRFCab", "REF to REF", [](Script& s, Cycle e) { s.ref_all(0, 2000).ref_all(0, 2100 - e); }},
    {"tRP", "PRE of all banks to REF", [](Script& s, Cycle e) { s.act(0, 900).pre_all(0, 1000).ref_all(0, 1012 - e); }},
    {"tRP", "PRE to REF", [](Script& s, Cycle e) { s.act(0, 900).pre(0, 1000).ref_all(0, 1008 - e); }},
    {"REF open", "a row is open",
     [](Script& s, Cycle e) {
       s.act(3, 900);
       if (e == 0) s.pre(3, 980);
       s.ref_all(0, 1000);
     }},
    {"early refresh", "before it is due", [](Script& s, Cycle e) { s.ref_all(0, 1000 - e); }},
    {"tREFI", "two are due, one may wait",
     [](Script& s, Cycle e) {
       s.act(0, 990);
       if (e == 0) s.ref_all(1, 1500);
       s.ask(0, 1, false, 3000).pre(0, 2000).ref_all(0, 2500).checker().activate(0, 1, 2900, 2900);
       s.checker().column(0, false, 3010);
     }},
};

const Rule per_bank_rules[] = {
    {"tRFCpb", "REF to ACT", [](Script& s, Cycle e) { s.ref(2, 125).act(2, 185 - e); }},
    {"tpbR2act", "REF to ACT of another bank", [](Script& s, Cycle e) { s.ref(2, 125).act(3, 132 - e); }},
    {"tpbR2pbR", "REF to REF of another bank", [](Script& s, Cycle e) { s.ref(2, 250).ref(3, 280 - e); }},
    {"ACT to REFpb", "another bank", [](Script& s, Cycle e) { s.act(3, 200).ref(2, 203 - e); }},
    {"tRP", "PRE to REF", [](Script& s, Cycle e) { s.act(2, 100).pre(2, 130).ref(2, 138 - e); }},
    {"REF open", "its row is open",
     [](Script& s, Cycle e) {
       s.act(2, 100);
       if (e == 0) s.pre(2, 120);
       s.ref(2, 150);
     }},
    {"round", "a bank twice, another not at all",
     [](Script& s, Cycle e) {
       for (unsigned bank = 0; bank < banks_of_rank; ++bank) s.ref(bank, 1000 + 60 * bank);
       for (unsigned bank = 0; bank < banks_of_rank; ++bank) s.ref(bank == 7 && e == 1 ? 0 : bank, 2000 + 60 * bank);
     }},
};

void expect_rules(const Rule* begin, const Rule* end, const Config& config) {
  for (const Rule* rule = begin; rule != end; ++rule) {
    SCOPED_TRACE(std::string(rule->name) + ": " + rule->what);
    Script legal(config);
    rule->play(legal, 0);
    EXPECT_EQ(legal.checker().violations(), "");
    Script early(config);
    rule->play(early, 1);
    EXPECT_THAT(early.checker().rules(), Contains(rule->name));
  }
}

TEST(LegalityRules, of_commands_and_columns) {
  expect_rules(std::begin(plain_rules), std::end(plain_rules), round_numbers_two_ranks());
}

TEST(LegalityRules, of_all_bank_refreshes) {
  Config c = round_numbers_two_ranks();
  c.policy.refresh_postpone = 1;
  expect_rules(std::begin(all_bank_rules), std::end(all_bank_rules), c);
}

TEST(LegalityRules, of_per_bank_refreshes) {
  Config c = round_numbers_two_ranks();
  c.refresh = Refresh::per_bank;
  expect_rules(std::begin(per_bank_rules), std::end(per_bank_rules), c);
}

TEST(LegalityRules, of_an_act_in_two_commands) {
  Config c = round_numbers_two_ranks();
  c.activate_commands = 2;
  const Rule list[] = {
      {"ACT-2", "it is missing", [](Script& s, Cycle e) { s.act2(0, 0, 1 - e); }},
      {"ACT-2", "tAAD", [](Script& s, Cycle e) { s.act2(0, 0, 8 + e); }},
      {"ACT-2", "after the column", [](Script& s, Cycle e) { s.act2(0, 2, e == 0 ? 3 : 10).wr(0, 8); }},
      {"ACT-1", "before the ACT-2 of another bank", [](Script& s, Cycle e) { s.act2(0, 0, 4).act2(1, 5 - 2 * e, 6); }},
      {"slot", "on an ACT-2", [](Script& s, Cycle e) { s.act2(0, 0, 1).act2(1, 20, 22).rd(0, 23 - e); }},
  };
  expect_rules(std::begin(list), std::end(list), c);
}

TEST(LegalityRules, of_the_data_bus_alone) {
  Config c = round_numbers_two_ranks();
  c.ccd_s_cycles = 2;
  const Rule list[] = {
      {"data", "two bursts overlap", [](Script& s, Cycle e) { s.act(0, 0).act(1, 3).rd(0, 20).rd(1, 24 - e); }}};
  expect_rules(std::begin(list), std::end(list), c);
}

// Data end at clock 10 + 9 + 4; power-down from 50 clocks, self-refresh from 500 clocks after.
TEST(LegalityRules, of_sleep) {
  Config c = round_numbers_two_ranks();
  c.power_down_after_ps = 50000;
  c.self_refresh_after_ps = 500000;
  const auto once = [](Script& s) {
    s.ask(0, 1).checker().activate(0, 1, 0, 0);
    s.checker().column(0, false, 10);
    s.pre(0, 73);
  };
  const Rule list[] = {
      {"tXP", "from power-down",
       [&](Script& s, Cycle e) {
         once(s);
         s.ask(0, 1, false, 200).checker().activate(0, 1, 208 - e, 208 - e);
       }},
      {"tXSR", "from self-refresh",
       [&](Script& s, Cycle e) {
         once(s);
         s.ask(0, 1, false, 900).checker().activate(0, 1, 1050 - e, 1050 - e);
       }},
      {"self-refresh", "a command while in it",
       [&](Script& s, Cycle e) {
         once(s);
         s.ask(0, 1, false, 1900);
         if (e == 1) s.ref_all(0, 1000);
         s.checker().activate(0, 1, 2050, 2050);
       }},
      {"early refresh", "the interval begins anew",
       [&](Script& s, Cycle e) {
         once(s);
         s.ask(0, 1, false, 900).ask(0, 1, false, 900).checker().activate(0, 1, 1050, 1050);
         s.pre(0, 1100).ref_all(0, 900 + 150 + 1000 - e);
       }},
  };
  expect_rules(std::begin(list), std::end(list), c);
}

TEST(LegalityRules, of_the_write_clock) {
  Config c = round_numbers_two_ranks();
  c.wck_sync_cycles = 3;
  c.wck_expire_cycles = 20;
  const Rule list[] = {{"WCK", "a column after a pause", [](Script& s, Cycle e) {
                          s.ask(0, 1).checker().activate(0, 1, 0, 0);
                          s.checker().column(0, false, 10);
                          s.ask(0, 1, false, 31).checker().column(0, false, 34 - e);
                        }}};
  expect_rules(std::begin(list), std::end(list), c);
}

}  // namespace
}  // namespace takt::dram::testing
