#include "sim/platform/operator_work.h"

namespace takt::platform {

namespace {

bool one_at_a_time(graph::OpKind kind) {
  using graph::OpKind;
  switch (kind) {
    case OpKind::custom:
    case OpKind::logistic:
    case OpKind::tanh:
    case OpKind::gelu:
    case OpKind::hard_swish:
    case OpKind::softmax:
    case OpKind::lstm:
    case OpKind::resize_bilinear:
      return true;
    default:
      return false;
  }
}

}  // namespace

cpu::OperatorWork operator_work(const compiler::CpuOperator& op) {
  cpu::OperatorWork work;
  work.macs = op.macs;
  work.read_bytes = op.bytes_read;
  work.write_bytes = op.bytes_written;
  if (one_at_a_time(op.kind))
    work.scalar_elements = op.elements;
  else
    work.simple_bytes = op.bytes_read + op.bytes_written;
  return work;
}

}  // namespace takt::platform
