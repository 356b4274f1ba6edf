// Random traffic on random caches against one written the plain way: one entry per line, byte by byte, no masks, no
// merging.
#include <rapidcheck.h>

#include <map>
#include <memory>
#include <set>

#include "models/units/random.h"
#include "tests/cache/bench.h"

namespace takt::cache::testing {
namespace {

// Counts and memory traffic of one access; lines read and written whole, bytes that passed by.
struct Effect {
  std::uint64_t hit = 0, miss = 0, bypass = 0;
  std::set<std::uint64_t> needed;                     // lines that were hit, written in whole left out
  std::multiset<std::uint64_t> filled, written_back;  // line numbers
  std::multiset<std::uint64_t> passed;                // byte addresses
};

using Places = std::vector<unsigned>;  // ways that an access may fill

class Oracle {
 public:
  explicit Oracle(const Config& c) : c_(c), sets_(c.capacity_bytes / c.ways / c.sector_bytes) {
    entries_.resize(sets_ * c.ways);
  }

  void row(std::uint64_t begin, std::uint64_t end, bool write, const Places& places, Effect& effect) {
    std::uint64_t touched = ~0ull;
    std::map<std::uint64_t, std::set<std::uint64_t>> lines;  // line -> bytes of it
    for (std::uint64_t byte = begin; byte < end; ++byte) lines[byte / c_.line_bytes].insert(byte);
    for (const auto& [line, bytes] : lines) {
      const std::uint64_t sector = line * c_.line_bytes / c_.sector_bytes;
      if (sector != touched) touch(sector, places, effect);
      touched = sector;
      Entry* entry = find(sector);
      if (entry != nullptr && entry->valid.count(line) != 0) {
        effect.hit += bytes.size();
        if (!write || bytes.size() < c_.line_bytes) effect.needed.insert(line);
      } else if (!places.empty()) {
        effect.miss += bytes.size();
        if (!write || bytes.size() < c_.line_bytes) effect.filled.insert(line);
        entry->valid.insert(line);
      } else {
        effect.bypass += bytes.size();
        effect.passed.insert(bytes.begin(), bytes.end());
        continue;
      }
      if (write) entry->dirty.insert(line);
    }
  }

 private:
  struct Entry {
    bool used = false;
    std::uint64_t sector = 0;
    std::uint64_t last_use = 0;
    std::set<std::uint64_t> valid, dirty;
  };

  Entry* find(std::uint64_t sector) {
    for (unsigned way = 0; way < c_.ways; ++way) {
      Entry& entry = entries_[sector % sets_ * c_.ways + way];
      if (entry.used && entry.sector == sector) return &entry;
    }
    return nullptr;
  }
  void touch(std::uint64_t sector, const Places& places, Effect& effect) {
    Entry* entry = find(sector);
    if (entry == nullptr && !places.empty()) {
      entry = &entries_[sector % sets_ * c_.ways + places.front()];
      for (const unsigned way : places) {
        Entry& other = entries_[sector % sets_ * c_.ways + way];
        if (other.last_use < entry->last_use) entry = &other;
      }
      effect.written_back.insert(entry->dirty.begin(), entry->dirty.end());
      *entry = Entry{};
      entry->used = true;
      entry->sector = sector;
    }
    if (entry != nullptr) entry->last_use = ++clock_;
  }

