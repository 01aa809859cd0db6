#!/usr/bin/env python3
"""Plants one fault at a time in a small sound tree and expects check.py to name its file and line."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import check

SOUND = {
    "common/time/clock.h": '#include "absl/time/time.h"\n#include "common/status/status.h"\n',
    "common/status/status.h": "#include <string>\n",
    "common/plan/plan.h": "namespace doodle {\nint Steps(int samples);\n}\n",
    "common/plan/plan.cc": '#include "common/plan/plan.h"\n\nnamespace doodle {\nint Steps(int samples) { return samples; }\n}\n',
    "coordinator/ledger/ledger.cc": "#include <sqlite3.h>\n",
    "coordinator/service/service.h": "#include <grpcpp/server.h>\n",
    "worker/torch/tensor.h": "#include <ATen/core/Tensor.h>\n",
    "worker/model/model.h": '#include "worker/torch/tensor.h"\n',
    "tests/unit/any_test.cc": '#include "common/plan/plan.h"\n#include "coordinator/service/service.h"\n',
    "docs/any.md": "text\n" * 1000,
}


def function_of(lines, head="int Long() {"):
    return "namespace doodle {\n" + head + "\n" + "  ++count;\n" * (lines - 2) + "}\n}\n"


class ArchitectureTest(unittest.TestCase):
    def run_check(self, planted):
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**SOUND, **planted}.items():
                file = pathlib.Path(root) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                code = check.main(["check.py", root])
            return code, output.getvalue()

    def expect_problem(self, planted, *expected):
        code, output = self.run_check(planted)
        self.assertEqual(code, 1, output)
        for text in expected:
            self.assertIn(text, output)
        self.assertIn(f"{len(expected)} problems", output)

    def expect_sound(self, planted):
        code, output = self.run_check(planted)
        self.assertEqual(code, 0, output)

    def test_this_very_tree_passes(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = check.main(["check.py"])
        self.assertEqual(code, 0, output.getvalue())

    def test_a_sound_tree_passes(self):
        self.expect_sound({})

    def test_a_lower_layer_includes_a_higher_one(self):
        self.expect_problem({"common/status/bad.h": '\n\n#include "common/time/clock.h"\n'},
                            "common/status/bad.h:3: common/status may not include common/time/clock.h")

    def test_rooms_of_one_layer_stay_apart(self):
        self.expect_problem({"worker/dataset/bad.cc": '#include "worker/model/model.h"\n'},
                            "worker/dataset/bad.cc:1: worker/dataset may not include worker/model/model.h")

    def test_coordinator_and_worker_stay_apart(self):
        self.expect_problem({"worker/daemon/bad.cc": '#include "coordinator/service/service.h"\n'},
                            "worker/daemon/bad.cc:1: worker/daemon may not include coordinator/service/service.h")

    def test_a_pure_core_does_not_see_the_clock(self):
        self.expect_problem({"coordinator/gang/bad.h": '#include "common/time/clock.h"\n'},
                            "coordinator/gang/bad.h:1: coordinator/gang may not include common/time/clock.h")

    def test_a_foreign_header_outside_its_door(self):
        self.expect_problem({"coordinator/control/bad.cc": "#include <sqlite3.h>\n"},
                            "coordinator/control/bad.cc:1: sqlite3.h has its door in coordinator/ledger")

    def test_a_service_stub_needs_the_door_of_grpc(self):
        self.expect_problem({"common/spec/bad.cc": '#include "doodle/v1/job_service.grpc.pb.h"\n'},
                            "common/spec/bad.cc:1: doodle/v1/job_service.grpc.pb.h has its door in common/rpc")
        self.expect_sound({"common/spec/good.cc": '#include "doodle/v1/job_spec.pb.h"\n'})

    def test_a_foreign_header_without_a_door(self):
        self.expect_problem({"common/plan/bad.cc": "// one\n#include <leveldb/db.h>\n"},
                            "common/plan/bad.cc:2: leveldb/db.h has no door")

    def test_an_include_that_is_not_in_the_tree(self):
        self.expect_problem({"common/plan/bad.cc": '#include "common/plan/missing.h"\n'},
                            "common/plan/bad.cc:1: common/plan/missing.h is not in the tree")

    def test_an_include_that_does_not_start_at_the_root(self):
        self.expect_problem({"common/plan/bad.cc": '#include "plan.h"\n'}, "common/plan/bad.cc:1: plan.h has no door")

    def test_torch_and_grpc_meet_through_our_own_headers(self):
        planted = {"tests/unit/bad_test.cc": '\n#include "worker/model/model.h"\n#include "coordinator/service/service.h"\n'}
        self.expect_problem(planted, "tests/unit/bad_test.cc:3: includes both torch (ATen/core/Tensor.h in "
                                     "worker/torch/tensor.h) and grpc (grpcpp/server.h in coordinator/service/service.h)")

    def test_tests_are_included_by_nobody(self):
        self.expect_problem({"tests/testing/fake.h": "\n", "common/plan/bad.h": '#include "tests/testing/fake.h"\n'},
                            "common/plan/bad.h:1: common/plan may not include tests/testing/fake.h")

    def test_an_unknown_room_and_an_unknown_top_folder(self):
        self.expect_problem({"common/utils/bad.h": "\n"}, "common/utils/bad.h:1: common/utils is no room")
        self.expect_problem({"scripts/any.txt": "\n"}, "scripts/:1: unknown top-level folder")

    def test_an_oversize_file(self):
        self.expect_sound({"common/plan/good.cc": "\n" * 400})
        self.expect_problem({"common/plan/bad.cc": "\n" * 401}, "common/plan/bad.cc:401: 401 lines, the limit is 400")
        self.expect_problem({"deploy/bad.sh": "\n" * 401}, "deploy/bad.sh:401: 401 lines")

    def test_an_oversize_function(self):
        self.expect_sound({"common/plan/good.cc": function_of(80)})
        self.expect_problem({"common/plan/bad.cc": function_of(81)},
                            "common/plan/bad.cc:2: Long has 81 lines, the limit is 80")

    def test_an_oversize_function_of_any_shape(self):
        for head in ("TEST(Suite, Name) {", "absl::Status A::B(int x) const {", "A::A(int x) : x_{x}, y_(x) {",
                     "template <typename T>\nauto F(T t) -> int {", "struct S {\n  int Get() {", 'int F(const char* s = "{") {'):
            body = function_of(90, head) + ("}\n" if head.startswith("struct") else "")
            code, output = self.run_check({"common/plan/bad.cc": body})
            self.assertEqual(code, 1, f"{head}\n{output}")

    def test_long_tables_and_classes_are_no_functions(self):
        self.expect_sound({"common/plan/good.cc": function_of(200, "constexpr int kTable[] = {").replace("++count;", "1,")})
        self.expect_sound({"common/plan/good.h": "class A {\n" + "  int F() { return 1; }\n" * 200 + "};\n"})

    def test_an_oversize_python_function(self):
        self.expect_problem({"tests/bad.py": "\ndef long():\n" + "    pass\n" * 80}, "tests/bad.py:2: long has 81 lines")

    def test_time_and_waiting_outside_the_clock(self):
        self.expect_problem({"common/plan/bad.cc": "// absl::Now( in words\nauto t = absl::Now();\n"},
                            "common/plan/bad.cc:2: absl::Now(: time comes from the injected Clock")
        self.expect_problem({"common/plan/bad.cc": "auto t = std::chrono::steady_clock::now();\n"}, "common/plan/bad.cc:1:")

    def test_a_todo_names_its_issue(self):
        self.expect_sound({"common/plan/good.cc": "// TODO(#12): later\n"})
        self.expect_problem({"common/plan/bad.cc": "\n// TODO: later\n"}, "common/plan/bad.cc:2: TODO")


if __name__ == "__main__":
    unittest.main()
