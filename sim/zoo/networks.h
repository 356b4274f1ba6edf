// One function per family; zoo.cpp has the table of names.
#pragma once

#include "sim/graph/graph.h"

namespace takt::zoo {

graph::Graph deeplabv3_plus_mobilenet_v2();
graph::Graph edsr();
graph::Graph efficientnet_b0();
graph::Graph googlenet();
graph::Graph mobilenet_edgetpu();
graph::Graph mobilenet_v2();
graph::Graph resnet18();
graph::Graph resnet50();
graph::Graph resnet101();
graph::Graph squeezenet1_1();
graph::Graph wide_resnet50_2();

}  // namespace takt::zoo