  Config c_;
  std::uint64_t sets_;
  std::vector<Entry> entries_;
  std::uint64_t clock_ = 0;
};

struct Step {
  base::InitiatorId who;
  bool write;
  bool allocate;
  std::uint64_t address;
  std::uint64_t bytes;
  std::uint32_t rows;
  std::uint64_t pad;
};

rc::Gen<Step> steps() {
  return rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, 3), rc::gen::arbitrary<bool>(), rc::gen::inRange(0, 4),
                                     rc::gen::inRange<std::uint64_t>(0, 40 * 1024), rc::gen::inRange(0, 3),
                                     rc::gen::inRange<std::uint64_t>(1, 3000), rc::gen::inRange<std::uint32_t>(1, 4),
                                     rc::gen::inRange<std::uint64_t>(0, 3000)),
                      [](const auto& t) {
                        const bool aligned = std::get<4>(t) == 0;
                        const std::uint64_t mask = aligned ? ~std::uint64_t{63} : ~std::uint64_t{0};
                        return Step{static_cast<base::InitiatorId>(std::get<0>(t)),
                                    std::get<1>(t),
                                    std::get<2>(t) != 0,
                                    std::get<3>(t) & mask,
                                    std::max<std::uint64_t>(std::get<5>(t) & mask, 64),
                                    std::get<6>(t),
                                    std::get<7>(t)};
                      });
}

Places places_of(const Config& c, const Step& step) {
  if (step.who >= c.ports.size()) return {};
  const Port& port = c.ports[step.who];
  const bool reads = port.allocate == Allocate::read || port.allocate == Allocate::read_write;
  const bool writes = port.allocate == Allocate::write || port.allocate == Allocate::read_write;
  Places places;
  for (unsigned way = port.first_way; way < c.ways; ++way) {
    const bool inside = port.ways == 0 || way < port.first_way + port.ways;
    if (step.allocate && inside && (step.write ? writes : reads)) places.push_back(way);
  }
  return places;
}

// Ways of all sizes, shared, exclusive and empty; 1 to 3 sets, so that places are scarce.
Config random_config(std::uint64_t seed) {
  units::Random random(seed);
  Config c = config();
  c.ways = 1 + static_cast<std::uint32_t>(random.below(6));
  c.sector_bytes = 1024u << random.below(3);
  c.line_bytes = std::max(32u << random.below(4), c.sector_bytes / 64);
  c.capacity_bytes = (1 + random.below(3)) * c.ways * c.sector_bytes;
  c.ports.clear();
  for (const char* name : {"npu", "cpu", "display"}) {
    const auto first = static_cast<std::uint32_t>(random.below(c.ways));
    const auto ways = static_cast<std::uint32_t>(random.below(c.ways - first + 1));
    c.ports.push_back({name, static_cast<Allocate>(random.below(4)), first, ways});
  }
  return c;
}

// The memory's log as an effect: reads of an allocating access are fills, its writes are write-backs.
Effect observed(const Accesses& log, const Step& step, bool allocates, std::uint64_t line_bytes) {
  Effect effect;
  for (const Memory::Access& access : log) {
    if (!allocates && access.write == step.write) {
      for (std::uint64_t i = 0; i < access.bytes; ++i) effect.passed.insert(access.address + i);
      continue;
    }
    RC_ASSERT(access.address % line_bytes == 0u);
    RC_ASSERT(access.bytes % line_bytes == 0u);
    for (std::uint64_t i = 0; i < access.bytes; i += line_bytes) {
      (access.write ? effect.written_back : effect.filled).insert((access.address + i) / line_bytes);
    }
  }
  return effect;
}

// When and how a stretch has to be answered.
struct Answer {
  Time at;
  Time first_beat;
  Time last_beat;
};

// A memory that answers each piece in its own way and up to 30 us late, as the piece's address decides.
void answer_as_the_address_decides(const Memory::Access& access, Reply& reply) {
  const std::uint64_t digest = access.address * 0x9e3779b97f4a7c15ull >> 32;
  const Time late(digest % 30000000);
  reply.how = static_cast<Answers>(digest % 3);
  reply.first_beat += late;
  reply.last_beat += late;
  reply.at = units::max(base::now(), reply.last_beat - late / 2);
}

// A cache and what it should do.
class Checked : public Bench {
 public:
  explicit Checked(const Config& c) : Bench(c), config_(c), oracle_(c) {
    memory.script = answer_as_the_address_decides;
  }

