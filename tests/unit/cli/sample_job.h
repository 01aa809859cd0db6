// A job in mid-run, after one trainer was lost.
#ifndef DOODLE_TESTS_UNIT_CLI_SAMPLE_JOB_H_
#define DOODLE_TESTS_UNIT_CLI_SAMPLE_JOB_H_

#include <google/protobuf/text_format.h>

#include "doodle/v1/job_service.pb.h"

namespace doodle {

inline v1::Job SampleJob() {
  v1::Job job;
  google::protobuf::TextFormat::ParseFromString(R"(
    id: "quick" state: JOB_STATE_RUNNING
    spec {
      dataset: "file:///data/ten" model { name: "resnet18" in_channels: 1 } raster { size: 32 }
      stages { name: "all" } max_restarts: 10
    }
    create_time { seconds: 1767225600 } start_time { seconds: 1767225601 }
    step: 203 total_steps: 406 epoch: 4.0 total_epochs: 8 loss: 0.75 learning_rate: 0.0015 samples_per_second: 1234.5
    job_directory: "/data/jobs/quick" failures: 1 version: 7
    stages {
      plan { samples: 3253 epochs: 8 global_batch: 64 lanes: 64 } plan_digest: "aabbccddeeff00112233" steps: 406
    }
    generations {
      generation: 1 reason: "start" formed: true restored_from: "seed" end_reason: "trainer_exit"
      create_time { seconds: 1767225601 } form_time { seconds: 1767225604 } end_time { seconds: 1767225700 }
      members { rank: 0 worker_id: "w1" slot: 0 } members { rank: 1 worker_id: "w1" slot: 1 }
    }
    generations {
      generation: 2 reason: "trainer_exit" formed: true restored_from: "survivor" start_step: 150
      create_time { seconds: 1767225700 } form_time { seconds: 1767225700 nanos: 420000000 }
      members { rank: 0 worker_id: "w1" slot: 0 } members { rank: 1 worker_id: "w1" slot: 1 }
    }
    evaluations { step: 203 split: "valid" weights: "raw" loss: 0.5 top1: 0.9 top3: 0.97 map3: 0.935 drawings: 361 }
    checkpoints {
      name: "step-000000203-g2" tag { generation: 2 next_step: 203 } bytes: 134217728 latest: true best: true
      metric: 0.935 create_time { seconds: 1767225800 }
    }
    ranks { rank: 0 worker_id: "w1" slot: 0 next_step: 203 samples: 1696 samples_share: 0.5
            digest { parameters: "0123456789abcdef" optimizer: "fedcba9876543210" } }
    ranks { rank: 1 worker_id: "w1" slot: 1 next_step: 203 samples: 1696 samples_share: 0.5
            digest { parameters: "0123456789abcdef" optimizer: "fedcba9876543210" } }
  )",
                                                &job);
  return job;
}

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_CLI_SAMPLE_JOB_H_
