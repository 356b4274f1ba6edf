// How layers are divided among the cores of an NPU.
#include "sim/compiler/divide.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "sim/compiler/compiler.h"
#include "sim/compiler/passes.h"
#include "tests/compiler/graphs.h"

namespace takt::compiler::test {
namespace {

class AfterDivide : public PassObserver {
 public:
  void after(std::string_view, const graph::Graph&) override {}
  void after(std::string_view, const Program&) override {}
  void after(std::string_view pass, const Network& network) override {
    if (pass == "divide") network_ = network;
  }
  const Network& network() const { return network_; }

 private:
  Network network_;
};

struct Divided {
  Network network;
  Program program;

  // Images are laid out for the engines first.
  std::vector<Layer> products() const {
    std::vector<Layer> layers;
    std::copy_if(network.layers.begin(), network.layers.end(), std::back_inserter(layers),
                 [](const Layer& layer) { return layer.matrix.present; });
    return layers;
  }
  bool exchanges(const Layer& layer) const { return network.storage(layer.output.value.storage).exchanged; }
};

Divided divided(const graph::Graph& graph, std::uint32_t cores) {
  Target target;
  target.cores = cores;
  target.dma_bytes_per_cycle = 32;
  Options options;
  options.cores = cores;
  AfterDivide observer;
  CompiledModel model = compile(graph, target, options, &observer);
  return {observer.network(), std::move(model.programs.at(0))};
}

std::uint64_t moved(const CorePart& part, std::uint8_t engine, std::uint16_t base) {
  std::uint64_t bytes = 0;
  for (const takt_command& c : part.lists[engine])
    if (c.opcode == TAKT_OP_DMA && c.body.dma.base == base)
      bytes += std::uint64_t{c.body.dma.rows} * c.body.dma.row_bytes;
  return bytes;
}

TEST(Divide, NothingIsMarkedForOneCore) {
  GraphBuilder b;
  const Divided d = divided(b.finish({b.conv(b.conv(b.input({1, 128, 128, 64}), 64, 3), 64, 3)}), 1);
  EXPECT_EQ(d.network.cores, 1u);
  EXPECT_TRUE(d.program.further.empty());
  for (const Layer& layer : d.network.layers) EXPECT_EQ(layer.division, Division::none);
  for (const Storage& storage : d.network.storages) EXPECT_FALSE(storage.exchanged);
}

// 4 MiB of weights, 512 KiB of activations, 32 bytes a cycle. By rows both cores load all weights: 8 MiB, 262144
// cycles. By channels both load all activations: 5 MiB, 163840 cycles. Half of the products is 32768 cycles: 256 / 64 x
// 2048 / 32 x 2048 / 32 tile pairs of 4.
TEST(Divide, WeightsThatOutweighActivationsByChannels) {
  GraphBuilder b;
  const Divided d = divided(b.finish({b.fully_connected(b.input({256, 2048}), 2048)}), 2);
  EXPECT_EQ(d.products().at(0).division, Division::channels);
  for (std::uint32_t core = 0; core < 2; ++core)
    EXPECT_EQ(moved(part_of(d.program, core), TAKT_ENGINE_DMA_IN, TAKT_BASE_CONSTANTS), d.program.constant_bytes / 2);
}

// One row cannot be cut.
TEST(Divide, AVectorTimesAMatrixByChannels) {
  GraphBuilder b;
  EXPECT_EQ(divided(b.finish({b.fully_connected(b.input({1, 1024}), 1024)}), 4).products().at(0).division,
            Division::channels);
}

// 2 MiB of activations, 18 KiB of weights. By channels each core needs all activations, by rows half of them and all
// weights.
TEST(Divide, ActivationsThatOutweighWeightsByRows) {
  GraphBuilder b;
  const Divided d = divided(b.finish({b.conv(b.input({1, 256, 256, 32}), 64, 3)}), 2);
  EXPECT_EQ(d.products().at(0).division, Division::rows);
  for (std::uint32_t core = 0; core < 2; ++core)
    EXPECT_EQ(moved(part_of(d.program, core), TAKT_ENGINE_DMA_IN, TAKT_BASE_INPUT), 128u * 256 * 32);
}

// 176 cycles of products: half of them is less than what one core makes takes to reach the other. The last layer's
// output goes to memory anyway.
TEST(Divide, SmallLayersNot) {
  GraphBuilder b;
  TensorId x = b.input({1, 16, 16, 32});
  for (int i = 0; i < 5; ++i) x = b.conv(x, 32, 3);
  const Divided d = divided(b.finish({x}), 2);
  const std::vector<Layer> products = d.products();
  for (std::size_t i = 0; i + 1 < products.size(); ++i) {
    EXPECT_EQ(products[i].division, Division::none) << i;
    EXPECT_FALSE(d.exchanges(products[i])) << i;
  }
  for (std::uint32_t core = 0; core < 2; ++core)  // every core makes what it needs
    EXPECT_EQ(moved(part_of(d.program, core), TAKT_ENGINE_DMA_IN, TAKT_BASE_BUFFERS), 0u);
}

// Each core lacks the row on the other side of the middle, three times.
TEST(Divide, RowsAtTheEdgesAreExchanged) {
  GraphBuilder b;
  TensorId x = b.input({1, 128, 128, 32});
  for (int i = 0; i < 3; ++i) x = b.conv(x, 32, 3);
  const Divided d = divided(b.finish({x}), 2);
  for (const Layer& layer : d.network.layers) {
    EXPECT_EQ(layer.division, Division::rows) << layer.name;
    EXPECT_TRUE(d.exchanges(layer)) << layer.name;
  }
  for (std::uint32_t core = 0; core < 2; ++core)
    for (const std::uint8_t engine : {TAKT_ENGINE_DMA_IN, TAKT_ENGINE_DMA_OUT})
      EXPECT_EQ(moved(part_of(d.program, core), engine, TAKT_BASE_BUFFERS), 3u * 128 * 32);
}

// Products of pixels need no pixels of others.
TEST(Divide, RowsThatNobodyElseNeedsStay) {
  GraphBuilder b;
  TensorId x = b.input({1, 128, 128, 32});
  for (int i = 0; i < 3; ++i) x = b.conv(x, 32);
  const Divided d = divided(b.finish({x}), 2);
  for (const Layer& layer : d.network.layers) EXPECT_EQ(layer.division, Division::rows) << layer.name;
  for (std::uint32_t core = 0; core < 2; ++core)
    for (const std::uint8_t engine : {TAKT_ENGINE_DMA_IN, TAKT_ENGINE_DMA_OUT})
      EXPECT_EQ(moved(part_of(d.program, core), engine, TAKT_BASE_BUFFERS), 0u);
}

// Products need all channels of their input: each of n cores stores its nth part and loads the others'.
TEST(Divide, ChannelsOfOthersAreExchanged) {
  for (const std::uint32_t cores : {2u, 4u}) {
    GraphBuilder b;
    const TensorId x = b.fully_connected(b.input({64, 2048}), 2048);
    const Divided d = divided(b.finish({b.fully_connected(x, 2048)}), cores);
    for (const Layer& layer : d.products()) EXPECT_EQ(layer.division, Division::channels) << layer.name;
    for (std::uint32_t core = 0; core < cores; ++core) {
      const CorePart& part = part_of(d.program, core);
      EXPECT_EQ(moved(part, TAKT_ENGINE_DMA_OUT, TAKT_BASE_BUFFERS), 64u * 2048 / cores);
      EXPECT_EQ(moved(part, TAKT_ENGINE_DMA_IN, TAKT_BASE_BUFFERS), 64u * 2048 / cores * (cores - 1));
    }
  }
}

}  // namespace
}  // namespace takt::compiler::test
