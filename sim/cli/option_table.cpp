#include "sim/cli/option_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace takt::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& takt) {
  return takt.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option*) { return true; });
}

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

// The words of "TEXT:{off,layers}"; none where any value goes.
std::vector<std::string> words_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t begin = type.find('{'), end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos) return {};
  std::vector<std::string> words;
  for (std::size_t at = begin + 1; at < end;) {
    const std::size_t comma = std::min(type.find(',', at), end);
    words.push_back(type.substr(at, comma - at));
    at = comma + 1;
  }
  return words;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  return fmt::format("{}", fmt::join(words, between));
}

// Text for roff: a backslash, a leading control character and a hyphen mean something else there.
std::string roff(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (result.empty() && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\') result += "\\e";
    if (c == '-') result += "\\-";
    if (c != '\\' && c != '-') result += c;
  }
  return result;
}

std::string manual_of(const CLI::Option& option) {
  const std::vector<std::string> words = words_of(option);
  const bool flag = option.get_items_expected_max() == 0;
  std::string value = flag ? "" : words.empty() ? option.get_type_name() : joined(words, "|");
  value = value.substr(0, value.find(':'));
  const std::string names = option.get_positional() ? option.get_name() : joined(names_of(option), ", ");
  std::string text = fmt::format(".TP\n.B {}{}\n{}", roff(names), value.empty() ? "" : " \\fI" + roff(value) + "\\fR",
                                 roff(option.get_description()));
  if (!option.get_default_str().empty()) text += fmt::format(" (default: {})", roff(option.get_default_str()));
  return text + (option.get_required() ? " (required)" : "") + "\n";
}

std::string synopsis_of(const CLI::App& app) {
  std::string text = fmt::format("\\fBtakt {}\\fR [\\fIoptions\\fR]", roff(app.get_name()));
  for (const CLI::Option* option : options_of(app))
    if (option->get_positional()) text += fmt::format(" \\fI{}\\fR", roff(option->get_name()));
  return text;
}

// What a value is completed with where its words are not fixed: a command that lists them.
std::string listing_of(const std::string& command, const std::string& option) {
  if (option == "--soc") return "socs";
  if (option == "--model") return "models";
  if (command == "run" && option == "scenario") return "scenarios";
  return "";
}

// A case of the script: after `pattern`, these words.
std::string completion_case(const std::string& pattern, const std::string& words) {
  return fmt::format("    {}) words=\"{}\" ;;\n", pattern, words);
}

std::string completion_of(const CLI::App& app) {
  std::string cases;
  std::vector<std::string> all;
  std::string first;
  for (const CLI::Option* option : options_of(app)) {
    const std::vector<std::string> words = words_of(*option);
    const bool positional = option->get_positional();
    for (const std::string& name : names_of(*option)) {
      if (name == "-h") continue;
      all.push_back(name);
      const std::string listing = listing_of(app.get_name(), name);
      const std::string pattern = fmt::format("\"{} {}\"", app.get_name(), name);
      if (name == "--set") cases += completion_case(pattern, "$(takt keys | grep '^[a-z]' | sed 's/$/=/')");
      if (!listing.empty()) cases += completion_case(pattern, "$(_takt_names " + listing + ")");
      if (!words.empty()) cases += completion_case(pattern, joined(words, " "));
    }
    if (!positional) continue;
    const std::string listing = listing_of(app.get_name(), option->get_name());
    first = !listing.empty() ? "$(_takt_names " + listing + ")" : joined(words, " ");
  }
  return cases + completion_case(fmt::format("\"{} \"*", app.get_name()),
                                 first + (first.empty() ? "" : " ") + joined(all, " "));
}

}  // namespace

std::string manual(const CLI::App& takt) {
  std::string text = fmt::format(".TH TAKT 1 \"\" \"takt {}\"\n.SH NAME\ntakt \\- {}\n.SH SYNOPSIS\n.nf\n",
                                 TAKT_VERSION, roff("mobile SoC model with its NPU scheduler firmware"));
  const std::vector<const CLI::App*> commands = commands_of(takt);
  for (const CLI::App* app : commands) text += synopsis_of(*app) + "\n";
  text += fmt::format(".fi\n.SH DESCRIPTION\n{}\n.SH COMMANDS\n", roff(takt.get_description()));
  for (const CLI::App* app : commands) {
    text += fmt::format(".SS takt {}\n{}\n", roff(app->get_name()), roff(app->get_description()));
    for (const CLI::Option* option : options_of(*app))
      if (option->get_name() != "--help") text += manual_of(*option);
  }
  return text +
         ".SH EXIT STATUS\n.TP\n.B 0\ndone\n.TP\n.B 1\na check or comparison failed\n.TP\n.B 2\nbad input\n.TP\n.B 3\n"
         "a defect of takt\n.TP\n.B 4\nthe simulated firmware failed, or a limit was hit\n";
}

std::string bash_completion(const CLI::App& takt) {
  std::vector<std::string> names;
  std::string cases;
  for (const CLI::App* app : commands_of(takt)) {
    names.push_back(app->get_name());
    cases += completion_of(*app);
  }
  return "# Completion of takt for bash; for zsh, behind bashcompinit. Written by 'takt completion'.\n"
         "_takt_names() { takt list \"$1\" | cut -d' ' -f1; }\n"
         "_takt() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    words=\"" +
         joined(names, " ") +
         "\"\n"
         "  else case \"${COMP_WORDS[1]} $prev\" in\n" +
         cases +
         "  esac; fi\n"
         "  # shellcheck disable=SC2207 # names have no blanks\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$cur\"))\n"
         "}\n"
         "complete -o filenames -o nosort -F _takt takt\n";
}

}  // namespace takt::cli
