"""The metadata of an archived file as XML, with the element names of DA/T 48-2009; contents are named, not embedded.

The names follow what is known of the standard's package structure; its text was not at hand, so the document says of
itself that it is arranged after it and not that it conforms to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

NAMESPACE: Final = "urn:mingjing:archive:1"
DESCRIPTION: Final = (
    "元素名称参照 DA/T 48-2009《基于XML的电子文件封装规范》编制；内容文件以相对路径和摘要引用，不内嵌"
)
Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ComputerFile:
    """One file of the package and what the archive wants to know of it."""

    path: str
    size: int
    sha256: str
    media_type: str
    described: Fields


@dataclass(frozen=True)
class FileRecord:
    """What the metadata say of a whole file: the volume, its pieces, who handled it, and every act."""

    created_at: str
    created_by: str
    volume: Fields
    files: Sequence[ComputerFile]
    people: Sequence[Fields]
    acts: Sequence[Fields]


def metadata_xml(record: FileRecord) -> bytes:
    """Give the XML; the same record gives the same bytes."""
    root = ElementTree.Element("电子文件封装包", {"xmlns": NAMESPACE})
    head = (
        ("封装包格式描述", DESCRIPTION),
        ("版本", "2009"),
        ("封装包类型", "原始型"),
        ("封装包创建时间", record.created_at),
        ("封装包创建单位", record.created_by),
    )
    _fields(root, head)
    content = ElementTree.SubElement(root, "封装内容")
    entity = ElementTree.SubElement(content, "文件实体块")
    volume = ElementTree.SubElement(entity, "文件实体")
    _fields(volume, (("聚合层次", "案卷"), *record.volume))
    for number, one in enumerate(record.files, 1):
        _file(ElementTree.SubElement(entity, "文件实体"), number, one)
    _block(content, "机构人员实体块", "机构人员实体", record.people)
    _block(content, "业务实体块", "业务实体", record.acts)
    ElementTree.indent(root, " ")
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def files_in(xml: bytes) -> Mapping[str, tuple[str, str]]:
    """Read back which files the metadata name: path -> (size, digest). Raises ValueError for what is no such XML."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise ValueError("元数据中不得有文档类型声明")
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 - without a document type nothing can expand
    except ElementTree.ParseError as error:
        raise ValueError(f"元数据不是有效的 XML：{error}") from error
    named = {}
    for one in root.iter(f"{{{NAMESPACE}}}文件数据"):
        path, size, digest = (
            one.findtext(f"{{{NAMESPACE}}}{tag}") or "" for tag in ("计算机文件名", "计算机文件大小", "摘要")
        )
        named[path] = (size, digest)
    return named


def _file(entity: ElementTree.Element, number: int, one: ComputerFile) -> None:
    _fields(entity, (("聚合层次", "文件"), ("顺序号", str(number)), *one.described))
    data = ElementTree.SubElement(entity, "文件数据")
    _fields(
        data,
        (
            ("计算机文件名", one.path),
            ("计算机文件大小", str(one.size)),
            ("格式信息", one.media_type),
            ("摘要算法", "SHA-256"),
            ("摘要", one.sha256),
        ),
    )


def _block(content: ElementTree.Element, block: str, entity: str, rows: Iterable[Fields]) -> None:
    under = ElementTree.SubElement(content, block)
    for row in rows:
        _fields(ElementTree.SubElement(under, entity), row)


def _fields(parent: ElementTree.Element, fields: Iterable[tuple[str, str]]) -> None:
    for name, value in fields:
        ElementTree.SubElement(parent, name).text = _printable(value)


def _printable(text: str) -> str:
    """Leave out the characters that XML cannot hold."""
    return "".join(one for one in text if one in "\t\n" or (one >= " " and one not in "\ufffe\uffff"))
