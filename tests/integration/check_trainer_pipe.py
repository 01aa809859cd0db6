"""A trainer whose reader is gone ends with an exit code and says why; the signal does not end it in silence."""

import os
import subprocess

from cluster import BUILD, check, run_check


def check_closed_pipe():
    reader, writer = os.pipe()
    os.close(reader)
    with open(os.devnull, "rb") as nothing:
        command = [BUILD / "bin" / "doodle-trainer", "export", "--spec-fd", str(nothing.fileno())]
        trainer = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, pass_fds=[nothing.fileno()],
                                 text=True, timeout=60, check=False)
    os.close(writer)
    check(trainer.returncode == 1, f"exit code {trainer.returncode}:\n{trainer.stderr}")
    check("task specification" in trainer.stderr, f"no reason:\n{trainer.stderr}")


run_check(check_closed_pipe)
