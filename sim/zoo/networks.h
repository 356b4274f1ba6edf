// One function per network; zoo.cpp has the table of names.
#pragma once

#include "sim/graph/graph.h"

namespace takt::zoo {

graph::Graph convnext_base();
graph::Graph convnext_tiny();
graph::Graph deeplabv3_plus_mobilenet_v2();
graph::Graph densenet121();
graph::Graph densenet201();
graph::Graph distilbert();
graph::Graph edsr();
graph::Graph efficientnet_b0();
graph::Graph efficientnet_b4();
graph::Graph efficientnet_v2_s();
graph::Graph fcn_resnet50();
graph::Graph googlenet();
graph::Graph inception_v3();
graph::Graph mc3_18();
graph::Graph midas_v2_small();
graph::Graph mnasnet0_5();
graph::Graph mobilebert();
graph::Graph mobilenet_edgetpu();
graph::Graph mobilenet_v1();
graph::Graph mobilenet_v2();
graph::Graph mobilenet_v3_large();
graph::Graph mobilenet_v3_small();
graph::Graph quicksrnet_medium();
graph::Graph r2plus1d_18();
graph::Graph r3d_18();
graph::Graph real_esrgan_x4plus();
graph::Graph regnet_x_3_2gf();
graph::Graph regnet_y_3_2gf();
graph::Graph resnet101();
graph::Graph resnet152();
graph::Graph resnet18();
graph::Graph resnet50();
graph::Graph resnext101_32x8d();
graph::Graph resnext50_32x4d();
graph::Graph sesr_m5();
graph::Graph shufflenet_v2_x0_5();
graph::Graph squeezenet1_1();
graph::Graph stable_diffusion_v1_5_text_encoder();
graph::Graph stable_diffusion_v1_5_unet();
graph::Graph stable_diffusion_v1_5_vae();
graph::Graph stable_diffusion_v2_1_unet();
graph::Graph swin_tiny();
graph::Graph vgg19();
graph::Graph vit_b_16();
graph::Graph whisper_base_decoder();
graph::Graph whisper_base_encoder();
graph::Graph whisper_small_decoder();
graph::Graph whisper_small_encoder();
graph::Graph whisper_tiny_decoder();
graph::Graph whisper_tiny_encoder();
graph::Graph wide_resnet50_2();
graph::Graph xlsr();
graph::Graph yolov8n();

}  // namespace takt::zoo