  void step(const Step& step) {
    const Places places = places_of(config_, step);
    const std::uint64_t stride = step.bytes + step.pad;
    Effect expected;
    const bool linear = step.rows == 1 || step.pad == 0;
    for (std::uint32_t row = 0; row < (linear ? 1 : step.rows); ++row) {
      const std::uint64_t begin = step.address + row * stride;
      oracle_.row(begin, begin + (linear ? step.bytes * step.rows : step.bytes), step.write, places, expected);
    }
    const Traffic before = cache.statistics().total;
    const std::uint64_t cookie =
        send(step.who, step.write, step.address, step.bytes, nullptr, step.allocate, step.rows, stride);
    check_contents(step, !places.empty(), expected, before);
    answers_[cookie] = expected_answer(step, !places.empty(), expected);
  }

  void check_answers() {
    RC_ASSERT(probe.answers.size() == answers_.size());
    for (const Probe::Answer& answer : probe.answers) {
      const Answer& expected = answers_.at(answer.cookie);
      RC_ASSERT(answer.at == expected.at);
      RC_ASSERT(answer.first_beat == expected.first_beat);
      RC_ASSERT(answer.last_beat == expected.last_beat);
      RC_ASSERT(answers_.erase(answer.cookie) == 1u);
    }
    RC_ASSERT(pool.idle() == pool.created());
    probe.answers.clear();
    write_backs_.clear();
    fills_.clear();
  }

 private:
  void check_contents(const Step& step, bool allocates, const Effect& expected, const Traffic& before) {
    const Effect seen = observed(take_log(), step, allocates, config_.line_bytes);
    RC_ASSERT(seen.filled == expected.filled);
    RC_ASSERT(seen.written_back == expected.written_back);
    RC_ASSERT(seen.passed == expected.passed);
    const Traffic& after = cache.statistics().total;
    const Flow& was = step.write ? before.write : before.read;
    const Flow& is = step.write ? after.write : after.read;
    RC_ASSERT(is.hit - was.hit == expected.hit);
    RC_ASSERT(is.miss - was.miss == expected.miss);
    RC_ASSERT(is.bypass - was.bypass == expected.bypass);
  }

  // The latest of the port's data, of what others fetch already and of the memory's, answered with the last piece.
  Answer expected_answer(const Step& step, bool allocates, const Effect& effect) {
    Answer answer{base::now(), units::never(), Time(0)};
    if (const std::uint64_t bytes = effect.hit + effect.miss; bytes > 0) {
      const Time start = units::max(base::now(), port_free_);
      port_free_ = start + Time(units::mul_div_ceil(bytes, 1000, 32));
      answer.last_beat = port_free_ + nanoseconds(10);
      if (step.write) answer.first_beat = start + nanoseconds(10);
      for (const std::uint64_t line : effect.needed) wait_for_line(line, start + nanoseconds(10), answer);
    }
    for (const Memory::Sent& sent : memory.sent) {
      const bool write_back = allocates && sent.write;
      if (allocates && !sent.write) fills_.push_back(sent);
      if (write_back && !waits_for_write_back(sent)) continue;
      if (sent.reply.how == Answers::later) answer.at = units::max(answer.at, sent.reply.at);
      const bool own = !write_back && sent.write == step.write;
      if (own) answer.first_beat = units::min(answer.first_beat, sent.reply.first_beat);
      answer.last_beat = units::max(answer.last_beat, sent.reply.last_beat);
    }
    memory.sent.clear();
    answer.first_beat = units::min(answer.first_beat, answer.last_beat);
    return answer;
  }

