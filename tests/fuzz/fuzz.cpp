// fuzz READER --seed N --runs N|--seconds S [FILE...]: damaged files for a reader, until something is wrong or the time
// is over. Exit codes: 0 nothing found, 1 a fault, 2 wrong arguments.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "tests/fuzz/contain.h"
#include "tests/fuzz/readers.h"

#if defined(__SANITIZE_ADDRESS__)
// In place of the limit of contain.cpp, which would leave the sanitizer no room.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "max_allocation_size_mb=1024:hard_rss_limit_mb=2048"; }
#endif

namespace takt::fuzz {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uintmax_t largest_file = 1u << 20;  // of those outside the repository: larger ones take too long each

struct Arguments {
  std::string reader;
  std::uint64_t seed = 1;
  std::uint64_t runs = ~0ull;
  double seconds = 10;
  std::vector<std::string> files;
};

const Reader* find(const std::string& name) {
  for (const Reader& reader : readers())
    if (name == reader.name) return &reader;
  return nullptr;
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path shared_models() {
  const char* folder = std::getenv("TAKT_SHARED");
  return fs::path(folder == nullptr ? TAKT_SHARED : folder) / "data" / "models";
}

// In the order of their names: the same seed finds the same files.
Corpus files_outside(const Reader& reader) {
  std::vector<fs::path> paths;
  std::error_code none;
  if (*reader.extension != '\0')
    for (const fs::directory_entry& entry : fs::directory_iterator(shared_models(), none))
      if (entry.path().extension() == reader.extension && entry.file_size() <= largest_file)
        paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  Corpus corpus;
  for (const fs::path& path : paths) corpus.push_back(contents(path));
  return corpus;
}

Corpus corpus_of(const Reader& reader, const Arguments& arguments) {
  Corpus corpus;
  for (const std::string& file : arguments.files) corpus.push_back(contents(file));
  for (const Corpus& more : {reader.corpus(), files_outside(reader)})
    corpus.insert(corpus.end(), more.begin(), more.end());
  corpus.erase(std::remove(corpus.begin(), corpus.end(), std::string()), corpus.end());
  return corpus;
}

// The files themselves first, then damaged ones; each depends on the seed and its number alone.
std::string input_of(const Reader& reader, const Corpus& corpus, std::uint64_t seed, std::uint64_t index) {
  if (index < corpus.size()) return corpus[index];
  Random random(seed * 0x2545f4914f6cdd1dull + index);
  return damaged(corpus, reader.edit, random);
}

int report(const Arguments& arguments, const Ended& ended) {
  const std::string file =
      "fuzz-" + arguments.reader + "-" + std::to_string(arguments.seed) + "-" + std::to_string(ended.steps);
  std::ofstream(file, std::ios::binary) << ended.bytes;
  std::cerr << "fuzz: " << arguments.reader << ": " << ended.fault << "\nseed " << arguments.seed << ", run "
            << ended.steps << ", " << ended.bytes.size() << " bytes\nrepeat it: fuzz " << arguments.reader
            << " --runs 0 " << file << '\n';
  return 1;
}

int fuzz(const Reader& reader, const Arguments& arguments) {
  const Corpus corpus = corpus_of(reader, arguments);
  const auto end = Clock::now() + std::chrono::duration<double>(arguments.seconds);
  const Ended ended = contained([&](std::uint64_t index, Input& input) {
    if (index >= corpus.size() && (index - corpus.size() >= arguments.runs || Clock::now() >= end)) return false;
    const std::string bytes = input_of(reader, corpus, arguments.seed, index);
    input.keep(bytes);
    reader.read(bytes);
    return true;
  });
  if (!ended.fault.empty()) return report(arguments, ended);
  std::cout << reader.name << ": " << ended.steps << " files, nothing found\n";
  return 0;
}

int run(int argc, char** argv) {
  CLI::App app("Damaged files for a reader");
  Arguments arguments;
  std::string names;
  for (const Reader& reader : readers()) names += (names.empty() ? "" : ", ") + std::string(reader.name);
  app.add_option("reader", arguments.reader, names)->required();
  app.add_option("--seed", arguments.seed, "which files, 1 as a rule");
  app.add_option("--runs", arguments.runs, "how many damaged files at most; 0: the undamaged ones alone");
  app.add_option("--seconds", arguments.seconds, "how long at most, 10 as a rule");
  app.add_option("files", arguments.files, "files to begin with, beside those made here")->check(CLI::ExistingFile);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  if (const Reader* reader = find(arguments.reader)) return fuzz(*reader, arguments);
  std::cerr << "fuzz: found reader '" << arguments.reader << "', expected one of " << names << '\n';
  return 2;
}

}  // namespace
}  // namespace takt::fuzz

int main(int argc, char** argv) { return takt::fuzz::run(argc, argv); }
