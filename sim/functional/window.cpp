#include "sim/functional/window.h"

namespace takt::functional {

Window Window::of(const Operation& operation) {
  const graph::Op& op = operation.op;
  const graph::Shape &in = operation.input(0).shape, &out = operation.output().shape;
  if (in.size() != 4 || out.size() != 4) operation.unsupported("other than four dimensions");
  Window window;
  window.rows = {in[1], op.kernel_h, op.stride_h, 1, op.pad_top};
  window.columns = {in[2], op.kernel_w, op.stride_w, 1, op.pad_left};
  window.channels = in[3];
  window.out_height = out[1];
  window.out_width = out[2];
  window.out_channels = out[3];
  return window;
}

}  // namespace takt::functional
