// What packets mean and are answered with: GDB manual, appendix E (Remote Serial Protocol); the sections are named.
#include "sim/gdb/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/gdb/hex.h"
#include "tests/gdb/fake_target.h"

namespace takt::gdb::test {
namespace {

using State = Session::State;
using testing::ElementsAre;

class GdbSession : public testing::Test {
 protected:
  // Of a packet that is acknowledged: the reply's payload, "none" where there is none.
  std::string ask(const std::string& payload) {
    session.receive(packet(payload));
    std::string output = session.take_output();
    EXPECT_EQ(output.substr(0, 1), "+") << payload;
    if (output.size() < 5) return "none";
    EXPECT_EQ(output.substr(1), packet(output.substr(2, output.size() - 5))) << payload;
    return output.substr(2, output.size() - 5);
  }

  FakeTarget target;
  Session session{target};
};

// E.2 Packets.
TEST_F(GdbSession, SaysWhyTheTargetStands) { EXPECT_EQ(ask("?"), "T05thread:1;"); }

TEST_F(GdbSession, ReadsAndWritesTheGeneralRegisters) {
  EXPECT_EQ(ask("g"), "443322110100000000000080");
  EXPECT_EQ(ask("G0500000006000000070000ff"), "OK");
  EXPECT_EQ(target.registers[0], 5u);
  EXPECT_EQ(target.registers[2], 0xff000007u);
  EXPECT_EQ(ask("G05"), "E01");
  EXPECT_EQ(ask("G0500000006000000070000fg"), "E01");
  EXPECT_EQ(target.registers[0], 5u);
}

TEST_F(GdbSession, ReadsAndWritesOneRegister) {
  EXPECT_EQ(ask("p64"), "feca0000");
  EXPECT_EQ(ask("P64=78563412"), "OK");
  EXPECT_EQ(target.registers[100], 0x12345678u);
  for (const char* wrong : {"p3", "p", "p64x", "P3=00000000", "P64", "P64=1", "P64=0000000000"})
    EXPECT_EQ(ask(wrong), "E01") << wrong;
}

TEST_F(GdbSession, ReadsMemoryAsFarAsItCan) {
  EXPECT_EQ(ask("m1000,4"), "30313233");
  EXPECT_EQ(ask("m100e,4"), "6566");  // "may contain fewer"
  EXPECT_EQ(ask("m2000,4"), "E02");
  EXPECT_EQ(ask("m1000,0"), "");
  for (const char* wrong : {"m", "m1000", "m1000,", "m,4", "m1000,4x", "m100000000,4"})
    EXPECT_EQ(ask(wrong), "E01") << wrong;
}

TEST_F(GdbSession, AReplyIsNoLongerThanAPacket) {
  target.memory.assign(10000, 'x');
  EXPECT_EQ(ask("m1000,ffffffff").size(), PacketReader::longest);
}

TEST_F(GdbSession, WritesMemory) {
  EXPECT_EQ(ask("M1001,2:5859"), "OK");
  EXPECT_EQ(target.memory.substr(0, 4), "0XY3");
  EXPECT_EQ(ask("M100f,2:5859"), "E02");
  for (const char* wrong : {"M1000,2", "M1000,2:58", "M1000,1:5859", "M1000,1:5", "M1000:58"})
    EXPECT_EQ(ask(wrong), "E01") << wrong;
}

TEST_F(GdbSession, WritesBinaryMemory) {
  EXPECT_EQ(ask("X1000,0:"), "OK");  // how gdb asks whether there is X
  EXPECT_EQ(ask("X1000,3:a}\x03}]"), "OK");
  EXPECT_EQ(target.memory.substr(0, 4), "a#}3");
  EXPECT_EQ(ask("X1000,1:}"), "E01");
  EXPECT_EQ(ask("X1000,2:a"), "E01");
}

TEST_F(GdbSession, PutsAndRemovesPoints) {
  for (const char* good :
       {"Z0,80000000,2", "Z1,80000000,4", "Z2,10,8", "Z3,10,1", "Z4,10,4", "z0,80000000,2", "z4,10,4"})
    EXPECT_EQ(ask(good), "OK") << good;
  EXPECT_THAT(target.notes, ElementsAre("insert 0 2147483648 2", "insert 1 2147483648 4", "insert 2 16 8",
                                        "insert 3 16 1", "insert 4 16 4", "remove 0 2147483648 2", "remove 4 16 4"));
  EXPECT_EQ(ask("Z5,10,4"), "");
  EXPECT_EQ(ask("Z0,10,0"), "E01");  // as the target says
  for (const char* wrong : {"Z", "Z0", "Z0,10", "z0,,2", "Zx,10,4"}) EXPECT_EQ(ask(wrong), "E01") << wrong;
}

TEST_F(GdbSession, ContinuesUntilTheTargetStops) {
  EXPECT_EQ(ask("c"), "none");
  EXPECT_EQ(session.state(), State::running);
  EXPECT_FALSE(session.step());
  session.halt({});
  EXPECT_EQ(session.take_output(), packet("T05thread:1;"));
  EXPECT_EQ(session.state(), State::halted);
}

TEST_F(GdbSession, ResumesAtAnAddress) {
  EXPECT_EQ(ask("s80000010"), "none");
  EXPECT_TRUE(session.step());
  EXPECT_EQ(target.registers[2], 0x80000010u);
  session.halt({});
  session.take_output();
  EXPECT_EQ(ask("cx"), "E01");
  EXPECT_EQ(ask("C05;80000020"), "none");
  EXPECT_EQ(target.registers[2], 0x80000020u);
}

// The first action that names the thread counts.
TEST_F(GdbSession, ResumesByVCont) {
  EXPECT_EQ(ask("vCont?"), "vCont;c;C;s;S");
  EXPECT_EQ(ask("vCont;s:1;c"), "none");
  EXPECT_TRUE(session.step());
  session.halt({});
  session.take_output();
  EXPECT_EQ(ask("vCont;s:2;C05"), "none");
  EXPECT_FALSE(session.step());
  session.halt({});
  session.take_output();
  for (const char* wrong : {"vCont;", "vCont;x", "vCont;:1", "vCont;c:2"}) EXPECT_EQ(ask(wrong), "E01") << wrong;
  EXPECT_EQ(session.state(), State::halted);
}

// E.3 Stop Reply Packets.
TEST_F(GdbSession, NamesTheAddressOfAWatchpoint) {
  ask("c");
  session.halt({Signal::trap, Point::read, 0x80001234});
  EXPECT_EQ(session.take_output(), packet("T05rwatch:80001234;thread:1;"));
  EXPECT_EQ(ask("?"), "T05rwatch:80001234;thread:1;");
  ask("c");
  session.halt({Signal::trap, Point::write, 0x10});
  EXPECT_EQ(session.take_output(), packet("T05watch:10;thread:1;"));
  ask("c");
  session.halt({Signal::trap, Point::access, 0});
  EXPECT_EQ(session.take_output(), packet("T05awatch:0;thread:1;"));
}

TEST_F(GdbSession, SaysHowTheProgramEnded) {
  ask("c");
  session.exit(7);
  EXPECT_EQ(session.take_output(), packet("W07"));
}

// E.9 Interrupts.
TEST_F(GdbSession, NotesCtrlCWhileTheTargetRuns) {
  session.receive("\x03");
  EXPECT_EQ(ask("c"), "none");
  EXPECT_FALSE(session.interrupted());
  session.receive("\x03");
  EXPECT_TRUE(session.interrupted());
  session.halt({Signal::interrupt, {}, 0});
  EXPECT_EQ(session.take_output(), packet("T02thread:1;"));
  EXPECT_FALSE(session.interrupted());
}

TEST_F(GdbSession, CtrlCMayComeWithThePacketThatResumes) {
  session.receive(packet("c") + "\x03");
  EXPECT_TRUE(session.interrupted());
}

TEST_F(GdbSession, DropsPacketsWhileTheTargetRuns) {
  ask("c");
  session.receive(packet("g") + "$bad#00");
  EXPECT_EQ(session.take_output(), "");
}

// E.11 Packet Acknowledgment.
TEST_F(GdbSession, AsksForADamagedPacketAgain) {
  session.receive("$g#00");
  EXPECT_EQ(session.take_output(), "-");
}

TEST_F(GdbSession, SendsItsReplyAgainWhereThatWasDamaged) {
  ask("p1");
  session.receive("-");
  EXPECT_EQ(session.take_output(), packet("01000000"));
}

TEST_F(GdbSession, AcknowledgesNothingOnceToldNotTo) {
  EXPECT_EQ(ask("QStartNoAckMode"), "OK");
  session.receive("+" + packet("p1"));
  EXPECT_EQ(session.take_output(), packet("01000000"));
}

TEST_F(GdbSession, RefusesAPacketThatIsTooLong) {
  EXPECT_EQ(ask(std::string(PacketReader::longest + 1, 'm')), "E01");
  EXPECT_EQ(ask("p1"), "01000000");
}

// E.4 General Query Packets.
TEST_F(GdbSession, SaysWhatItSupports) {
  EXPECT_EQ(ask("qSupported:multiprocess+;swbreak+;xmlRegisters=i386"),
            "PacketSize=1000;QStartNoAckMode+;qXfer:features:read+;vContSupported+");
}

TEST_F(GdbSession, AnswersNothingToWhatItDoesNotKnow) {
  for (const char* unknown : {"", "vMustReplyEmpty", "qTStatus", "qSymbol::", "qXfer:memory-map:read::0,10",
                              "QNonStop:1", "!", "R00", "vFile:open:", "x1000,4", "\xff"})
    EXPECT_EQ(ask(unknown), "") << unknown;
}

TEST_F(GdbSession, HasOneThread) {
  EXPECT_EQ(ask("qC"), "QC1");
  EXPECT_EQ(ask("qfThreadInfo"), "m1");
  EXPECT_EQ(ask("qsThreadInfo"), "l");
  EXPECT_EQ(ask("qThreadExtraInfo,1"), hex_of("asleep"));
  EXPECT_EQ(ask("Hg0"), "OK");
  EXPECT_EQ(ask("Hc-1"), "OK");
  EXPECT_EQ(ask("Hg2"), "E01");
  EXPECT_EQ(ask("H"), "E01");
  EXPECT_EQ(ask("T1"), "OK");
  EXPECT_EQ(ask("T2"), "E01");
  EXPECT_EQ(ask("qAttached"), "1");
}

TEST_F(GdbSession, GivesTheDescriptionInParts) {
  target.text = "<a>}b</a>";
  EXPECT_EQ(ask("qXfer:features:read:target.xml:0,3"), "m<a>");
  EXPECT_EQ(ask("qXfer:features:read:target.xml:3,100"), "l}]b</a>");
  EXPECT_EQ(ask("qXfer:features:read:target.xml:9,100"), "l");
  EXPECT_EQ(ask("qXfer:features:read:target.xml:a,100"), "E01");
  EXPECT_EQ(ask("qXfer:features:read:target.xml:"), "E01");
  EXPECT_EQ(ask("qXfer:features:read:other.xml:0,3"), "");
  target.text.assign(10000, '}');
  EXPECT_LE(ask("qXfer:features:read:target.xml:0,ffff").size(), PacketReader::longest);
}

// qRcmd: console output, then OK.
TEST_F(GdbSession, PrintsWhatAMonitorCommandSays) {
  session.receive(packet("qRcmd," + hex_of("time")));
  EXPECT_EQ(session.take_output(), "+" + packet("O" + hex_of("time")) + packet("OK"));
  target.answer.assign(5000, 'x');
  session.receive(packet("qRcmd,"));
  const std::string part = packet("O" + hex_of(std::string(2047, 'x')));
  EXPECT_EQ(session.take_output(), "+" + part + part + packet("O" + hex_of(std::string(906, 'x'))) + packet("OK"));
  EXPECT_EQ(ask("qRcmd,7"), "E01");
}

TEST_F(GdbSession, Detaches) {
  EXPECT_EQ(ask("D"), "OK");
  EXPECT_EQ(session.state(), State::detached);
}

TEST_F(GdbSession, IsKilledWithoutAReplyOrWithOne) {
  EXPECT_EQ(ask("k"), "none");
  EXPECT_EQ(session.state(), State::killed);
  Session other(target);
  other.receive(packet("vKill;1"));
  EXPECT_EQ(other.take_output(), "+" + packet("OK"));
  EXPECT_EQ(other.state(), State::killed);
}

}  // namespace
}  // namespace takt::gdb::test
