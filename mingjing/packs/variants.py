"""Another state of the law: a library in a folder or a zip, or one with a file put in; nothing is judged here."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from mingjing.packs.load import NATIONAL, Library, build, load_library
from mingjing.packs.source import PackError, PackFile, nearest

MOST_FILES: Final = 20_000
MOST_BYTES: Final = 100 * 1024 * 1024


def open_library(path: Path) -> Library:
    """Read a library from a folder or a zip that holds one, at its top or one folder down. Raises PackError."""
    if path.is_dir():
        return load_library(_root(path))
    if not path.is_file():
        raise PackError(str(path), 1, "没有这个文件或者文件夹，请核对路径")
    with TemporaryDirectory(prefix="mingjing-packs-") as folder:
        _unpack(path, Path(folder))
        return load_library(_root(Path(folder)))


def with_file(base: Library, name: str, text: str) -> Library:
    """Give the library with this text in place of the file of this name, or beside the others. Raises PackError."""
    file = PackFile.parse(name, text)
    scope = scope_of(base, name)
    pack = base.packs[scope]
    files = tuple(sorted((*(one for one in pack.files if one.name != name), file), key=lambda one: one.name))
    return build({**base.packs, scope: replace(pack, files=files)})


def scope_of(base: Library, name: str) -> str:
    """Give the pack in which a file of this name lies. Raises PackError where the library has no such pack."""
    scopes = [scope for scope in base.packs if name.startswith(f"{scope}/")]
    if not scopes:
        raise PackError(name, 1, f"没有这个法律包：路径应当以 {'、'.join(base.packs)} 之一开头")
    return max(scopes, key=len)


def place_of(base: Library, path: Path) -> str:
    """Give the name that a rule file has in the library, from its path or, where that does not tell, its own name.

    Raises PackError where several files of the library have that name, or none.
    """
    parts = path.resolve().parts
    for at in range(len(parts)):
        name = "/".join(parts[at:])
        if any(file.name == name for pack in base.packs.values() for file in pack.files):
            return name
    names = [file.name for pack in base.packs.values() for file in pack.files]
    same = [name for name in names if PurePosixPath(name).name == path.name]
    if len(same) == 1:
        return same[0]
    if same:
        raise PackError(str(path), 1, f"有几个同名的文件：{'、'.join(same)}。请放到同样的路径下再比较")
    stems = {PurePosixPath(name).name for name in names}
    raise PackError(
        str(path), 1, f"法规包里没有叫“{path.name}”的文件{nearest(path.name, stems)}，不知道放在哪里"
    )


def _root(folder: Path) -> Path:
    """Find where the packs begin: in the folder or one below."""
    places = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    return next((place for place in places if (place / NATIONAL / "pack.toml").is_file()), folder)


def _unpack(path: Path, folder: Path) -> None:
    """Take the TOML files out of a zip; sizes and names are not trusted."""
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            infos = [info for info in archive.infolist() if info.filename.endswith(".toml")]
            if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES:
                raise PackError(str(path), 1, "压缩包过大，不像是法规包；请只压缩 lawpacks 文件夹")
            for info in infos:
                name = PurePosixPath(info.filename)
                if name.is_absolute() or ".." in name.parts:
                    raise PackError(str(path), 1, f"压缩包里的路径“{info.filename}”不能使用")
                target = folder.joinpath(*name.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(info))
    except (zipfile.BadZipFile, OSError, RuntimeError) as error:
        raise PackError(str(path), 1, "不是可以读取的 ZIP 文件；请给文件夹或者 ZIP 压缩包") from error
