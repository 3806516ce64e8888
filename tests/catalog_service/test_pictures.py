"""Pictures: what is none is refused, what is one is kept without what the camera wrote, for ever under one name."""

from __future__ import annotations

import io
import socket
import struct
import time
import uuid
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from obstore.store import LocalStore, MemoryStore
from PIL import Image

from catalog_service.adapters.pictures.objects import ObjectPictures, PicturesAway, open_pictures
from catalog_service.adapters.pictures.pillow import PillowPictures
from catalog_service.domain.pictures.values import (
    SIZES,
    UPLOAD_BYTES_MAX,
    NotAPicture,
    PictureNotFound,
    PictureTooLarge,
    picture_key,
)
from catalog_service.http import LARGER_BODIES, catalog_routers
from catalog_service.service import Record
from catalog_service.use_cases.pictures.upload_picture import Pictures
from kernel.errors import Invalid
from tests.catalog_service.s3 import S3, free_port, served
from tests.catalog_service.test_trade_http import Door, Names
from web.app import build_app
from web.options import WebOptions


def picture(width: int = 2_000, height: int = 1_000, kind: str = "JPEG", **options: Any) -> bytes:
    """A gradient, so that sizes differ by more than their headers."""
    made = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    written = io.BytesIO()
    made.save(written, kind, **options)
    return written.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims so many pixels and holds none."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_made_ready_in_every_size(kind: str) -> None:
    prepared = PillowPictures().prepare(picture(kind=kind))
    assert (prepared.width, prepared.height, len(prepared.digest)) == (2_000, 1_000, 64)
    sizes = {size: opened(content).size for size, content in prepared.sizes.items()}
    assert sizes == {1_600: (1_600, 800), 800: (800, 400), 320: (320, 160)}
    assert {opened(content).format for content in prepared.sizes.values()} == {"WEBP"}
    assert PillowPictures().prepare(picture(kind=kind)).digest == prepared.digest


def test_a_small_picture_is_not_blown_up() -> None:
    prepared = PillowPictures().prepare(picture(400, 300))
    assert [opened(prepared.sizes[size]).size for size in SIZES] == [(400, 300), (400, 300), (320, 240)]


def test_where_and_with_what_it_was_taken_is_not_kept_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "CameraOfSomebody"
    prepared = PillowPictures().prepare(picture(400, 200, exif=exif))
    assert (prepared.width, prepared.height) == (200, 400)
    for content in prepared.sizes.values():
        assert b"CameraOfSomebody" not in content
        assert (dict(opened(content).getexif()), "icc_profile" in opened(content).info) == ({}, False)


def test_what_is_behind_a_picture_is_thrown_away() -> None:
    prepared = PillowPictures().prepare(picture() + b"<script>alert(1)</script>")
    assert all(b"script" not in content for content in prepared.sizes.values())


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        picture()[:3_000],
        picture(kind="BMP"),
        picture(kind="TIFF"),
        picture(8, 8),
        bomb(100, 100),
    ],
    ids=["nothing", "header", "svg", "pdf", "zeros", "cut off", "bmp", "tiff", "tiny", "no pixels"],
)
def test_what_is_no_picture_is_refused(upload: bytes) -> None:
    with pytest.raises(NotAPicture):
        PillowPictures().prepare(upload)


@pytest.mark.parametrize("upload", [bomb(30_000, 30_000), bomb(60_000, 60_000), b"x" * (UPLOAD_BYTES_MAX + 1)])
def test_what_claims_more_than_any_picture_has_is_refused_before_it_is_decoded(upload: bytes) -> None:
    with pytest.raises(PictureTooLarge):
        PillowPictures().prepare(upload)


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.xdist_group("s3"))])
def reopened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], ObjectPictures]:
    """The same store, opened by one process after the other: a folder, a bucket of a real S3."""
    if request.param == "folder":
        return lambda: open_pictures(tmp_path / "pictures")
    server: S3 = request.getfixturevalue("s3")
    url = server.make_bucket(f"bucket-{uuid.uuid4().hex}")
    return lambda: open_pictures(tmp_path, url=f"{url}/a/prefix", settings=server.settings)


KEY = picture_key("ab" * 32, 320)


def test_what_was_put_is_there_for_whoever_opens_the_store(reopened: Callable[[], ObjectPictures]) -> None:
    reopened().put(KEY, b"\x00pixels")
    assert reopened().get(KEY) == b"\x00pixels"
    assert reopened().get(picture_key("cd" * 32, 320)) is None


def test_putting_it_again_is_harmless_and_changes_nothing(reopened: Callable[[], ObjectPictures]) -> None:
    store = reopened()
    store.put(KEY, b"first")
    store.put(KEY, b"other")
    assert store.get(KEY) == b"first"


def test_an_empty_object_and_a_large_one_come_back_whole(reopened: Callable[[], ObjectPictures]) -> None:
    store, large = reopened(), bytes(range(256)) * 40_000
    store.put(picture_key("00" * 32, 320), b"")
    store.put(picture_key("11" * 32, 320), large)
    assert (store.get(picture_key("00" * 32, 320)), store.get(picture_key("11" * 32, 320))) == (b"", large)


