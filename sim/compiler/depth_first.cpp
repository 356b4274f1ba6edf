#include "sim/compiler/depth_first.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "models/units/quantity.h"
#include "sim/compiler/cuts.h"
#include "sim/compiler/tile.h"
#include "sim/compiler/work.h"

namespace takt::compiler {
namespace {

using units::ceil_div;

constexpr std::uint64_t stream_slots = 2;
constexpr std::uint64_t most_stripe_rows = 64;
constexpr std::uint64_t most_stripes = 1u << 14;  // taller images are made layer by layer

std::size_t u(std::int32_t index) { return static_cast<std::size_t>(index); }
std::uint64_t round_up(std::uint64_t value, std::uint64_t step) { return ceil_div(value, step) * step; }

struct Ring {
  StorageId storage = no_storage;
  std::uint64_t bytes = 0;
};

struct Plan {
  Group group;
  std::vector<Ring> rings;
};

bool reads_rows(const Operand& operand) {
  return operand.map.kind == RowMap::Kind::rows && operand.view.images == 1 && !operand.by_second;
}

bool may_be_in_a_group(const Layer& layer) {
  return layer.division == Division::none && !layer.reduce && !layer.second.present && layer.domain().images == 1 &&
         layer.expert < 0;  // a group's constants are fetched again
}

bool is_whole(const Network& network, const Value& value) {
  return value.channel == 0 && value.channels == network.storage(value.storage).geometry.channels;
}

// What a layer costs by itself, its operands where they are.
std::uint64_t cycles_alone(const Network& network, std::int32_t index, const Target& target) {
  const Layer& layer = network.layers[u(index)];
  const LayerWork work = work_of(layer, target);
  std::uint64_t loaded = layer.constant_bytes;
  for (const Operand& input : layer.inputs)
    if (!network.storage(input.value.storage).resident_at(index)) loaded += input.view.bytes();
  const std::uint64_t stored = network.storage(layer.output.value.storage).stored() ? layer.output.view.bytes() : 0;
  return std::max({work.tensor_cycles, work.vector_cycles, std::max(loaded, stored) / target.dma_bytes_per_cycle});
}

// Plans for layers [first, last].
class Planner {
 public:
  Planner(const Network& network, const Target& target, std::int32_t first, std::int32_t last)
      : network_(network), target_(target), first_(first), last_(last) {
    for (std::int32_t l = first; l <= last; ++l) add_layer(l);
  }

  // Every operand that a layer of the group makes for another can be handed over by rows.
  bool possible() const { return possible_; }
  // The last layer reads what another one of the group makes.
  bool linked() const { return !members_.back().makers.empty(); }

  // Of the last layer: rows of a tile that wastes none of the engine's, and all rows.
  std::uint64_t grain() const { return members_.back().grain; }
  std::uint64_t height() const { return layer(members_.back()).domain().height; }

  // Nothing where it does not fit the scratchpad.
  std::optional<Plan> plan(std::uint64_t stripe_rows, bool lagging) {
    if (ceil_div(height(), stripe_rows) > most_stripes) return std::nullopt;
    Plan plan;
    plan.group = {first_, last_, stripe_rows, lagging, 0, {}};
    find_ends(stripe_rows);
    order_tiles(plan.group);
    measure_rings(plan);
    if (space(plan) > target_.scratchpad_bytes) return std::nullopt;
    plan.group.cycles = cycles(plan.group);
    return plan;
  }

 private:
  struct Use {              // an operand that a layer of the group makes
    std::size_t maker = 0;  // member
    std::size_t input = 0;
  };
  struct Member {
    std::int32_t layer = no_layer;
    std::vector<Use> makers;
    std::vector<std::size_t> readers;  // members
    std::uint64_t grain = 1;           // rows of a tile that wastes none of the engine's
    std::vector<std::uint64_t> ends;   // of the domain's rows, after each stripe
    std::uint64_t lag = 0;             // stripes
  };

  const Layer& layer(const Member& member) const { return network_.layers[u(member.layer)]; }
  const Storage& storage(const Operand& operand) const { return network_.storage(operand.value.storage); }

  void add_layer(std::int32_t index) {
    Member member;
    member.layer = index;
    const Layer& added = network_.layers[u(index)];
    possible_ &= may_be_in_a_group(added);
    member.grain = row_granularity(added, target_);
    for (std::size_t k = 0; k < added.inputs.size(); ++k)
      for (std::size_t m = 0; m < members_.size(); ++m) {
        const Operand& made = layer(members_[m]).output;
        if (made.value.storage != added.inputs[k].value.storage) continue;
        possible_ &= reads_rows(added.inputs[k]) && is_whole(network_, made.value) &&
                     is_whole(network_, added.inputs[k].value) && one_maker(made.value.storage);
        member.makers.push_back({m, k});
        members_[m].readers.push_back(members_.size());
      }
    members_.push_back(std::move(member));
  }

