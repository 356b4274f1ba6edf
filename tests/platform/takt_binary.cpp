#include "tests/platform/takt_binary.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "tests/platform/models.h"

namespace takt::platform::test {

namespace {

[[noreturn]] void become_takt(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                              const std::filesystem::path& out, const std::filesystem::path& err) {
  const auto redirect = [](const std::filesystem::path& to, int descriptor) {
    const int file = open(to.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (file < 0 || dup2(file, descriptor) < 0) _exit(127);
  };
  redirect(out, STDOUT_FILENO);
  redirect(err, STDERR_FILENO);
  if (chdir(folder.c_str()) != 0) _exit(127);
  std::vector<char*> argv = {const_cast<char*>("takt")};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(TAKT_BINARY, argv.data());
  _exit(127);
}

}  // namespace

Outcome takt(const std::vector<std::string>& arguments, const std::filesystem::path& folder, bool monitored) {
  std::vector<std::string> all = arguments;
  if (monitored && !all.empty() && all.front() == "run") all.push_back("--monitor-bus");
  const Folder outputs;
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no child process");
  if (child == 0) become_takt(all, folder, outputs / "out", outputs / "err");
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(outputs / "out"),
          read_file(outputs / "err")};
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream from(file, std::ios::binary);
  if (!from) throw std::runtime_error("cannot read " + file.string());
  std::ostringstream text;
  text << from.rdbuf();
  return text.str();
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream to(file, std::ios::binary);
  to << text;
  if (!to) throw std::runtime_error("cannot write " + file.string());
}

std::string without_host(const std::string& results) {
  nlohmann::json document = nlohmann::json::parse(results);
  document.erase("host");
  return document.dump(1);
}

}  // namespace takt::platform::test
