"""Films and streams, made by ffmpeg: a moving test picture with a tone, as small as can be."""

import functools
import io
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import pytest


def _ffmpeg(*arguments: str, cwd: Path | None = None) -> None:
    program = shutil.which("ffmpeg")
    if program is None:
        pytest.exit("No ffmpeg found. As root: apt-get install ffmpeg", returncode=1)
    subprocess.run([program, "-v", "error", "-y", *arguments], check=True, cwd=cwd)


def _source(seconds: int) -> list[str]:
    picture = f"testsrc2=size=160x90:rate=5:duration={seconds}"
    return ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"]


SMALL = ["-b:v", "30k", "-pix_fmt", "yuv420p", "-g", "10", "-c:a", "aac", "-b:a", "16k", "-ac", "1"]


@functools.cache
def film(seconds: int = 12, codec: str = "libx264", *, fragmented: bool = False) -> bytes:
    """An MP4 of this length."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film.mp4")
        flags = ["-movflags", "frag_keyframe+empty_moov" if fragmented else "+faststart"]
        _ffmpeg(*_source(seconds), "-c:v", codec, *SMALL, *flags, str(path))
        return path.read_bytes()


@functools.cache
def stream_files(seconds: int = 12) -> dict[str, bytes]:
    """An HLS stream with a master playlist, one variant in a folder, and segments of two seconds."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "low").mkdir()
        _ffmpeg(
            *_source(seconds), "-c:v", "libx264", *SMALL,
            "-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_filename", "low/%03d.ts", "low/index.m3u8",
            cwd=Path(folder),
        )  # fmt: skip
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in Path(folder).rglob("*")
            if path.is_file()
        }
    master = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=60000,RESOLUTION=160x90\nlow/index.m3u8\n"
    return {"master.m3u8": master.encode(), **files}


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()
