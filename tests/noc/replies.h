// How the target of a test answers stretches: when it is asked, or later, in any order.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <ostream>
#include <string>

#include "models/base/stretch.h"

namespace takt::noc::testing {

enum class Answers {
  at_once,          // TLM_COMPLETED
  inside_the_call,  // on the backward path, before the forward call returns
  later,            // on the backward path
};

inline std::ostream& operator<<(std::ostream& to, Answers answers) {
  if (answers == Answers::at_once) return to << "at_once";
  return to << (answers == Answers::inside_the_call ? "inside_the_call" : "later");
}

inline const auto every_answer = ::testing::Values(Answers::at_once, Answers::inside_the_call, Answers::later);

inline std::string answers_name(const ::testing::TestParamInfo<Answers>& answers) {
  return ::testing::PrintToString(answers.param);
}

struct Reply {
  Answers how = Answers::at_once;
  units::Time first_beat;
  units::Time last_beat;
  units::Time at;  // of a later answer; not in the past
  tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;
  units::Time mean_first = {};  // of channels; 0: it has one
};

// Sends replies when they are due.
class Replies {
 public:
  using Send = std::function<void(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&)>;

  // `send` is the backward path. To be made during elaboration.
  explicit Replies(Send send) : send_(std::move(send)) {
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.dont_initialize();
    options.set_sensitivity(&due_);
    sc_core::sc_spawn([this] { send_due(); }, sc_core::sc_gen_unique_name("send_due"), &options);
  }

  // What the forward call returns.
  tlm::tlm_sync_enum give(tlm::tlm_generic_payload& payload, const Reply& reply) {
    if (reply.how == Answers::at_once) {
      fill_in(payload, reply);
      return tlm::TLM_COMPLETED;
    }
    payload.acquire();
    if (reply.how == Answers::inside_the_call) {
      answer(payload, reply);
    } else {
      held_.emplace(reply.at, std::make_pair(&payload, reply));
      base::notify_at(due_, held_.begin()->first);
    }
    return tlm::TLM_ACCEPTED;
  }

 private:
  static void fill_in(tlm::tlm_generic_payload& payload, const Reply& reply) {
    base::stretch_of(payload).first_beat = reply.first_beat;
    base::stretch_of(payload).last_beat = reply.last_beat;
    base::stretch_of(payload).mean_first = reply.mean_first;
    payload.set_response_status(reply.status);
  }
  void answer(tlm::tlm_generic_payload& payload, const Reply& reply) {
    fill_in(payload, reply);
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = base::to_sc(units::saturating_sub(reply.last_beat, base::now()));
    send_(payload, phase, delay);
    payload.release();
  }
  void send_due() {
    while (!held_.empty() && held_.begin()->first <= base::now()) {
      const auto [payload, reply] = held_.begin()->second;
      held_.erase(held_.begin());
      answer(*payload, reply);
    }
    if (!held_.empty()) base::notify_at(due_, held_.begin()->first);
  }

  Send send_;
  std::multimap<units::Time, std::pair<tlm::tlm_generic_payload*, Reply>> held_;  // by when they are sent
  sc_core::sc_event due_;
};

}  // namespace takt::noc::testing
