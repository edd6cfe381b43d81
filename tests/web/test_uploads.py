"""Forms with a file: what is read of them, what is refused, and that only routes that ask for it take them."""

import pytest

from tracker.errors import Invalid
from tracker.web.uploads import LARGEST_FILE, read_parts

KIND = "multipart/form-data; boundary=xyz"


def part(head: str, content: bytes = b"") -> bytes:
    return b"--xyz\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + content + b"\r\n"


def test_fields_and_files_are_read_byte_for_byte() -> None:
    content = b"PK\x03\x04\x00\xff\r\n--xy\r\n--\n\r\xe9"
    body = part('name="token"', b"abc") + part('name="file"; filename="plan.xlsx"', content) + b"--xyz--\r\n"
    fields, files = read_parts(KIND, body)
    assert fields == [("token", "abc")]
    assert (files["file"].name, files["file"].content) == ("plan.xlsx", content)


def test_a_file_that_was_not_chosen_is_none() -> None:
    assert read_parts(KIND, part('name="file"; filename=""') + b"--xyz--") == ([], {})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("..\\\\..\\\\plan.csv", "plan.csv"),
        ("/etc/passwd", "passwd"),
        ("a\u202eb<i>.csv", "a_b_i_.csv"),
        ("é ü.csv", "é ü.csv"),
    ],
)
def test_the_name_of_a_file_is_only_shown_and_without_what_deceives(name: str, shown: str) -> None:
    _, files = read_parts(KIND, part(f'name="file"; filename="{name}"', b"x") + b"--xyz--")
    assert files["file"].name == shown


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param("multipart/form-data", part('name="a"', b"b") + b"--xyz--", id="no boundary"),
        pytest.param("multipart/form-data; boundary=" + "x" * 99, b"", id="a boundary that is too long"),
        pytest.param(KIND, b"", id="nothing"),
        pytest.param(KIND, part('name="a"', b"b"), id="broken off"),
        pytest.param(KIND, b"before" + part('name="a"', b"b") + b"--xyz--", id="something before the first part"),
        pytest.param(KIND, b"--xyz\r\nContent-Disposition: form-data; name=a\r\n--xyz--", id="a part without an end"),
        pytest.param(KIND, b"--xyz\r\nContent-Type: text/plain\r\n\r\nb\r\n--xyz--", id="a part without a name"),
        pytest.param(KIND, part('name="a"', b"\xff") + b"--xyz--", id="a field that is no text"),
        pytest.param(KIND, part('name="a"', b"b") * 60 + b"--xyz--", id="too many parts"),
        pytest.param(KIND, part(f'name="{"a" * 5000}"') + b"--xyz--", id="a head that is too long"),
    ],
)
def test_what_is_broken_is_refused_in_words(kind: str, body: bytes) -> None:
    with pytest.raises(Invalid, match="did not arrive whole"):
        read_parts(kind, body)


def test_a_file_that_is_too_large_is_refused_in_words() -> None:
    body = part('name="file"; filename="plan.xlsx"', b"x" * (LARGEST_FILE + 1)) + b"--xyz--"
    with pytest.raises(Invalid, match="larger than 2 MB"):
        read_parts(KIND, body)
