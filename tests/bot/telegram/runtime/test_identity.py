from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.telegram.runtime.identity import Identity

OTHER = """
import sys, time
from pathlib import Path
from bot.telegram.runtime.identity import Identity
identity = Identity(Path(sys.argv[1]))
identity.appear()
print(identity.name, flush=True)
time.sleep(60)
"""


def test_a_process_that_was_killed_is_known_to_have_ended_at_once(tmp_path: Path) -> None:
    mine = Identity(tmp_path)
    mine.appear()
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        assert mine.ended([name, mine.name]) == []
        other.kill()
        other.wait()

    assert mine.ended([name, mine.name]) == [name]
    mine.disappear()
    assert list(tmp_path.iterdir()) == []


def test_signs_of_processes_that_were_killed_do_not_pile_up(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.lock").touch()
    mine = Identity(tmp_path)

    mine.appear()
    mine.clear_up()

    assert [file.stem for file in tmp_path.iterdir()] == [mine.name]
    mine.disappear()


def test_a_process_of_another_machine_is_left_to_its_lease(tmp_path: Path) -> None:
    assert Identity(tmp_path).ended(["elsewhere"]) == []
    assert Identity(None).ended(["elsewhere"]) == []


def test_two_in_one_process_do_not_take_each_other_for_dead(tmp_path: Path) -> None:
    one, two = Identity(tmp_path), Identity(tmp_path)
    one.appear()
    two.appear()

    assert one.ended([two.name]) == []
    two.disappear()
    assert two.ended([one.name]) == []
    one.disappear()
