#include "tests/cpu/rv32/stream.h"

#include <cstring>
#include <vector>

#include "models/cpu/rv32/decode.h"
#include "models/units/random.h"
#include "tests/cpu/rv32/assemble.h"

namespace takt::rv32::test {
namespace {

constexpr std::uint32_t code_base = 0x80000000, data_base = 0x80010000, dump_base = 0x80011000, log_base = 0x80012000;
// x2, x8: the middle of the data; x9: an aligned word of it; x18: a loop's count; x29 to x31: the trap handler's.
constexpr unsigned middle = 8, word_pointer = 9, counter = 18, t4 = 29, t5 = 30, t6 = 31;
constexpr bool kept(unsigned reg) {
  return reg == 2 || reg == middle || reg == word_pointer || reg == counter || reg >= t4;
}
constexpr std::uint32_t mscratch = 0x340, mepc = 0x341, mcause = 0x342, mtval = 0x343, mtvec = 0x305, mstatus = 0x300,
                        pmpcfg0 = 0x3a0, pmpaddr0 = 0x3b0;

class Writer {
 public:
  Writer(std::uint64_t seed, unsigned units) : random_(seed), units_(units), user_(random_.below(2) == 1) {}

  Stream write() {
    prologue();
    for (unsigned i = 0; i < units_; ++i) unit();
    while (loop_left_ != 0) close_loop_unit();
    land();
    patch_address(end_at_, here());
    emit(ecall);
    std::string image = code_;
    image.resize(data_base - code_base);
    image += data_;
    return {elf_of(code_base, image), static_cast<std::uint32_t>(code_.size())};
  }

 private:
  std::uint32_t draw(std::uint32_t n) { return static_cast<std::uint32_t>(random_.below(n)); }
  std::uint32_t here() const { return code_base + static_cast<std::uint32_t>(code_.size()); }

  void emit(std::uint32_t bits) {
    const unsigned bytes = length_of(bits);
    for (unsigned i = 0; i < bytes; ++i) code_ += static_cast<char>(bits >> 8 * i);
  }
  void put(std::size_t at, std::uint32_t bits) {
    for (unsigned i = 0; i < 4; ++i) code_[at + i] = static_cast<char>(bits >> 8 * i);
  }
  void li(unsigned rd, std::uint32_t value) {
    emit(lui(rd, value + 0x800));
    emit(addi(rd, rd, static_cast<std::int32_t>(value << 20) >> 20));
  }
  void patch_address(std::size_t at, std::uint32_t value) {
    const auto rd = static_cast<unsigned>(static_cast<std::uint8_t>(code_[at]) >> 7 | (code_[at + 1] & 0xf) << 1);
    put(at, lui(rd, value + 0x800));
    put(at + 4, addi(rd, rd, static_cast<std::int32_t>(value << 20) >> 20));
  }
  // The stretch between two such calls is where forward jumps may land.
  unsigned target() {
    const unsigned reg = draw(32);
    return kept(reg) ? 0 : reg;
  }
  unsigned source() { return draw(32) & ~(draw(8) == 0 ? 31u : 0u); }

  void prologue() {
    data_.resize(Stream::data_bytes);
    for (char& byte : data_) byte = static_cast<char>(draw(256));
    const std::size_t handler_at = code_.size();
    li(t5, 0);
    emit(csrrw(0, mtvec, t5));
    li(t6, log_base);
    protect();
    li(2, data_base + 2048);
    li(middle, data_base + 2048);
    li(word_pointer, data_base + 1024);
    for (unsigned reg = 1; reg < 29; ++reg)
      if (!kept(reg)) li(reg, static_cast<std::uint32_t>(random_.next()));
    const std::size_t enter = code_.size();
    li(t5, 0);
    emit(csrrw(0, mepc, t5));
    emit(mret);
    while (here() % 16 != 0) emit(nop);
    patch_address(handler_at, here());
    handler();
    patch_address(enter, here());
  }

  // An entry over some of the data without all rights, locked or not, then everything. MPP says where MRET goes.
  void protect() {
    li(t5, user_ ? 0x80u : 0x1880u);
    emit(csrrw(0, mstatus, t5));
    const std::uint32_t size = 8u << draw(6), at = data_base + 2048 - 256 + draw(512) / size * size;
    li(t5, at / size * size >> 2 | (size / 8 - 1));
    emit(csrrw(0, pmpaddr0, t5));
    li(t5, ~0u);
    emit(csrrw(0, pmpaddr0 + 1, t5));
    const std::uint32_t rights = draw(2) == 0 ? 1 : draw(2) == 0 ? 0 : 4, lock = draw(2) << 7;
    li(t5, 0x1f00 | lock | 0x18 | rights);
    if (draw(3) != 0)
      emit(csrrw(0, pmpcfg0, t5));
    else
      li(t5, 0x1f00), emit(csrrw(0, pmpcfg0, t5));
  }

