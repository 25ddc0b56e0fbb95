"""Install torch without CUDA where that can be had, before anything else asks for torch.

    python deploy/install_torch.py VERSION

On Linux the build named plainly may be the one for NVIDIA cards, with some 3 GB of libraries. A
machine without such a card is served by the build marked `+cpu`, where pip has been told of a
place that holds it (PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS). On other systems the plain build is
the CPU build. Should the CUDA build be all there is, that is said, and it is not installed unless
LODESTONE_TORCH=any asks for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def main() -> int:
    """Install, and report in one line what was done."""
    version = sys.argv[1]
    if _installed(version):
        return 0
    if sys.platform != "linux" or shutil.which("nvidia-smi") or os.environ.get("LODESTONE_TORCH"):
        return _pip(f"torch=={version}")
    if _pip(f"torch=={version}+cpu", quiet_failure=True) == 0:
        return 0
    if _plain_build_is_small(version):
        return _pip(f"torch=={version}")
    sys.stderr.write(
        f"torch {version} can only be had here as the CUDA build (about 3 GB). Point pip at "
        "PyTorch's index of CPU builds with PIP_EXTRA_INDEX_URL and run this again, or set "
        "LODESTONE_TORCH=any to take the CUDA build.\n"
    )
    return 1


def _installed(version: str) -> bool:
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed_version

    try:
        return installed_version("torch").split("+")[0] == version
    except PackageNotFoundError:
        return False


def _plain_build_is_small(version: str) -> bool:
    """Whether the plain build comes without NVIDIA's libraries, by what pip would install."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--report", "-"]
    done = subprocess.run(  # noqa: S603 - pip, with a version of our own
        [*command, f"torch=={version}"], check=False, capture_output=True, text=True
    )
    return done.returncode == 0 and '"nvidia-' not in done.stdout


def _pip(requirement: str, *, quiet_failure: bool = False) -> int:
    command = [sys.executable, "-m", "pip", "install", "--quiet", requirement]
    done = subprocess.run(command, check=False, capture_output=quiet_failure)  # noqa: S603
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
