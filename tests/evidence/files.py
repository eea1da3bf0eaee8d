"""Real files of every kind we take in, and hostile ones, made in memory."""

import io
import struct
import wave
import zipfile
from collections.abc import Mapping

import pikepdf
from PIL import Image

CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
)
MEBIBYTE = 1024 * 1024


def picture(kind: str = "JPEG", colour: str = "red") -> bytes:
    """A small picture as Pillow writes it."""
    out = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(out, kind)
    return out.getvalue()


def wav(seconds: float = 0.1) -> bytes:
    """A moment of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * int(8000 * seconds))
    return out.getvalue()


def archive(entries: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return out.getvalue()


def docx(more: Mapping[str, bytes] | None = None) -> bytes:
    """A document with the parts every document has, and `more`."""
    text = "<w:document>现场检查情况</w:document>".encode()
    return archive({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": text, **(more or {})})


def xlsx(more: Mapping[str, bytes] | None = None) -> bytes:
    """A workbook with the parts every workbook has, and `more`."""
    return archive({"[Content_Types].xml": CONTENT_TYPES, "xl/workbook.xml": b"<workbook/>", **(more or {})})


def pdf(*, password: str | None = None, owner: str = "") -> bytes:
    """A PDF of one page; with a password, one that cannot be read without it."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        locks = (
            pikepdf.Encryption(owner=owner, user=password or "") if password is not None or owner else False
        )
        document.save(out, encryption=locks)
    return out.getvalue()


def iso_media(brand: bytes, *compatible: bytes) -> bytes:
    """The first box of an ISO media file (mp4, mov, heic ...) and some data."""
    box = b"ftyp" + brand + b"\0\0\2\0" + b"".join(compatible)
    return struct.pack(">I", len(box) + 4) + box + b"\0\0\0\x08mdat" + bytes(64)


def ole(stream: str) -> bytes:
    """An old office file as far as we look at it: its magic, and a stream name in its directory."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)


def ebml(doctype: bytes) -> bytes:
    """The head of a Matroska or WebM file."""
    return (
        b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82" + bytes([0x80 | len(doctype)]) + doctype + bytes(64)
    )


GOOD = {
    "现场.jpg": picture("JPEG"),
    "现场.jpeg": picture("JPEG"),
    "截图.png": picture("PNG"),
    "动图.gif": picture("GIF"),
    "照片.webp": picture("WEBP"),
    "照片.HEIC": iso_media(b"heic", b"mif1", b"heic"),
    "照片2.heic": iso_media(b"mif1", b"mif1", b"heic"),
    "许可证.pdf": pdf(),
    "笔录.docx": docx(),
    "台账.xlsx": xlsx(),
    "旧笔录.doc": ole("WordDocument"),
    "旧台账.xls": ole("Workbook"),
    "说明.txt": "现场有堆放物，面积约三十平方米。\r\n".encode(),
    "国标.txt": "现场有堆放物。".encode("gb18030"),
    "宽字.txt": b"\xff\xfe" + "现场有堆放物。".encode("utf-16-le"),
    "名单.csv": "姓名,电话\r\n甲,0375\r\n".encode("gb18030"),
    "MZ编号.txt": b"MZ-001 The free text of an officer",
    "自由.txt": b"The free text of an officer",
    "录音.wav": wav(),
    "录音.mp3": b"ID3\x04\0\0\0\0\0\0" + bytes(64),
    "裸流.mp3": b"\xff\xfb\x90\x64" + bytes(64),
    "录音.m4a": iso_media(b"M4A ", b"M4A ", b"mp42"),
    "手机录音.m4a": iso_media(b"mp42", b"isom"),
    "录音.aac": b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(64),
    "录音.ogg": b"OggS\0\2" + bytes(64),
    "录像.mp4": iso_media(b"isom", b"avc1"),
    "录像.mov": iso_media(b"qt  "),
    "老录像.mov": b"\0\0\0\x08wide\0\0\1\0mdat" + bytes(64),
    "录像.3gp": iso_media(b"3gp4"),
    "记录仪.avi": b"RIFF\x40\0\0\0AVI LIST" + bytes(64),
    "录像.mkv": ebml(b"matroska"),
    "录像.webm": ebml(b"webm"),
}

BAD = {
    # name: content, what the message must say
    "照片.jpg": (picture("PNG"), "内容实际是png"),
    "文档.pdf": (picture("JPEG"), "内容实际是"),
    "录像.mp4": (wav(), "内容实际是wav"),
    "假照片.jpg": ("这不是照片".encode(), "内容实际是文本"),
    "坏照片.jpg": (bytes(64), "已经损坏"),
    "程序.exe": (b"MZ\x90\0\3" + bytes(64), "程序或脚本"),
    "程序.jpg": (b"MZ\x90\0\3" + bytes(64), "程序或脚本"),
    "程序.pdf": (b"\x7fELF\2\1\1" + bytes(64), "程序或脚本"),
    "脚本.txt": (b"#!/bin/sh\nrm -rf /\n", "程序或脚本"),
    "照片.exe": (picture("JPEG"), "不接收exe"),
    "网页.html": (b"<!DOCTYPE html><html></html>", "网页或 SVG"),
    "网页.txt": (b"  <html><script>alert(1)</script></html>", "网页或 SVG"),
    "图.svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "网页或 SVG"),
    "图.png": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "网页或 SVG"),
    "打包.zip": (archive({"a.txt": b"1"}), "请先解压"),
    "打包.rar": (b"Rar!\x1a\x07\1\0" + bytes(64), "请先解压"),
    "打包.docx": (archive({"a.txt": b"1"}), "可能是压缩包"),
    "台账.docx": (xlsx(), "内容不是 docx"),
    "宏.docx": (docx({"word/vbaProject.bin": b"\1"}), "宏程序"),
    "旧.doc": (ole("PowerPoint Document"), "内容不是 doc"),
    "坏.docx": (docx()[:-30], "已损坏"),
    "坏.pdf": (b"%PDF-1.7\n" + bytes(64), "已损坏"),
    "带密码.pdf": (pdf(password="123456"), "密码或加密"),
    "限打印.pdf": (pdf(owner="123456"), "密码或加密"),
    "照片.avif": (iso_media(b"avif", b"mif1"), "不接收avif"),
    "数据": (bytes(range(256)), "不接收这种类型"),
}


def bomb(size: int = 64 * MEBIBYTE) -> bytes:
    """A small document that would expand to `size` zeros."""
    return docx({"word/media/image1.bmp": bytes(size)})


def lying_bomb() -> bytes:
    """A document whose entry declares one byte and holds many."""
    honest = bytearray(docx({"word/media/x.bmp": bytes(MEBIBYTE)}))
    true_size, told = struct.pack("<I", MEBIBYTE), struct.pack("<I", 1)
    while (at := honest.find(true_size)) >= 0:
        honest[at : at + 4] = told
    return bytes(honest)


def nested_bomb() -> bytes:
    """A document that holds a workbook, stored, that would expand to 64 MiB."""
    inner = xlsx({"xl/media/image1.bmp": bytes(64 * MEBIBYTE)})
    return archive(
        {"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": b"<w/>", "word/embeddings/1.xlsx": inner},
        zipfile.ZIP_STORED,
    )


def russian_doll() -> bytes:
    """A workbook in a document in a workbook in a document."""
    return docx({"word/embeddings/1.xlsx": xlsx({"xl/embeddings/1.docx": docx({"a.xlsx": xlsx()})})})


def many_entries() -> bytes:
    """A document of ten thousand and three entries."""
    return docx({f"word/{number}": b"" for number in range(10_001)})