  // Logs cause, address and value of the trap and goes on behind the instruction; at the end it reports.
  void handler() {
    end_at_ = code_.size();
    li(t4, 0);
    emit(csrrs(t5, mepc, 0));
    const std::size_t to_report = code_.size();
    emit(nop);
    emit(sw(t5, t6, 4));
    emit(csrrs(t4, mcause, 0));
    emit(sw(t4, t6, 0));
    emit(load(5, t5, t5, 0));  // the instruction's first half: 11 in the low bits says 4 bytes
    emit(i_type(0x13, 7, t5, t5, 3));
    emit(addi(t5, t5, -3));
    emit(i_type(0x13, 3, t5, t5, 1));  // 1 where it was 3
    emit(r_type(0x33, 0, 0, t5, t5, t5));
    emit(addi(t5, t5, 2));
    emit(csrrs(t4, mepc, 0));
    emit(r_type(0x33, 0, 0, t5, t5, t4));
    emit(csrrw(0, mepc, t5));
    // mtval of EBREAK may be its address or 0.
    emit(csrrs(t4, mcause, 0));
    emit(addi(t4, t4, -3));
    emit(beq(t4, 0, 12));
    emit(csrrs(t5, mtval, 0));
    emit(sw(t5, t6, 8));
    emit(addi(t6, t6, 12));
    // The log's last entry is used again and again.
    li(t4, log_base + Stream::log_bytes - 16);
    emit(branch(6, t6, t4, 8));
    emit(addi(t6, t6, -12));
    emit(mret);
    put(to_report, beq(t4, t5, static_cast<std::int32_t>(code_.size() - to_report)));
    report();
  }

  void host_call(unsigned operation) {
    emit(addi(10, 0, static_cast<std::int32_t>(operation)));
    while (here() % 16 != 0) emit(nop);
    emit(0x01f01013);
    emit(ebreak);
    emit(0x40705013);
  }

  void report() {
    li(t5, dump_base);
    for (unsigned reg = 1; reg < 29; ++reg) emit(sw(reg, t5, static_cast<std::int32_t>(4 * reg)));
    const std::uint32_t block = log_base + Stream::log_bytes;  // of the calls' arguments
    li(11, block);
    li(t4, block + 32);
    li(t6, 0x0074743a);  // ":tt"
    emit(sw(t6, t4, 0));
    emit(sw(t4, 11, 0));
    emit(addi(t4, 0, 4));
    emit(sw(t4, 11, 4));
    emit(addi(t4, 0, 3));
    emit(sw(t4, 11, 8));
    host_call(0x01);
    emit(sw(10, 11, 0));
    const std::uint32_t parts[][2] = {
        {dump_base, Stream::registers_bytes}, {data_base, Stream::data_bytes}, {log_base, Stream::log_bytes}};
    for (const auto& part : parts) {
      li(t4, part[0]);
      emit(sw(t4, 11, 4));
      li(t4, part[1]);
      emit(sw(t4, 11, 8));
      host_call(0x05);
    }
    li(11, 0x20026);
    host_call(0x18);
    emit(spin);
  }

  void unit() {
    if (loop_left_ == 0 && draw(25) == 0) open_loop();
    land_some();
    switch (draw(16)) {
      case 0:
      case 1:
      case 2:
        memory();
        break;
      case 3:
        atomic();
        break;
      case 4:
        forward();
        break;
      case 5:
        special();
        break;
      case 6:
      case 7:
      case 8:
      case 9:
        compressed();
        break;
      default:
        arithmetic();
        break;
    }
    if (loop_left_ != 0) close_loop_unit();
  }

  // What any word under these opcodes does, as long as it leaves the kept registers alone.
  void arithmetic() {
    constexpr std::uint32_t opcodes[] = {0x33, 0x33, 0x33, 0x13, 0x13, 0x37, 0x17};
    auto bits = static_cast<std::uint32_t>(random_.next()) & ~0xfffu;
    const std::uint32_t opcode = opcodes[draw(7)];
    if (opcode == 0x33 && draw(16) != 0) {
      constexpr std::uint32_t functions[] = {0, 0, 1, 0x20};
      bits = (bits & 0x1ffffff) | functions[draw(4)] << 25;
    }
    emit(bits | target() << 7 | opcode);
  }

