// Workload files as their tools have them, shortened.
#pragma once

#include <string>

namespace takt::traces {

// SJTU-IPADS/disb, benchmarks/workloads.
inline const std::string disb_file = R"({
    "time": 60,
    "tasks":
    [
        {
            "id": "vgg19_rt",
            "load": { "type": "periodic", "priority": 0, "frequency": 100 },
            "client": { "name": "vgg19_rt", "model_name": "vgg19-imagenet", "batch_size": 1,
                        "tfs_grpc_addr": "localhost:8500" }
        },
        {
            "id": "resnet152_be",
            "load": { "type": "continuous" },
            "client": { "name": "resnet152_be", "model_name": "resnet152-imagenet", "batch_size": 2 }
        },
        {
            "id": "distilbert_rt",
            "load": { "type": "poisson", "frequency": 2.5 },
            "client": { "name": "distilbert_rt", "model_name": "distilbert" }
        },
        {
            "id": "real_rt",
            "load": { "type": "trace", "trace": [ 0, 150, 258 ] },
            "client": { "name": "real_rt", "model_name": "inceptionv3-imagenet" }
        },
        {
            "id": "follower",
            "load": { "type": "dependent", "prev_task_ids": [ "real_rt" ] },
            "client": { "name": "mobilenetv1-imagenet" }
        }
    ]
}
)";

// scheduler-tools/rt-app: doc/examples/deadline.json, and threads of doc/tutorial.txt.
inline const std::string rt_app_file = R"({
	/*
	 * Simple use case which creates 10% load
	 */
	"tasks" : {
		"thread0" : {
			"instance" : 2,
			"loop" : -1,
			"run" :   10000,
			"timer" : { "ref" : "unique", "period" : 100000 },
			"dl-runtime" : 12000,
			"dl-period"  : 100000,
		},
		"waker" : {
			"policy" : "SCHED_FIFO",
			"priority" : 10,
			"delay" : 5000,
			"loop" : 3,
			"cpus" : [ 0, 1 ],
			"phases" : { "p1" : { "loop" : 2, "run0" : 300, "resume" : "woken", "sleep0" : 700, "run1" : 100 } }
		},
		"woken" : { "policy" : "SCHED_IDLE", "suspend" : "woken", "run" : 50 },
		"hog" : { "policy" : "SCHED_OTHER", "runtime" : 2000 } // never rests
	},
	"global" : { "duration" : 2, "default_policy" : "SCHED_DEADLINE", "logdir" : "./" }
}
)";

// XRBench/XRBench-MLSys2023, usage_scenarios/VR_gaming.m and AR_Assistant.m.
inline const std::string xrbench_file = R"(Network ES_RITNet {

FPS: 60

Layer conv1 {
	Type: CONV
	Dimensions: { N: 1, K: 32, C: 32, Y: 160, X: 100, R: 3, S: 3 }
}

}

Network GE_FBNet_C {

Dependency: {
	ES_RITNet
}
Probability: 0.5
FPS: 60

Layer conv1 {
	Type: CONV
	Dimensions: { N: 1, K: 16, C: 3, Y: 160, X: 100, R: 3, S: 3 }
}

}
)";

}  // namespace takt::traces