  bool one_maker(StorageId id) const {
    return std::count_if(network_.layers.begin(), network_.layers.end(),
                         [&](const Layer& l) { return l.output.value.storage == id; }) == 1;
  }

  // How far each layer must be after each stripe of the last one; what nobody in the group reads keeps pace.
  void find_ends(std::uint64_t stripe_rows) {
    const std::uint64_t stripes = ceil_div(height(), stripe_rows);
    for (Member& member : members_) member.ends.assign(stripes, 0);
    for (std::uint64_t t = 0; t < stripes; ++t)
      for (std::size_t m = members_.size(); m-- > 0;) {
        Member& member = members_[m];
        const std::uint64_t rows = layer(member).domain().height;
        std::uint64_t& end = member.ends[t];
        if (member.readers.empty()) end = ceil_div(rows * std::min(height(), (t + 1) * stripe_rows), height());
        end = std::min(rows, round_up(std::max(end, begin_of(member, t)), member.grain));
        if (t + 1 == stripes) end = rows;
        ask(member, t);
      }
  }

  static std::uint64_t begin_of(const Member& member, std::uint64_t stripe) {
    return stripe == 0 ? 0 : member.ends[stripe - 1];
  }

  // Raises the makers' ends to what this stripe of a reader needs.
  void ask(const Member& member, std::uint64_t stripe) {
    const std::uint64_t begin = begin_of(member, stripe), end = member.ends[stripe];
    if (begin == end) return;
    for (const Use& use : member.makers) {
      const Operand& operand = layer(member).inputs[use.input];
      const std::uint64_t bytes = rows_needed(operand, 0, begin, end).end * operand.view.row_bytes();
      Member& maker = members_[use.maker];
      maker.ends[stripe] = std::max(maker.ends[stripe], ceil_div(bytes, layer(maker).output.view.row_bytes()));
    }
  }

  void order_tiles(Group& group) {
    std::uint64_t most = 0;
    for (Member& member : members_) {
      member.lag = 0;
      for (const Use& use : member.makers) {
        const Member& maker = members_[use.maker];
        const bool behind = group.lagging && layer(maker).vector.present;
        member.lag = std::max(member.lag, maker.lag + (behind ? 1 : 0));
      }
      most = std::max(most, member.lag);
    }
    const std::uint64_t stripes = members_.front().ends.size();
    for (std::uint64_t step = 0; step < stripes + most; ++step) {
      for (const Member& member : members_) {
        if (step < member.lag || step - member.lag >= stripes) continue;
        const std::uint64_t stripe = step - member.lag;
        if (begin_of(member, stripe) < member.ends[stripe])
          group.tiles.push_back({member.layer, {begin_of(member, stripe), member.ends[stripe]}, false, false});
      }
      if (!group.tiles.empty()) group.tiles.back().last = true;
    }
  }

  // Of each storage made and read in the group: how far the newest row is ahead of the oldest one still needed.
  void measure_rings(Plan& plan) const {
    std::vector<std::uint64_t> done(members_.size(), 0), held(members_.size(), 0);
    for (const GroupTile& tile : plan.group.tiles) {
      const std::size_t m = u(tile.layer - first_);
      done[m] = tile.rows.end;
      const std::uint64_t made = tile.rows.end * layer(members_[m]).output.view.row_bytes();
      held[m] = std::max(held[m], made - std::min(made, oldest_needed(m, done)));
    }
    for (std::size_t m = 0; m < members_.size(); ++m) {
      const Storage& made = storage(layer(members_[m]).output);
      const bool needed_whole = made.last > last_ && stays(made);
      if (!members_[m].readers.empty() && !needed_whole && held[m] < made.geometry.bytes())
        plan.rings.push_back({layer(members_[m]).output.value.storage, held[m]});
    }
  }

  // Byte of what member m makes.
  std::uint64_t oldest_needed(std::size_t m, const std::vector<std::uint64_t>& done) const {
    std::uint64_t oldest = ~std::uint64_t{0};
    for (const std::size_t r : members_[m].readers) {
      const Layer& reader = layer(members_[r]);
      if (done[r] == reader.domain().height) continue;
      for (const Use& use : members_[r].makers) {
        const Operand& operand = reader.inputs[use.input];
        if (use.maker == m)
          oldest = std::min(oldest, rows_needed(operand, 0, done[r], done[r] + 1).begin * operand.view.row_bytes());
      }
    }
    return oldest;
  }

  // Stands in the scratchpad, whole, before, during and behind the group, or from it on.
  bool stays(const Storage& storage) const {
    return storage.resident_at(std::max(first_, storage.first)) && storage.resident_until >= last_;
  }

  bool is_ring(const Plan& plan, StorageId id) const {
    return std::any_of(plan.rings.begin(), plan.rings.end(), [&](const Ring& ring) { return ring.storage == id; });
  }

