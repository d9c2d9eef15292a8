from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from policyengine import UnreadableError
from policyengine.sources import read
from policyengine.sources.remote import without_secrets

if TYPE_CHECKING:
    from pathlib import Path


def _write(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)


def test_a_file_is_read_whatever_its_name_ends_in(tmp_path: Path) -> None:
    _write(tmp_path, "policies.conf")
    (text,) = read(tmp_path / "policies.conf")
    assert (text.name, text.content) == (str(tmp_path / "policies.conf"), b"policies.conf")


def test_a_folder_gives_its_documents_in_order_without_hidden_and_other_files(
    tmp_path: Path,
) -> None:
    _write(tmp_path, "b.yaml", "a/z.yml", "a/y.json", "c.txt", ".hidden.yaml", ".git/x.yaml")
    found = [str(text.content, "utf-8") for text in read([str(tmp_path)])]  # type: ignore[arg-type]
    assert found == ["a/y.json", "a/z.yml", "b.yaml"]


def test_a_file_that_two_locations_share_is_read_once(tmp_path: Path) -> None:
    _write(tmp_path, "a.yaml", "b.yaml")
    names = [text.name for text in read([tmp_path / "b.yaml", tmp_path])]
    assert names == [str(tmp_path / "b.yaml"), str(tmp_path / "a.yaml")]


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "outside/a.yaml", "inside/b.yaml")
    (tmp_path / "inside" / "c.yaml").symlink_to(tmp_path / "outside" / "a.yaml")
    with pytest.raises(UnreadableError, match=r"c\.yaml: this link leads out"):
        read(tmp_path / "inside")


def test_a_linked_folder_that_leads_out_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "outside/a.yaml", "inside/b.yaml")
    (tmp_path / "inside" / "more").symlink_to(tmp_path / "outside")
    with pytest.raises(UnreadableError, match="more: this link leads out"):
        read(tmp_path / "inside")


def test_links_inside_the_folder_are_followed_as_mounted_volumes_need_it(tmp_path: Path) -> None:
    _write(tmp_path, "..2024/policies.yaml")
    (tmp_path / "..data").symlink_to("..2024")
    (tmp_path / "policies.yaml").symlink_to("..data/policies.yaml")
    assert [text.name for text in read(tmp_path)] == [str(tmp_path / "policies.yaml")]


@pytest.mark.parametrize("location", ["missing.yaml", "missing/", "nul\0.yaml", "x" * 5000])
def test_what_cannot_be_read_names_its_location(location: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(location)
    assert location.rstrip("/").replace("\0", "\\x00") in str(caught.value)


def test_a_folder_without_documents_is_an_error(tmp_path: Path) -> None:
    _write(tmp_path, "readme.md")
    with pytest.raises(UnreadableError, match=r"no \.yaml, \.yml, \.json file"):
        read(tmp_path)


def test_an_unknown_kind_of_url_is_an_error() -> None:
    with pytest.raises(UnreadableError, match="nothing://there: unknown kind of URL"):
        read("nothing://there")


def test_no_secret_of_a_url_is_shown() -> None:
    shown = without_secrets("https://me:word@example.org/p.yaml?sig=abc#x")
    assert shown == "https://example.org/p.yaml"
    with pytest.raises(UnreadableError, match=r"^nothing://example/p\.yaml: unknown kind of URL$"):
        read("nothing://me:word@example/p.yaml?sig=abc")


def test_a_url_gives_a_file_or_a_folder() -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for name in ("b.yaml", "a.json", ".hidden.yaml", "c.txt"):
        memory.pipe(f"/policies/{name}", name.encode())
    try:
        (file,) = read("memory://policies/b.yaml")
        folder = read("memory://policies")
    finally:
        memory.rm("/policies", recursive=True)
    assert (file.name, file.content) == ("memory://policies/b.yaml", b"b.yaml")
    assert [text.content for text in folder] == [b"a.json", b"b.yaml"]


def test_what_is_read_again_from_a_url_is_what_is_there_now() -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = pytest.importorskip("fsspec.implementations.memory").MemoryFileSystem

    class Remembers(memory):  # type: ignore[misc]
        """Keeps what it has listed, as the file systems of object stores do."""

        protocol = "remembers"
        find = fsspec.AbstractFileSystem.find

        @classmethod
        def _strip_protocol(cls, path: str) -> str:
            stripped: str = memory._strip_protocol(path.replace("remembers://", "memory://"))
            return stripped

        def ls(self, path: str, detail: bool = True, **options: Any) -> Any:  # noqa: FBT002
            if path not in self.dircache:
                self.dircache[path] = super().ls(path, detail=True, **options)
            listed = self.dircache[path]
            return listed if detail else [one["name"] for one in listed]

    fsspec.register_implementation("remembers", Remembers, clobber=True)
    store = fsspec.filesystem("memory")
    counts = []
    try:
        for name in ("a.yaml", "b.yaml"):
            store.pipe(f"/kept/{name}", name.encode())
            counts.append(len(read("remembers://kept")))
    finally:
        store.rm("/kept", recursive=True)
    assert counts == [1, 2]


def test_a_missing_remote_file_is_an_error_without_the_librarys_own_words() -> None:
    pytest.importorskip("fsspec")
    with pytest.raises(UnreadableError, match=r"^memory://gone\.yaml: FileNotFoundError$"):
        read("memory://gone.yaml")
