// Compiled models as files: what is written is read and runs as the model it came from; what is damaged or was compiled
// for another NPU is refused.
#include "sim/platform/program_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "models/units/random.h"
#include "sim/compiler/print.h"
#include "sim/config/load.h"
#include "sim/graph/error.h"
#include "sim/import/read_model.h"
#include "sim/platform/workload.h"
#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::platform::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ProgramFiles : public testing::Test {
 protected:
  Outcome call(const std::vector<std::string>& arguments) const { return takt(arguments, folder_.path()); }
  std::string path() const { return (folder_ / "m.takt").string(); }

  ProgramFile compiled(std::uint32_t cores = 0) const {  // 0: as the SoC says
    config::SocConfig soc = config::load_soc("snapdragon-8-gen-2-like");
    if (cores != 0) soc.npu.cores = soc.compiler.cores = cores;
    const compiler::Target target = target_of(soc);
    const compiler::Options options = options_of(soc);
    return {compiler::compile(import::read_model(with_custom_operator(folder_), {}), target, options), soc.name,
            target_fields(target, options)};
  }
  // The message of the refusal; empty where it is read.
  std::string refusal(const std::string& bytes) const {
    write_file(path(), bytes);
    try {
      read_program_file(path());
      return {};
    } catch (const traces::PackedFileError& e) {
      EXPECT_THAT(e.what(), AllOf(HasSubstr("m.takt"), HasSubstr(": found "), HasSubstr(", expected ")));
      return e.what();
    }
  }
  std::string refusal_of(const ProgramFile& file) const {
    write_program_file(path(), file);
    return refusal(read_file(path()));
  }
  void expect_refused(const std::vector<std::string>& arguments, const std::vector<std::string>& parts) const {
    const Outcome outcome = call(arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    for (const std::string& part : parts) EXPECT_THAT(outcome.err, HasSubstr(part));
  }

  const Folder folder_;
};

class ProgramFilesOfCores : public ProgramFiles, public testing::WithParamInterface<std::uint32_t> {};

TEST_P(ProgramFilesOfCores, hold_all_that_a_run_needs) {
  const ProgramFile file = compiled(GetParam());
  for (const compiler::Program& program : file.model.programs) EXPECT_EQ(cores_of(program), GetParam());
  write_program_file(path(), file);
  EXPECT_TRUE(is_program_file(path()));
  const ProgramFile read = read_program_file(path());
  EXPECT_EQ(compiler::describe(read.model), compiler::describe(file.model));
  EXPECT_EQ(read.soc, file.soc);
  EXPECT_EQ(read.target, file.target);
  ASSERT_EQ(read.model.programs.size(), 2u);
  ASSERT_EQ(read.model.cpu.size(), 1u);
  EXPECT_EQ(read.model.cpu[0].elements, file.model.cpu[0].elements);
  for (std::size_t i = 0; i < read.model.programs.size(); ++i)
    EXPECT_EQ(compiler::program_image(read.model.programs[i], {}), compiler::program_image(file.model.programs[i], {}));
  write_program_file((folder_ / "again.takt").string(), read);
  EXPECT_EQ(read_file(folder_ / "again.takt"), read_file(path()));
}

INSTANTIATE_TEST_SUITE_P(Cores, ProgramFilesOfCores, testing::Values(1, 2, 3));

TEST_F(ProgramFiles, are_refused_wherever_they_are_cut_off) {
  write_program_file(path(), compiled());
  const std::string whole = read_file(path());
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_NE(refusal(whole.substr(0, size)), "") << size;
  EXPECT_NE(refusal(whole + "x"), "");
}

TEST_F(ProgramFiles, with_a_flipped_bit_are_refused_or_the_same) {
  write_program_file(path(), compiled());
  const std::string whole = read_file(path());
  const std::string text = compiler::describe(read_program_file(path()).model);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1 << i % 8);
    if (refusal(damaged).empty()) {
      EXPECT_EQ(compiler::describe(read_program_file(path()).model), text) << i;
    }
  }
}

// Contents that the checksum passes: every number that refers to something is checked.
TEST_F(ProgramFiles, with_senseless_contents_are_refused_or_can_be_shown) {
  write_program_file(path(), compiled(2));
  const std::string payload = traces::read_packed(path(), program_file_kind);
  units::Random random(20260102);
  int survivors = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = payload;
    for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes)
      damaged[random.below(damaged.size())] = static_cast<char>(random.below(2) == 0 ? 0xff : random.below(256));
    traces::PackedFileWriter(path(), program_file_kind).write(damaged);
    if (!refusal(read_file(path())).empty()) continue;
    ++survivors;
    EXPECT_NE(compiler::describe(read_program_file(path()).model), "");
  }
  EXPECT_GT(survivors, 0);
}