  // A line that is there leaves at once, one that is on its way when all of the piece has come.
  void wait_for_line(std::uint64_t line, Time at_once, Answer& answer) const {
    bool there = true;
    for (const Memory::Sent& fill : fills_) {
      const std::uint64_t first = fill.address / config_.line_bytes;
      const bool brings = first <= line && line < first + fill.bytes / config_.line_bytes;
      if (!brings || fill.reply.last_beat <= base::now()) continue;
      there = false;
      if (fill.reply.how == Answers::later) answer.at = units::max(answer.at, fill.reply.at);
      answer.first_beat = units::min(answer.first_beat, units::max(at_once, fill.reply.last_beat));
      answer.last_beat = units::max(answer.last_beat, fill.reply.last_beat);
    }
    if (there) answer.first_beat = units::min(answer.first_beat, at_once);
  }

  // Whether there is no room for a write-back beside those under way.
  bool waits_for_write_back(const Memory::Sent& sent) {
    std::uint64_t under_way = sent.bytes;
    for (const auto& [end, bytes] : write_backs_) under_way += end > base::now() ? bytes : 0;
    if (sent.reply.how == Answers::later) write_backs_.push_back({sent.reply.at, sent.bytes});
    return under_way > SystemCache::write_back_room;
  }

  Config config_;
  Oracle oracle_;  // keeps its contents from case to case, as the cache does
  std::map<std::uint64_t, Answer> answers_;
  Time port_free_;
  std::vector<Memory::Sent> fills_;
  std::vector<std::pair<Time, std::uint64_t>> write_backs_;  // when they are answered, bytes
};

class SystemCacheOracle : public ::testing::Test {
 protected:
  SystemCacheOracle() {
    benches_.push_back(std::make_unique<Checked>(config()));
    for (std::uint64_t seed = 1; seed <= 24; ++seed) benches_.push_back(std::make_unique<Checked>(random_config(seed)));
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  Checked& any() { return *benches_[*rc::gen::inRange<std::size_t>(0, benches_.size())]; }

 private:
  std::vector<std::unique_ptr<Checked>> benches_;
};

TEST_F(SystemCacheOracle, agrees_on_every_access) {
  const bool holds = rc::check([&] {
    Checked& bench = any();
    for (const Step& step : *rc::gen::container<std::vector<Step>>(steps())) {
      bench.step(step);
      sc_core::sc_start(base::to_sc(Time(step.address * 7 + 1)));  // up to 0.3 us
    }
    sc_core::sc_start(50, sc_core::SC_US);
    bench.check_answers();
  });
  EXPECT_TRUE(holds);
}

TEST_F(SystemCacheOracle, bytes_are_conserved) {
  const bool holds = rc::check([&] {
    Checked& bench = any();
    const Statistics& statistics = bench.cache.statistics();
    const Traffic before = statistics.total;
    std::uint64_t requested = 0;
    for (const Step& step : *rc::gen::container<std::vector<Step>>(steps())) {
      const Probe::Answer answer = bench.access(step.who, step.write, step.address, step.bytes, nullptr, step.allocate,
                                                step.rows, step.bytes + step.pad);
      requested += step.bytes * step.rows;
      RC_ASSERT(answer.first_beat <= answer.last_beat);
      RC_ASSERT(answer.first_beat >= nanoseconds(10));
    }
    const Traffic& after = statistics.total;
    const auto sum = [](const Traffic& t) {
      return t.read.hit + t.read.miss + t.read.bypass + t.write.hit + t.write.miss + t.write.bypass;
    };
    RC_ASSERT(sum(after) - sum(before) == requested);
    std::uint64_t memory_reads = 0;
    std::uint64_t memory_writes = 0;
    for (const Memory::Access& access : bench.take_log()) (access.write ? memory_writes : memory_reads) += access.bytes;
    RC_ASSERT(memory_reads == after.fill - before.fill + after.read.bypass - before.read.bypass);
    RC_ASSERT(memory_writes == after.write_back - before.write_back + after.write.bypass - before.write.bypass);
    Traffic parts;
    for (const Traffic& t : statistics.initiators) parts.fill += t.fill, parts.write_back += t.write_back;
    RC_ASSERT(parts.fill == after.fill);
    RC_ASSERT(parts.write_back == after.write_back);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace takt::cache::testing
