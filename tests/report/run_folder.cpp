#include "tests/report/run_folder.h"

#include <fstream>
#include <sstream>

namespace takt::report::test {

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "takt-report-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

Folder::~Folder() { std::filesystem::remove_all(path_); }

void Folder::write(const std::string& name, const std::string& text) const {
  std::filesystem::remove(path_ / name);  // a file system may wait for the disk where a file is overwritten
  std::ofstream(path_ / name, std::ios::binary) << text;
}

std::string Folder::read(const std::string& name) const {
  std::ostringstream text;
  text << std::ifstream(path_ / name, std::ios::binary).rdbuf();
  return text.str();
}

std::string results_json(const std::string& members) {
  return R"({"schema": "takt-results/1", "scenario": {"name": "hand"}, "window_ns": {"begin": 1000, "end": 11000})" +
         (members.empty() ? "" : ", " + members) + "}\n";
}

Run run_in(const Folder& folder, const std::string& members) {
  folder.write("results.json", results_json(members));
  return open_run(folder.path(), "hand");
}

}  // namespace takt::report::test
