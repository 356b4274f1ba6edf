#include "models/power/thermal.h"

#include <cmath>
#include <stdexcept>
#include <utility>

namespace takt::power {
namespace {

using Matrix = std::vector<std::vector<double>>;

Matrix square(std::size_t n) { return Matrix(n, std::vector<double>(n, 0.0)); }

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix result = square(a.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < a.size(); ++k)
      for (std::size_t j = 0; j < a.size(); ++j) result[i][j] += a[i][k] * b[k][j];
  return result;
}

double largest_row_sum(const Matrix& a) {
  double largest = 0;
  for (const std::vector<double>& row : a) {
    double sum = 0;
    for (const double x : row) sum += std::fabs(x);
    if (sum > largest) largest = sum;
  }
  return largest;
}

// By Taylor's series of a matrix halved until it is small, squared as often (Moler and Van Loan 2003, method 3).
Matrix exponential(Matrix a) {
  int halvings = 0;
  for (double size = largest_row_sum(a); size > 0.5; size /= 2) ++halvings;
  for (std::vector<double>& row : a)
    for (double& x : row) x = std::ldexp(x, -halvings);
  Matrix result = square(a.size()), term = square(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) result[i][i] = term[i][i] = 1;
  constexpr int terms = 18;  // 0.5^18 / 18! is below the last bit
  for (int k = 1; k <= terms; ++k) {
    term = product(term, a);
    for (std::size_t i = 0; i < a.size(); ++i) {
      for (std::size_t j = 0; j < a.size(); ++j) {
        term[i][j] /= k;
        result[i][j] += term[i][j];
      }
    }
  }
  for (; halvings > 0; --halvings) result = product(result, result);
  return result;
}

// a x = b, with pivots.
std::vector<double> solve(Matrix a, std::vector<double> b) {
  const std::size_t n = a.size();
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c + 1; r < n; ++r)
      if (std::fabs(a[r][c]) > std::fabs(a[pivot][c])) pivot = r;
    if (a[pivot][c] == 0) throw std::invalid_argument("a node without a way to the surroundings");
    std::swap(a[c], a[pivot]);
    std::swap(b[c], b[pivot]);
    for (std::size_t r = c + 1; r < n; ++r) {
      const double factor = a[r][c] / a[c][c];
      for (std::size_t j = c; j < n; ++j) a[r][j] -= factor * a[c][j];
      b[r] -= factor * b[c];
    }
  }
  for (std::size_t c = n; c-- > 0;) {
    for (std::size_t j = c + 1; j < n; ++j) b[c] -= a[c][j] * b[j];
    b[c] /= a[c][c];
  }
  return b;
}

}  // namespace

ThermalNetwork::ThermalNetwork(std::vector<ThermalNode> nodes, const std::vector<ThermalPath>& paths, double ambient,
                               double step_seconds)
    : nodes_(std::move(nodes)),
      conductance_(square(nodes_.size())),
      ambient_(ambient),
      step_seconds_(step_seconds),
      rise_(nodes_.size(), 0.0),
      next_(nodes_.size(), 0.0) {
  for (const ThermalPath& path : paths) {
    const double g = 1 / path.kelvin_per_watt;
    conductance_[path.from][path.from] += g;
    if (path.to == surroundings) continue;
    conductance_[path.to][path.to] += g;
    conductance_[path.from][path.to] -= g;
    conductance_[path.to][path.from] -= g;
  }
  const std::size_t n = nodes_.size();
  settled_rise(std::vector<double>(n, 0.0));  // throws where a node has no way out
  // exp of [[A, B], [0, 0]] * step is [[keeps, gains], [0, 1]].
  Matrix both = square(2 * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) both[i][j] = -conductance_[i][j] / nodes_[i].joules_per_kelvin * step_seconds;
    both[i][n + i] = step_seconds / nodes_[i].joules_per_kelvin;
  }
  both = exponential(std::move(both));
  keeps_ = gains_ = square(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      keeps_[i][j] = both[i][j];
      gains_[i][j] = both[i][n + j];
    }
  }
}

void ThermalNetwork::step(const std::vector<double>& watts) {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    next_[i] = 0;
    for (std::size_t j = 0; j < nodes_.size(); ++j) next_[i] += keeps_[i][j] * rise_[j] + gains_[i][j] * watts[j];
  }
  rise_.swap(next_);
}

std::vector<double> ThermalNetwork::settled_rise(const std::vector<double>& watts) const {
  return solve(conductance_, watts);
}

}  // namespace takt::power
