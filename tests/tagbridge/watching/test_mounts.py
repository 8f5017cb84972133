from __future__ import annotations

from pathlib import Path

import pytest

from tagbridge.watching.mounts import file_system, reports_events

# In the form of proc(5); the last line is a mount over an earlier one.
MOUNTINFO = r"""
21 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw
22 21 0:20 / /proc rw,nosuid shared:12 - proc proc rw
40 21 0:50 / /mnt/nas rw,relatime shared:40 - nfs4 nas:/volume1 rw,vers=4.2
41 40 0:51 / /mnt/nas/local rw,relatime - xfs /dev/sdb1 rw
42 21 0:52 / /mnt/My\040Photos rw,relatime shared:41 master:2 - cifs //nas/photos rw
43 21 0:53 / /mnt/stick rw - fuseblk /dev/sdc1 rw
44 21 0:54 /sub /mnt/ssh rw - fuse.sshfs me@host:/ rw
45 21 8:1 / /mnt/twice rw - ext4 /dev/sdd1 rw
46 45 0:55 / /mnt/twice rw - 9p host rw
""".strip()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "ext4"),
        ("/home/me/photos", "ext4"),
        ("/mnt/nas", "nfs4"),
        ("/mnt/nas/2026/rome", "nfs4"),
        ("/mnt/nasty", "ext4"),
        ("/mnt/nas/local/2026", "xfs"),
        ("/mnt/My Photos/a", "cifs"),
        ("/mnt/stick/DCIM", "fuseblk"),
        ("/mnt/ssh", "fuse.sshfs"),
        ("/mnt/twice/a", "9p"),
    ],
)
def test_the_innermost_and_last_mount_decides(path: str, kind: str) -> None:
    assert file_system(path, MOUNTINFO) == kind


@pytest.mark.parametrize("text", ["", "nonsense", "1 2 3 / /x rw", "1 2 3 / / rw - \n\n"])
def test_text_in_another_form_gives_nothing(text: str) -> None:
    assert file_system("/x", text) == ""


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="needs Linux")
def test_the_file_system_of_processes_is_found_on_this_machine() -> None:
    text = Path("/proc/self/mountinfo").read_text(encoding="utf-8")

    assert file_system("/proc/sys/fs", text) == "proc"


def test_a_local_folder_reports_events(tmp_path: Path) -> None:
    assert reports_events(tmp_path)