  bool made_here(StorageId id) const {
    return std::any_of(members_.begin(), members_.end(),
                       [&](const Member& m) { return layer(m).output.value.storage == id && !m.readers.empty(); });
  }

  // All that stands in the scratchpad while the group runs.
  std::uint64_t space(const Plan& plan) const {
    std::uint64_t bytes = 0;
    for (const Ring& ring : plan.rings) bytes += ring.bytes;
    for (std::size_t s = 0; s < network_.storages.size(); ++s) {
      const Storage& stored = network_.storages[s];
      const auto id = static_cast<StorageId>(s);
      if (!is_ring(plan, id) && (made_here(id) || (stored.first <= last_ && stays(stored))))
        bytes += stored.geometry.bytes();
    }
    for (const Member& member : members_) bytes += layer(member).constant_bytes + slots(member);
    return bytes;
  }

  std::uint64_t slots(const Member& member) const {
    const Layer& l = layer(member);
    std::uint64_t most = 0;
    for (std::uint64_t t = 0; t < member.ends.size(); ++t) most = std::max(most, member.ends[t] - begin_of(member, t));
    std::uint64_t bytes = 0;
    for (const Operand& input : l.inputs) {
      if (made_here(input.value.storage) || stays(storage(input))) continue;
      const bool by_rows = input.map.kind == RowMap::Kind::rows;
      const std::uint64_t rows = by_rows ? ceil_div(most * static_cast<std::uint64_t>(input.map.num),
                                                    static_cast<std::uint64_t>(input.map.den)) +
                                               static_cast<std::uint64_t>(input.map.high - input.map.low) + 1
                                         : input.view.rows();
      bytes += stream_slots * std::min(rows, input.view.rows()) * input.view.row_bytes();
    }
    const bool streams = member.readers.empty() && !stays(storage(l.output));
    return bytes + (streams ? stream_slots * most * l.output.view.row_bytes() : 0);
  }

  std::uint64_t cycles(const Group& group) const {
    std::uint64_t tensor = 0, vector = 0, loaded = 0, stored = 0;
    for (const GroupTile& tile : group.tiles) {
      const Layer& l = network_.layers[u(tile.layer)];
      const std::uint64_t rows = tile.rows.bytes();
      for (std::size_t phase = 0; l.matrix.present && phase < l.matrix.taps.size(); ++phase)
        tensor += matrix_cost(matrix_body(l, phase, rows, l.channels()), target_).cycles + target_.dispatch_cycles;
      if (l.vector.present)
        vector += vector_cycles(vector_body(l, target_, rows, l.channels()), target_) + target_.dispatch_cycles;
      for (const Operand& input : l.inputs) {
        if (made_here(input.value.storage) || stays(storage(input))) continue;
        const Range needed = rows_needed(input, 0, tile.rows.begin, tile.rows.end);
        loaded += input.map.kind == RowMap::Kind::rows ? needed.bytes() * input.view.row_bytes() : 0;
      }
      const Storage& made = storage(l.output);
      if (made.output || made.last > last_) stored += made.stored() ? rows * l.output.view.row_bytes() : 0;
    }
    for (const Member& member : members_) loaded += layer(member).constant_bytes;
    const std::uint64_t dma = std::max(loaded, stored) / target_.dma_bytes_per_cycle;
    return std::max(group.lagging ? std::max(tensor, vector) : tensor + vector, dma);
  }

