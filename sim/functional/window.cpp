#include "sim/functional/window.h"

#include <string>

namespace takt::functional {

Window Window::of(const Operation& operation) {
  const graph::Op& op = operation.op;
  const graph::Shape &in = operation.input(0).shape, &out = operation.output().shape;
  const std::size_t leading = op.kind == graph::OpKind::conv3d ? 2 : 1;  // images, frames
  if (in.size() != leading + 3 || out.size() != leading + 3)
    operation.unsupported("other than " + std::string(leading == 1 ? "four" : "five") + " dimensions");
  Window window;
  if (leading == 2) {
    window.frames = {in[1], op.kernel_d, op.stride_d, 1, op.pad_front};
    window.out_frames = out[1];
  }
  window.rows = {in[leading], op.kernel_h, op.stride_h, 1, op.pad_top};
  window.columns = {in[leading + 1], op.kernel_w, op.stride_w, 1, op.pad_left};
  window.channels = in.back();
  window.out_height = out[leading];
  window.out_width = out[leading + 1];
  window.out_channels = out.back();
  return window;
}

}  // namespace takt::functional