def test_what_is_there_is_listed_with_its_time_and_what_is_removed_is_gone(
    reopened: Callable[[], ObjectPictures],
) -> None:
    store = reopened()
    store.put(KEY, b"12345")
    (listed,) = store.listed()
    assert (listed.key, listed.size_bytes) == (KEY, 5)
    assert abs(listed.put_at - time.time()) < 60
    store.put(f"abc/{KEY}", b"1")
    store.put(f"removed/{KEY}", b"1")
    assert [each.key for each in store.listed("ab")] == [KEY]  # whole names of folders
    assert [each.key for each in store.listed("removed/ab")] == [f"removed/{KEY}"]
    assert not list(store.listed("cd"))
    assert len(list(store.listed())) == 3
    store.remove(f"abc/{KEY}")
    store.remove(f"removed/{KEY}")
    store.remove(KEY)
    store.remove(KEY)
    assert (list(reopened().listed()), store.get(KEY)) == ([], None)


def cause(deed: Callable[[], object]) -> str:
    with pytest.raises(PicturesAway) as away:
        deed()
    return str(away.value.detail["cause"])


def every_deed(store: ObjectPictures) -> list[Callable[[], object]]:
    return [
        lambda: store.put(KEY, b"x"),
        lambda: store.get(KEY),
        lambda: list(store.listed()),
        lambda: list(store.listed("ab")),
    ]


@pytest.mark.xdist_group("s3")
def test_a_bucket_that_is_not_there_is_told_and_not_taken_for_a_missing_picture(s3: S3, tmp_path: Path) -> None:
    store = open_pictures(tmp_path, url="s3://no-such-bucket", settings=s3.settings)
    assert [cause(deed) for deed in every_deed(store)] == ["missing_bucket"] * 4


@pytest.mark.xdist_group("s3")
def test_a_wrong_key_is_told(tmp_path: Path) -> None:
    with served() as own:
        store = open_pictures(tmp_path, url=own.make_bucket("bucket-1"), settings=own.settings)
        store.put(KEY, b"x")
        own.let_nobody_in()
        assert {cause(deed) for deed in every_deed(store)} <= {"wrong_key", "access_denied"}


def test_a_store_that_accepts_and_never_answers_is_given_up(tmp_path: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        settings = {**S3(f"http://127.0.0.1:{deaf.getsockname()[1]}").settings, "timeout": "1s"}
        store, began = open_pictures(tmp_path, url="s3://bucket", settings=settings), time.monotonic()
        assert cause(lambda: store.get(KEY)) in ("timeout", "no_connection")
        assert time.monotonic() - began < 30


def test_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    settings = S3(f"http://127.0.0.1:{free_port()}").settings
    store = open_pictures(tmp_path, url="s3://bucket", settings=settings)
    assert cause(lambda: store.put(KEY, b"x")) == "no_connection"


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    store = ObjectPictures(LocalStore(prefix=tmp_path, mkdir=True))
    (tmp_path / KEY[:2]).write_text("a file where a folder should be")
    with pytest.raises(PicturesAway):
        store.put(KEY, b"x")


def test_an_s3_store_is_named_by_its_address_and_nothing_else_is(tmp_path: Path) -> None:
    assert isinstance(open_pictures(tmp_path, url="s3://bucket/prefix", settings={"region": "x"}), ObjectPictures)
    with pytest.raises(Invalid, match="s3://"):
        open_pictures(tmp_path, url="ftp://host")
    with pytest.raises(Invalid) as refused:
        open_pictures(tmp_path, url="s3://bucket", settings={"colour": "red"})
    assert refused.value.parameter == "PIFA_PICTURES_SETTINGS"
    assert list(tmp_path.iterdir()) == []


def test_names_that_are_no_digest_are_not_found() -> None:
    store = Pictures(maker=PillowPictures(), store=ObjectPictures(MemoryStore()))
    for digest, size in (("../../etc/passwd", 320), ("AB" * 32, 320), ("ab" * 32, 321), ("ab" * 32, 320)):
        with pytest.raises(PictureNotFound):
            store.read(digest=digest, size=size)


@pytest.fixture
def door(record: Record) -> Door:
    door = Door(record)
    options = WebOptions(access_log=False, larger_bodies=LARGER_BODIES)
    door.app = build_app(title="r", routers=catalog_routers(record), authenticator=Names(), options=options)
    door.client = type(door.client)(door.app, raise_server_exceptions=False)
    return door


def send(door: Door, content: bytes, who: str = "seller") -> Any:
    headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": "k", "Content-Type": "image/jpeg"}
    return door.client.post("/api/v1/pictures", content=content, headers=headers)


def test_a_seller_uploads_and_everybody_may_keep_it_for_ever(door: Door) -> None:
    noise = Image.effect_noise((1_200, 1_200), 90).convert("RGB")
    written = io.BytesIO()
    noise.save(written, "PNG")
    assert len(written.getvalue()) > 1 << 20  # more than other bodies may have
    answer = send(door, written.getvalue())
    assert answer.status_code == 201, answer.json()
    shown = door.client.get(answer.json()["picture"])
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert opened(door.client.get(answer.json()["sizes"]["320"]).content).size == (320, 320)
    assert send(door, written.getvalue()).json() == answer.json()


def test_who_sends_something_else_is_told_what_is_wrong(door: Door) -> None:
    for content, status, code in (
        (b"not a picture", 400, "not_a_picture"),
        (b"", 400, "not_a_picture"),
        (b"x" * (UPLOAD_BYTES_MAX + 1), 413, "picture_too_large"),
        (b"x" * (UPLOAD_BYTES_MAX + 2), 413, "body_too_large"),
    ):
        answer = send(door, content)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert send(door, picture(), who="buyer").json()["code"] == "no_supplier"
    assert send(door, picture(), who="viewer").status_code == 403
    for path in ("x/320.webp", f"{'ab' * 32}/320.webp", f"{'ab' * 32}/320.png", f"{'ab' * 32}/999999999999.webp"):
        assert door.client.get(f"/api/v1/pictures/{path}").json()["code"] == "picture_not_found"
