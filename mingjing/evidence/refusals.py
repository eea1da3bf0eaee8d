"""Why a file is not taken in, in words for whoever sent it; what is checked is elsewhere."""


class EvidenceRefused(Exception):
    """Nothing was kept of the upload. Says what is wrong with which field, and what to do, in Chinese."""

    def __init__(self, message: str, remedy: str, *, field: str = "file") -> None:
        self.message, self.remedy, self.field = message, remedy, field
        super().__init__(f"{message}。{remedy}。")


class NotKeptNow(EvidenceRefused):
    """Nothing is wrong with the file: the disk is full or the store cannot be reached, and later it may go."""


class EvidenceAltered(Exception):
    """The bytes kept under an address are not those the address names: somebody or something changed them."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        super().__init__(
            f"证据文件 {digest} 的内容与登记时不符，可能被改动或损坏。请停用并立即报告系统管理员。"
        )
