// What of a compiled model stands in a file, field by field, for one that writes and one that reads: `a(x)` puts or
// takes x.
#pragma once

#include "sim/platform/program_file.h"

namespace takt::platform {

template <class Archive>
void fields(Archive& a, compiler::CpuOperator& op) {
  a(op.name);
  a(op.kind);
  a(op.what);
  a(op.reason);
  for (std::uint64_t* n : {&op.macs, &op.elements, &op.bytes_read, &op.bytes_written}) a(*n);
}

template <class Archive>
void fields(Archive& a, compiler::LayerInfo& layer) {
  a(layer.name);
  a(layer.op);
  a(layer.shape);
  a(layer.inputs);
  a(layer.overhead);
  for (std::uint64_t* n :
       {&layer.useful_macs, &layer.issued_macs, &layer.constant_bytes, &layer.load_bytes, &layer.store_bytes,
        &layer.tensor_cycles, &layer.vector_cycles, &layer.dma_cycles, &layer.estimated_cycles})
    a(*n);
  a(layer.stripes);
  a(layer.blocks);
  for (std::uint32_t& count : layer.commands) a(count);
}

template <class Archive>
void fields(Archive& a, compiler::Port& port) {
  a(port.tensor);
  a(port.offset);
  a(port.bytes);
}

template <class Archive>
void fields(Archive& a, compiler::CorePart& part) {
  for (std::vector<takt_command>& list : part.lists) a.entries(list);
  a.entries(part.cuts);
  a.entries(part.live_ranges);
  a(part.save_bytes);
}

template <class Archive>
void fields(Archive& a, compiler::Program& program) {
  fields(a, static_cast<compiler::CorePart&>(program));
  a(program.further);
  a.entry(program.cost);
  for (std::uint64_t* n : {&program.constant_bytes, &program.buffer_bytes, &program.input_bytes, &program.output_bytes,
                           &program.scratchpad_bytes, &program.estimated_cycles, &program.useful_macs,
                           &program.issued_macs, &program.parameter_limit})
    a(*n);
  a(program.semaphores);
  a(program.max_save_bytes);
  a(program.layers);
  a(program.inputs);
  a(program.outputs);
}

template <class Archive>
void fields(Archive& a, compiler::Step& step) {
  a(step.kind);
  std::uint64_t index = step.index;
  a(index);
  step.index = index;
}

template <class Archive>
void fields(Archive& a, std::pair<std::string, std::uint64_t>& field) {
  a(field.first);
  a(field.second);
}

template <class Archive>
void fields(Archive& a, ProgramFile& file) {
  a(file.soc);
  a(file.target);
  a(file.model.name);
  for (std::uint64_t* n :
       {&file.model.graph_macs, &file.model.npu_macs, &file.model.cpu_macs, &file.model.weight_bytes})
    a(*n);
  a(file.model.steps);
  a(file.model.cpu);
  a(file.model.programs);
}

}  // namespace takt::platform
