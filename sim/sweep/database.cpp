#include <sqlite3.h>

#include <memory>

#include "sim/results/output_folder.h"
#include "sim/sweep/collect.h"
#include "sim/sweep/form.h"

namespace takt::sweep {
namespace {

namespace fs = std::filesystem;

class Database {
 public:
  explicit Database(const fs::path& file) : file_(file) { check(sqlite3_open(file.c_str(), &handle_)); }
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const std::string& sql) { check(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr)); }

  // Numbers as texts become what the column's type says.
  void insert(const std::string& table, const std::vector<std::string>& values) {
    std::string sql = "INSERT INTO " + table + " VALUES (?";
    for (std::size_t i = 1; i < values.size(); ++i) sql += ",?";
    sqlite3_stmt* raw = nullptr;
    check(sqlite3_prepare_v2(handle_, (sql + ")").c_str(), -1, &raw, nullptr));
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
    for (std::size_t i = 0; i < values.size(); ++i)
      check(sqlite3_bind_text(raw, static_cast<int>(i + 1), values[i].c_str(), -1, SQLITE_TRANSIENT));
    if (sqlite3_step(raw) != SQLITE_DONE) check(SQLITE_ERROR);
  }

 private:
  void check(int code) {
    if (code != SQLITE_OK) throw results::OutputError(file_.string() + ": SQLite: " + sqlite3_errmsg(handle_));
  }

  fs::path file_;
  sqlite3* handle_ = nullptr;
};

}  // namespace

void write_database(const std::vector<Result>& results, const fs::path& file) {
  const fs::path partial = file.string() + ".part";
  std::error_code error;
  fs::remove(partial, error);
  {
    Database database(partial);
    database.run("PRAGMA journal_mode = OFF; PRAGMA user_version = " + std::to_string(database_version) +
                 "; BEGIN;"
                 "CREATE TABLE points (id TEXT PRIMARY KEY, label TEXT, state TEXT, exit_code INTEGER, error TEXT,"
                 " front INTEGER);"
                 "CREATE TABLE params (point TEXT REFERENCES points, key TEXT, value TEXT, PRIMARY KEY (point, key));"
                 "CREATE TABLE metrics (point TEXT REFERENCES points, path TEXT, value REAL,"
                 " PRIMARY KEY (point, path));");
    for (const Result& result : results) {
      const Point& point = result.point;
      database.insert("points", {point.id, point.label, name_of(result.state), std::to_string(result.exit_code),
                                 result.error, result.front ? "1" : "0"});
      for (const auto& [key, value] : point.params) database.insert("params", {point.id, key, value});
      for (const auto& [path, value] : result.metrics) database.insert("metrics", {point.id, path, value});
    }
    database.run("COMMIT");
  }
  fs::rename(partial, file, error);
  if (error) throw results::OutputError(file.string() + ": cannot be replaced: " + error.message());
}

}  // namespace takt::sweep