  // Any halfword that neither touches memory but through x2, x8 and x9 nor jumps.
  void compressed() {
    for (;;) {
      const std::uint32_t bits = draw(0x10000);
      if (length_of(bits) != 2) continue;
      const Instruction i = decode(bits);
      const Kind kind = kind_of(i.operation);
      if (kind == Kind::branch || kind == Kind::jump || kind == Kind::jump_register) continue;
      if (i.operation == Operation::illegal && draw(64) != 0) continue;
      if ((kind == Kind::load || kind == Kind::store) && i.rs1 != 2 && i.rs1 != middle && i.rs1 != word_pointer)
        continue;
      if (kind != Kind::store && i.rd != 0 && kept(i.rd)) continue;
      return emit(bits);
    }
  }

  void memory() {
    constexpr unsigned loads[] = {0, 1, 2, 4, 5};
    const std::int32_t at = static_cast<std::int32_t>(draw(1024)) - 512;
    const bool aligned = draw(2) == 0;
    const std::int32_t offset = aligned ? at & ~3 : at;
    if (draw(2) == 0)
      emit(load(loads[draw(5)], target(), draw(2) == 0 ? 2 : middle, offset));
    else
      emit(store(draw(3), source(), draw(2) == 0 ? 2 : middle, offset));
  }

  void atomic() {
    constexpr std::uint32_t functions[] = {0x00, 0x01, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c};
    if (draw(3) == 0) {
      emit(amo(0x02, target(), word_pointer, 0));
      emit(amo(0x03, target(), word_pointer, source()));
    } else {
      emit(amo(functions[draw(9)] | draw(4) << 5 >> 5, target(), word_pointer, source()));
    }
  }

  void special() {
    switch (draw(8)) {
      case 0:
        return emit(ecall);
      case 1:
        return emit(draw(2) == 0 ? ebreak : 0x9002);
      case 2:  // nothing is mapped there
        return emit(draw(2) == 0 ? lw(target(), 0, 0x40) : sw(source(), 0, 0x40));
      case 3: {  // any word that is illegal to the decoder
        std::uint32_t bits = static_cast<std::uint32_t>(random_.next()) | 3;
        constexpr std::uint32_t opcodes[] = {0x03, 0x23, 0x63, 0x67, 0x33, 0x13, 0x2f};
        bits = (bits & ~0x7fu) | opcodes[draw(7)];
        return emit(decode(bits).operation == Operation::illegal ? bits : 0);
      }
      case 4:
        return emit(0x0000000f | draw(256) << 20);
      case 5:
        return emit(fence_i);
      default: {  // CSR operations on mscratch, whose bits are all its own; illegal in user mode
        const std::uint32_t function = 1 + draw(3) + 4 * draw(2);
        return emit(mscratch << 20 | source() << 15 | function << 12 | target() << 7 | 0x73);
      }
    }
  }

  // A jump over some of the following units.
  void forward() {
    if (draw(3) == 0) {
      jumps_.push_back({code_.size(), true, target()});
    } else {
      constexpr unsigned conditions[] = {0, 1, 4, 5, 6, 7};
      jumps_.push_back({code_.size(), false, conditions[draw(6)] << 10 | source() << 5 | source()});
    }
    emit(nop);
  }

  void land_some() {
    if (!jumps_.empty() && draw(4) == 0) land();
  }

  void land() {
    for (const Jump& jump : jumps_) {
      const auto offset = static_cast<std::int32_t>(code_.size() - jump.at);
      put(jump.at, jump.always ? jal(jump.fields, offset)
                               : branch(jump.fields >> 10, jump.fields >> 5 & 31, jump.fields & 31, offset));
    }
    jumps_.clear();
  }

  void open_loop() {
    land();
    emit(addi(counter, 0, static_cast<std::int32_t>(2 + draw(6))));
    loop_at_ = code_.size();
    loop_left_ = 3 + draw(12);
  }

  void close_loop_unit() {
    if (--loop_left_ != 0) return;
    land();
    emit(addi(counter, counter, -1));
    emit(bne(counter, 0, static_cast<std::int32_t>(loop_at_) - static_cast<std::int32_t>(code_.size())));
  }

  struct Jump {
    std::size_t at;
    bool always;
    std::uint32_t fields;
  };

  units::Random random_;
  const unsigned units_;
  const bool user_;
  std::string code_, data_;
  std::size_t end_at_ = 0;
  std::vector<Jump> jumps_;
  std::size_t loop_at_ = 0;
  unsigned loop_left_ = 0;
};

}  // namespace

Stream random_stream(std::uint64_t seed, unsigned units) { return Writer(seed, units).write(); }

}  // namespace takt::rv32::test