  const Network& network_;
  const Target& target_;
  const std::int32_t first_, last_;
  bool possible_ = true;
  std::vector<Member> members_;
};

// The cheapest plan that fits, of stripes no larger than `most`.
std::optional<Plan> best_plan(Planner& planner, std::uint64_t most) {
  std::optional<Plan> best;
  const std::uint64_t grain = planner.grain();
  for (std::uint64_t rows = grain; rows <= std::min(most, round_up(planner.height(), grain)); rows *= 2)
    for (const bool lagging : {false, true}) {
      std::optional<Plan> plan = planner.plan(rows, lagging);
      if (plan && (!best || plan->group.cycles < best->group.cycles)) best = std::move(plan);
    }
  return best;
}

bool handed_over(const Network& network, const Group& group, StorageId id) {
  const auto begin = network.layers.begin() + group.first, end = network.layers.begin() + group.last + 1;
  const auto is_it = [&](const Operand& operand) { return operand.value.storage == id; };
  return std::any_of(begin, end, [&](const Layer& l) { return is_it(l.output); }) &&
         std::any_of(begin, end, [&](const Layer& l) { return std::any_of(l.inputs.begin(), l.inputs.end(), is_it); });
}

// What is made and read in the group stays while it runs; of the rest, what does not stay all the time is streamed.
void settle(Network& network, const Plan& plan) {
  const Group& group = plan.group;
  for (std::size_t s = 0; s < network.storages.size(); ++s) {
    Storage& storage = network.storages[s];
    if (storage.input || storage.first > group.last || storage.last < group.first) continue;
    const std::int32_t from = std::max(group.first, storage.first);
    if (handed_over(network, group, static_cast<StorageId>(s)))
      storage.resident_until = std::max(storage.resident_until, group.last);
    else if (storage.resident_until < group.last)
      storage.resident_until = std::min(storage.resident_until, from - 1);
  }
  for (const Ring& ring : plan.rings) network.storage(ring.storage).ring_bytes = ring.bytes;
}

void add(Network& network, const Plan& plan) {
  const auto before = std::find_if(network.groups.begin(), network.groups.end(),
                                   [&](const Group& g) { return g.first > plan.group.first; });
  network.groups.insert(before, plan.group);
  find_lifetimes(network);
  settle(network, plan);
}

// Layers without a group have their activations in DRAM again.
void give_up(Network& network, const Group& group) {
  for (std::int32_t l = group.first; l <= group.last; ++l) {
    Storage& made = network.storage(network.layers[u(l)].output.value.storage);
    if (made.ring_bytes != 0) made.resident_until = l - 1;
    made.ring_bytes = 0;
  }
}

// Of the ends of stripes those may be followed by a cut that lie far enough apart; the last one is the layer's own.
void thin_cuts(Group& group, std::uint64_t least) {
  std::uint64_t since = 0;
  const std::uint64_t each = group.cycles / group.tiles.size();
  for (GroupTile& tile : group.tiles) {
    since += each;
    tile.cut_after = tile.last && since >= least;
    if (tile.cut_after) since = 0;
  }
  group.tiles.back().cut_after = false;
}

// Between the layers of a group there is no boundary.
void mark_cuts(Network& network, const Target& target, const Options& options) {
  choose_cuts(network, target, options);
  for (Group& group : network.groups) {
    for (std::int32_t l = group.first; l < group.last; ++l) network.layers[u(l)].cut_after = false;
    network.layers[u(group.last)].cut_after = u(group.last) + 1 < network.layers.size();
    thin_cuts(group, options.min_cut_cycles);
  }
}

class Chooser {
 public:
  Chooser(Network& network, const Target& target) : network_(network), target_(target) {}

  void run() {
    std::vector<Plan> chosen;
    for (std::int32_t first = 0; first < count();) {
      std::optional<Plan> plan = from(first);
      first = plan ? plan->group.last + 1 : first + 1;
      if (plan) chosen.push_back(*std::move(plan));
    }
    for (const Plan& plan : chosen) add(network_, plan);
  }

 private:
  std::int32_t count() const { return static_cast<std::int32_t>(network_.layers.size()); }

  // What the layer makes is read again, and not from the scratchpad alone.
  bool gives_up(std::int32_t index) const {
    const Storage& made = network_.storage(network_.layers[u(index)].output.value.storage);
    return made.last > index && made.resident_until < made.last;
  }

  // The group from `first` on that gains most.
  std::optional<Plan> from(std::int32_t first) const {
    std::optional<Plan> best;
    if (!may_be_in_a_group(network_.layers[u(first)]) || !gives_up(first)) return best;
    std::uint64_t alone = cycles_alone(network_, first, target_), gain = 0;
    for (std::int32_t last = first + 1; last < count(); ++last) {
      alone += cycles_alone(network_, last, target_);
      Planner planner(network_, target_, first, last);
      if (!planner.possible()) break;
      if (!planner.linked()) continue;
      std::optional<Plan> plan = best_plan(planner, most_stripe_rows);
      if (!plan) break;
      if (plan->group.cycles + gain >= alone) continue;
      gain = alone - plan->group.cycles;
      best = std::move(plan);
    }
    return best;
  }

  Network& network_;
  const Target& target_;
};

}  // namespace

void choose_groups(Network& network, const Target& target, const Options& options) {
  if (!options.depth_first) return;
  Chooser(network, target).run();
  mark_cuts(network, target, options);
}

void shrink_group(Network& network, std::int32_t layer, const Target& target, const Options& options) {
  const auto at = std::find_if(network.groups.begin(), network.groups.end(),
                               [&](const Group& g) { return g.first <= layer && layer <= g.last; });
  const Group group = *at;
  network.groups.erase(at);
  give_up(network, group);
  find_lifetimes(network);
  std::optional<Plan> plan;
  for (std::int32_t last = group.last; !plan && last > group.first; --last) {
    Planner planner(network, target, group.first, last);
    if (planner.linked()) plan = best_plan(planner, last == group.last ? group.stripe_rows / 2 : most_stripe_rows);
  }
  if (plan) add(network, *plan);
  mark_cuts(network, target, options);
}

}  // namespace takt::compiler
