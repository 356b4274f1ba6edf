// The command line described from the table that parses it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace takt::cli {

// takt(1), for man: subcommands with their options, in the order of --help.
std::string manual(const CLI::App& takt);

// A script for bash's programmable completion: commands, options, words that options take, built-in names, keys of
// --set.
std::string bash_completion(const CLI::App& takt);

}  // namespace takt::cli
