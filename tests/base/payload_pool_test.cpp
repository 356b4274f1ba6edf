// Payloads are reused: no allocation per transaction once as many exist as were ever under way at once.
#include "models/base/payload_pool.h"

#include <gtest/gtest.h>

namespace takt::base {
namespace {

TEST(PayloadPool, CreatesNoMoreThanAreUnderWayAtOnce) {
  PayloadPool pool;
  for (int transaction = 0; transaction < 1000; ++transaction) {
    tlm::tlm_generic_payload& a = pool.acquire();
    tlm::tlm_generic_payload& b = pool.acquire();
    a.release();
    b.release();
  }
  EXPECT_EQ(pool.created(), 2u);
  EXPECT_EQ(pool.idle(), 2u);
}

TEST(PayloadPool, APayloadReturnsWithItsLastHolder) {
  PayloadPool pool;
  tlm::tlm_generic_payload& payload = pool.acquire();
  payload.acquire();
  payload.release();
  EXPECT_EQ(pool.idle(), 0u);
  payload.release();
  EXPECT_EQ(pool.idle(), 1u);
}

TEST(PayloadPool, AReusedPayloadRemembersNothing) {
  PayloadPool pool;
  tlm::tlm_generic_payload& used = pool.acquire();
  Stretch& stretch = stretch_of(used);
  stretch.initiator = 3;
  stretch.qos = 5;
  stretch.allocate = false;
  stretch.cookie = 99;
  stretch.last_beat = units::nanoseconds(7);
  used.set_response_status(tlm::TLM_OK_RESPONSE);
  used.release();
  tlm::tlm_generic_payload& again = pool.acquire();
  ASSERT_EQ(&again, &used);
  EXPECT_EQ(&stretch_of(again), &stretch);  // the extension is not allocated again either
  EXPECT_EQ(stretch.initiator, 0u);
  EXPECT_EQ(stretch.qos, 0u);
  EXPECT_TRUE(stretch.allocate);
  EXPECT_EQ(stretch.cookie, 0u);
  EXPECT_EQ(stretch.last_beat, units::Time(0));
  EXPECT_EQ(again.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE);
  again.release();
}

TEST(PayloadPool, ARequestWithoutDataIsTimingOnly) {
  PayloadPool pool;
  tlm::tlm_generic_payload& payload = pool.acquire();
  set_request(payload, true, 0x1000, 4096, nullptr);
  EXPECT_TRUE(stretch_of(payload).timing_only);
  EXPECT_EQ(stretch_of(payload).bytes(), 4096u);
  EXPECT_TRUE(stretch_of(payload).contiguous());
  EXPECT_TRUE(payload.is_write());
  payload.release();
}

TEST(Stretch, RowsApartAreNotContiguous) {
  Stretch stretch;
  stretch.row_bytes = 64;
  stretch.rows = 4;
  stretch.stride = 128;
  EXPECT_FALSE(stretch.contiguous());
  EXPECT_EQ(stretch.bytes(), 256u);
  stretch.stride = 64;
  EXPECT_TRUE(stretch.contiguous());
}

TEST(Stretch, APayloadWithoutOneIsADefect) {
  tlm::tlm_generic_payload payload;
  EXPECT_THROW(stretch_of(payload), std::logic_error);
}

}  // namespace
}  // namespace takt::base
