// Whatever gdb sends, in pieces of any size: what comes back is acknowledgements and whole packets, the core stays
// where the protocol leaves it, and a run that is then let go ends as one without a debugger.
#include <gtest/gtest.h>

#include <random>

#include "sim/bare/machine.h"
#include "sim/gdb/debugger.h"
#include "sim/gdb/hex.h"
#include "tests/cpu/rv32/console.h"
#include "tests/cpu/rv32/stream.h"
#include "tests/gdb/fake_target.h"

namespace takt::gdb::test {
namespace {

using State = Session::State;

class Random {
 public:
  explicit Random(unsigned seed) : random_(seed) {}
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

  // A packet of the protocol, most of the time with something wrong in it.
  std::string payload() {
    static const std::vector<std::string> packets = {"?",
                                                     "g",
                                                     "G",
                                                     "p20",
                                                     "p3ff",
                                                     "P20=80000000",
                                                     "m80000000,40",
                                                     "M80000100,2:5859",
                                                     "X80000100,2:ab",
                                                     "c",
                                                     "s",
                                                     "C05;80000000",
                                                     "S05",
                                                     "vCont?",
                                                     "vCont;s:1;c",
                                                     "vCont;c",
                                                     "vCont;",
                                                     "vMustReplyEmpty",
                                                     "Z0,80000004,4",
                                                     "z0,80000004,4",
                                                     "Z1,80000008,2",
                                                     "Z2,80000080,4",
                                                     "Z3,80000080,40000",
                                                     "Z4,0,ffffffff",
                                                     "z4,0,ffffffff",
                                                     "Hg0",
                                                     "Hc-1",
                                                     "T1",
                                                     "qC",
                                                     "qAttached",
                                                     "qSupported:swbreak+",
                                                     "qfThreadInfo",
                                                     "qXfer:features:read:target.xml:0,ffb",
                                                     "qXfer:features:read:target.xml:ffffffff,ffffffff",
                                                     "QStartNoAckMode",
                                                     "qRcmd,68656c70",
                                                     "qRcmd,756e74696c2039",
                                                     "qRcmd,7374617465",
                                                     "qThreadExtraInfo,1",
                                                     "mffffffff,2",
                                                     "m0,0"};
    std::string text = packets[below(static_cast<unsigned>(packets.size()))];
    if (below(2) == 0) return text;
    for (unsigned changes = 1 + below(3); changes > 0; --changes) {
      const unsigned at = below(static_cast<unsigned>(text.size()) + 1);
      static const std::string likely = "0123456789abcdef,;:=+-.}*\x7f\xff";
      const char byte = likely[below(static_cast<unsigned>(likely.size()))];
      if (below(3) == 0)
        text.resize(at);
      else if (at < text.size() && below(2) == 0)
        text[at] = byte;
      else
        text.insert(at, 1 + below(below(40) == 0 ? 5000 : 3), byte);
    }
    return text;
  }

  // Some of it: whole packets, cut ones, acknowledgements, Ctrl-C, noise.
  std::string bytes() {
    std::string text = packet(payload());
    if (const unsigned kind = below(12); kind == 0)
      text.resize(below(static_cast<unsigned>(text.size())));
    else if (kind == 1)
      text += "+-\x03"[below(3)];
    else if (kind == 2)
      text.insert(0, 1, static_cast<char>(below(256)));
    return text;
  }

 private:
  std::mt19937 random_;
};

// Empty: all of `output` is acknowledgements and packets with their checksums.
std::string wrong_in(std::string output) {
  while (!output.empty()) {
    if (output[0] == '+' || output[0] == '-') {
      output.erase(0, 1);
      continue;
    }
    const std::size_t end = output.find('#');
    if (output[0] != '$' || end == output.npos || end > PacketReader::longest + 1) return output;
    const std::string payload = output.substr(1, end - 1);
    if (output.compare(0, end + 3, packet(payload)) != 0) return output;
    output.erase(0, end + 3);
  }
  return "";
}

TEST(SessionFuzz, AnswersAnythingWithWholePackets) {
  Random random(1);
  for (int round = 0; round < 2000; ++round) {
    FakeTarget target;
    target.text.assign(random.below(9000), '}');
    Session session(target);
    for (int i = 0; i < 20 && session.state() <= State::running; ++i) {
      const std::string bytes = random.bytes();
      const std::size_t cut = random.below(static_cast<unsigned>(bytes.size()) + 1);
      session.receive(bytes.substr(0, cut));
      session.receive(bytes.substr(cut));
      ASSERT_EQ(wrong_in(session.take_output()), "") << "round " << round;
      if (session.state() != State::running) continue;
      session.halt({});
      ASSERT_EQ(wrong_in(session.take_output()), "") << "round " << round;
      ASSERT_EQ(session.state(), State::halted);
    }
    if (session.state() > State::running) continue;
    // "+" and "-" do not interrupt a packet, but '$' does; then the session is whole again.
    session.receive("$" + packet("?"));
    ASSERT_NE(session.take_output().find("T05thread:1;"), std::string::npos) << "round " << round;
  }
}

// A connection that sends random bytes and goes.
class Noise : public Connection {
 public:
  Noise(unsigned seed, int count) : random_(seed), left_(count) {}
  void open() override {}
  std::string receive() override { return left_-- > 0 ? random_.bytes() : ""; }
  bool ready() override { return left_ > 0 && random_.below(50) == 0; }
  void send(std::string_view bytes) override { sent += bytes; }
  std::string sent;

 private:
  Random random_;
  int left_;
};

// The real core behind it, whose registers and memory the noise changes: it ends, somehow.
TEST(SessionFuzz, ACoreOutlivesAnything) {
  const traces::ElfImage program = traces::parse_elf(rv32::test::random_stream(3, 200).elf, "stream");
  for (unsigned seed = 1; seed <= 200; ++seed) {
    auto noise = std::make_unique<Noise>(seed, 60);
    const Noise& connection = *noise;
    Debugger debugger(std::move(noise));
    rv32::test::Console console;
    bare::MachineOptions options;
    options.ram_bytes = 1u << 20;
    options.max_instructions = 1u << 16;
    options.debugger = &debugger;
    bare::Machine machine(program, "stream", options, console);
    EXPECT_LE(machine.run().instructions, options.max_instructions) << "seed " << seed;
    debugger.ended(0);
    ASSERT_EQ(wrong_in(connection.sent), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace takt::gdb::test
