// Elementary functions in double precision, by additions, multiplications and divisions alone: libraries differ in the
// last bit, these do not. Relative errors are below 2^-39 (tests/functional/elementary_test.cpp).
#pragma once

namespace takt::functional {

double exponential(double x);
double logistic(double x);
double hyperbolic_tangent(double x);
double error_function(double x);
double error_function_complement(double x);

}  // namespace takt::functional
