// [[exclude]]: which points are left out of a design.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/config/document.h"

namespace takt::sweep {

// The value of each key of one configuration, as TOML.
using Values = std::map<std::string, std::string>;

// "KEY OP KEY" or "KEY OP VALUE": OP is one of == != < <= > >=; VALUE a number, true, false or a "string". Numbers
// compare as numbers, the others as texts, which know == and != only.
class Condition {
 public:
  // `node`: a string of the document; `scenario`: its values tell which keys there are and of what kind they are.
  // Throws ConfigError.
  Condition(const config::Node& node, const Values& scenario);

  // Values of two kinds are different, and neither is less.
  bool holds(const Values& values) const;

 private:
  std::string left_, comparison_, right_;
  bool right_is_key_ = false;
};

// A point is left out where all conditions of one of them hold.
using Exclusion = std::vector<Condition>;

// An [[exclude]] table: `where`, one condition or an array of them. Throws ConfigError.
Exclusion exclusion_of(const config::Node& table, const Values& scenario);

bool holds(const Exclusion& exclusion, const Values& values);

}  // namespace takt::sweep