TEST_F(ProgramFiles, that_refer_to_nothing_are_refused) {
  const auto with = [&](auto change) {
    ProgramFile file = compiled(2);
    change(file.model);
    return refusal_of(file);
  };
  using Model = compiler::CompiledModel;
  EXPECT_THAT(with([](Model& m) { m.steps[0].index = 7; }), HasSubstr("program 7"));
  EXPECT_THAT(with([](Model& m) { m.cpu.clear(); }), HasSubstr("operator 0"));
  EXPECT_THAT(with([](Model& m) { m.steps.clear(); }), HasSubstr("no steps"));
  EXPECT_THAT(with([](Model& m) { m.programs[0].layers.clear(); }), HasSubstr("layer 0"));
  EXPECT_THAT(with([](Model& m) { m.programs[0].lists[0][0].function = 1; }), HasSubstr("function"));
  EXPECT_THAT(with([](Model& m) { m.programs[0].cuts.push_back({{}, 9, 9, 0, 0, 0, 0, 0}); }), HasSubstr("live range"));
  EXPECT_THAT(with([](Model& m) { m.programs[0].further[0].lists[0][0].layer = 99; }), HasSubstr("layer 99"));
  EXPECT_THAT(with([](Model& m) { m.programs[0].further[0].lists[0][0].function = 1; }), HasSubstr("function"));
  EXPECT_THAT(with([](Model& m) { m.programs[0].further[0].cuts.emplace_back(); }), HasSubstr("cuts of a core"));
  EXPECT_THAT(with([](Model& m) {
                m.programs[0].cuts.emplace_back();
                m.programs[0].further[0].cuts.push_back({{}, 9, 9, 0, 0, 0, 0, 0});
              }),
              HasSubstr("live range"));
  EXPECT_THAT(with([](Model& m) { m.programs[0].further.resize(TAKT_NPU_MAX_CORES, m.programs[0].further[0]); }),
              HasSubstr("further cores"));
}

TEST_F(ProgramFiles, of_another_target_are_refused_with_the_first_difference) {
  write_program_file(path(), compiled());
  const config::SocConfig soc = config::load_soc("snapdragon-8-gen-2-like");
  compiler::Target target = target_of(soc);
  compiler::Options options = options_of(soc);
  EXPECT_EQ(model_from(path(), target, options).name, compiled().model.name);
  options.prefetch_cuts = 7;
  EXPECT_THROW(model_from(path(), target, options), graph::GraphError);
  target.tile_k = 64;
  try {
    model_from(path(), target, options);
    FAIL();
  } catch (const graph::GraphError& e) {
    EXPECT_THAT(e.what(), AllOf(HasSubstr("m.takt"), HasSubstr("tile_k = 32"), HasSubstr("expected tile_k = 64")));
  }
}

TEST_F(ProgramFiles, run_as_the_model_they_came_from) {
  ASSERT_EQ(call({"compile", with_custom_operator(folder_), "-o", "m.takt"}).code, 0);
  write_file(folder_ / "s.toml", R"(
name = "s"
soc = "snapdragon-8-gen-2-like"
[firmware]
policy = "fcfs"
[[stream]]
name = "only"
model = "m.takt"
arrival = "closed_loop"
concurrency = 1
requests = 3
)");
  const auto run = [&](const std::string& out, const std::string& model) {
    const Outcome outcome = call({"run", "s.toml", "-o", out, "--quiet", "--set", "stream.only.model=" + model});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  };
  run("from_model", with_custom_operator(folder_));
  run("from_file", "m.takt");
  nlohmann::json a = nlohmann::json::parse(read_file(folder_ / "from_model" / "results.json"));
  nlohmann::json b = nlohmann::json::parse(read_file(folder_ / "from_file" / "results.json"));
  for (nlohmann::json* document : {&a, &b}) {
    document->erase("host");
    document->erase("config_hash");  // the model's source is a key of the scenario
    (*document)["scenario"].erase("hash");
  }
  EXPECT_EQ(a.dump(1), b.dump(1));
  for (const char* file : {"jobs.csv", "layers.csv", "trace.pftrace"})
    EXPECT_EQ(read_file(folder_ / "from_model" / file), read_file(folder_ / "from_file" / file)) << file;
}

TEST_F(ProgramFiles, are_shown_as_the_compiler_showed_them) {
  const Outcome compile = call({"compile", "squeezenet1_1", "-o", "s.takt"});
  ASSERT_EQ(compile.code, 0) << compile.err;
  EXPECT_EQ(call({"compile", "squeezenet1_1"}).out, compile.out);
  EXPECT_EQ(call({"inspect", "s.takt"}).out, compile.out);
  EXPECT_EQ(call({"run", "--model", "s.takt", "--requests", "2", "-o", "out", "--quiet"}).code, 0);
}

TEST_F(ProgramFiles, that_cannot_be_used_end_with_2) {
  ASSERT_EQ(call({"compile", "squeezenet1_1", "-o", "s.takt"}).code, 0);
  expect_refused({"run", "--model", "s.takt", "--soc", "exynos-llw-like", "-o", "out"}, {"s.takt", "scratchpad_bytes"});
  expect_refused({"run", "--model", "s.takt", "--functional", "-o", "out"}, {"s.takt", "no contents"});
  expect_refused({"infer", "s.takt", "--random-inputs", "-o", "out"}, {"s.takt", "compiled model"});
  expect_refused({"compile", "s.takt"}, {"s.takt", "compiled model"});
  expect_refused({"run", "--model", "s.takt", "--shapes", "x=1x3", "-o", "out"}, {"s.takt", "shapes"});
  expect_refused({"inspect", "absent.takt"}, {"absent.takt"});
  expect_refused({"compile", "squeezenet1_1", "-o", "s.bin"}, {"s.bin", ".takt"});
  expect_refused({"compile", "squeezenet1_1", "-o", "nowhere/s.takt"}, {"nowhere/s.takt"});
  const std::string whole = read_file(folder_ / "s.takt");
  write_file(folder_ / "s.takt", whole.substr(0, whole.size() / 2));
  expect_refused({"run", "--model", "s.takt", "-o", "out"}, {"s.takt", "cut short"});
  write_file(folder_ / "s.takt", "not a model");
  expect_refused({"inspect", "s.takt"}, {"s.takt", "not a mo"});
}

}  // namespace
}  // namespace takt::platform::test
