#include "sim/results/tables.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/results/sample_run.h"

namespace takt::results {
namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> rows;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) rows.push_back(line);
  return rows;
}

TEST(Tables, AJobRowGivesEveryTime) {
  const std::vector<std::string> rows = lines(jobs_csv(sample_run()));
  ASSERT_EQ(rows.size(), 1u + 4u + 1u);
  EXPECT_EQ(
      rows[0],
      "stream,request,measured,status,submitted_us,accepted_us,started_us,finished_us,wait_us,latency_us,deadline_us,"
      "missed,preemptions,fault,prompt_tokens,answer_tokens,ttft_us,tpot_us,energy_mj,window_energy_mj");
  EXPECT_EQ(rows[4], "camera,3,1,completed,3000,3000,3300,7000,300,4000,6500,1,0,0,,,,,,");
}

TEST(Tables, WhatARequestDidNotReachIsEmpty) {
  EXPECT_EQ(lines(jobs_csv(sample_run()))[5], "hog,0,1,pending,9000,,,,,,,,0,0,,,,,,");
}

// 1 mJ is 10^15 aJ.
TEST(Tables, ARequestHasItsEnergyAndThatOfTheWindow) {
  platform::RunRecord run = sample_run();
  run.streams[0].request_energy.resize(4);
  run.streams[0].request_energy[3] = {2500000000000001, 2000000000000000};
  EXPECT_EQ(lines(jobs_csv(run))[4].substr(61), ",,,,2.500000000000001,2");
}

// Of a prompt of 70 tokens the first of 5 tokens comes after 2 ms, the others in 2 ms: 500 us each.
TEST(Tables, APromptHasItsTokensAndTheirTimes) {
  platform::RunRecord run = sample_run();
  platform::RequestRecord& request = run.streams[0].requests[3];
  request.prompt_tokens = 70;
  request.answer_tokens = 5;
  request.first_token = request.submitted + units::microseconds(2000);
  EXPECT_EQ(lines(jobs_csv(run))[4].substr(61), "70,5,2000,500,,");
}

TEST(Tables, ADecisionHasItsReasonAndWhatItRestsOn) {
  platform::RunRecord run = sample_run();
  run.streams[0].decides = true;
  platform::PlacementRecord placement;
  placement.quality = 7;
  placement.device = offload::Prediction{units::microseconds(1500), 2500000000000, 300000};
  placement.cloud = {units::microseconds(900), 12000000000000, 37200000};
  placement.decision = {offload::Place::cloud, offload::Reason::score, 1250, 900};
  run.streams[0].requests[3].placement = placement;
  const std::vector<std::string> rows = lines(jobs_csv(run));
  const std::string cells = ",place,reason,private,quality,device_us,device_mj,device_usd,cloud_us,cloud_mj,cloud_usd,";
  EXPECT_NE(rows[0].find(cells + "device_score,cloud_score"), std::string::npos);
  EXPECT_NE(rows[4].find(",cloud,score,0,7,1500,2.5,0.0000003,900,12,0.0000372,1.25,0.9"), std::string::npos)
      << rows[4];
  EXPECT_NE(rows[5].find(",,,,device,,,,,,,,,,,"), std::string::npos) << rows[5];
}

TEST(Tables, RequestsOutsideTheWindowAreMarked) {
  platform::RunRecord run = sample_run();
  run.window.begin = units::microseconds(1);
  EXPECT_EQ(lines(jobs_csv(run))[1].substr(0, 19), "camera,0,0,complete");
}

TEST(Tables, ALayerRowGivesCyclesBytesBoundAndStalls) {
  platform::RunRecord run = sample_run();
  run.layers[0].energy = 500000000000000;  // aJ
  const std::vector<std::string> rows = lines(layers_csv(run));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0],
            "model,index,name,op,bound,wall_us,energy_mj,runs,tensor_cycles,vector_cycles,dma_in_cycles,dma_out_cycles,"
            "overhead_cycles,bytes_in,bytes_out,macs,issued_macs,stall_data_us,stall_store_us");
  EXPECT_EQ(rows[1], "mobilenet_v2,0,Conv_0,conv2d,tensor,3,0.5,4,100,20,80,10,5,1000,500,60,100,1,0.5");
}

// 8 MB in 100 us are 80 GB/s; 0.3 mJ in 100 us are 3 W, of which 1 W the memory's.
TEST(Tables, ASpanOfTheTimelineIsBandwidthAndPower) {
  platform::RunRecord run = sample_run();
  run.spans.ports = {"npu"};
  run.spans.components = {"dram", "noc"};
  run.spans.spans = {{units::microseconds(0),
                      units::microseconds(100),
                      {4000000},
                      {8000000},
                      {platform::Attojoules{100000000000000ull}, platform::Attojoules{200000000000000ull}}}};
  EXPECT_EQ(timeline_csv(run),
            "begin_us,end_us,power_mw,memory_llw_gbps,port_npu_gbps,dram_mw,noc_mw\n"
            "0,100,3000,80,40,1000,2000\n");
}

}  // namespace
}  // namespace takt::results
