"""One digest for a pack and one for a whole library: by them a release says which law it is. Nothing is signed here."""

from mingjing.kit.canonical import digest
from mingjing.packs.load import Library, Pack


def pack_digest(pack: Pack) -> str:
    """Give the SHA-256 over the names and digests of all files of a pack."""
    return digest({file.name: file.digest for file in pack.files})


def library_digest(library: Library) -> str:
    """Give the SHA-256 over the digests of all packs."""
    return digest({scope: pack_digest(pack) for scope, pack in library.packs.items()})
