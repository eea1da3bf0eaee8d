"""One thing looked at: what was found, how that is to be taken, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

WORDS: Final[Mapping[str, str]] = {"green": "正常", "amber": "留意", "red": "需要处理"}
# What to do where something is not well, by the name of the check.
ADVICE: Final[Mapping[str, str]] = {
    "database": "看数据库服务器是否在运行、磁盘是否满。",
    "worker": "看后台任务（mingjing worker）是否在运行、运行记录里有没有封存的错误。办案不受影响，恢复后自动补封。",
    "beat": "启动后台任务（mingjing worker，或者 systemctl start mingjing-worker）。办案不受影响，恢复后接着做。",
    "log": "先不要重启；照“运行”文档核对存证日志。",
    "witness": "看见证方的机器和网络；见证方说历史不符的，立即停下核对。",
    "documents": "打开“审核”之外的案件文书，照所列原因改正；字体、证书问题由系统管理员处理，处理后自动重试。",
    "certificates": "向发证机构续期，把新的 .p12 放到 MINGJING_SIGNING_DIR，不必重启。",
    "disk": "清理或者扩容。满了以后不能上传、不能记案，已有的不会丢。",
    "clock": "校准时钟（NTP）。",
    "release": "照“法规包”文档核对发布记录。",
    "cursors": "看后台任务是否在运行、运行记录里这一项有没有错误；刚升级、刚恢复的会补读历史，等它读完。",
    "push": "打开“平台推送”：停着的照所写的原因处理，需要处理的逐件补填、重发。",
    "backup": "运行 mingjing backup；没有定时的，照“运行”文档的备份一节设好。",
    "replica": "看只读副本的服务器和复制连接；恢复前统计、门户的数字会晚一些。",
    "slow": "看下面的慢查询是哪些页面；持续增多的，照“性能”文档核对数据库配置，或者联系开发人员。",
}


@dataclass(frozen=True)
class Check:
    """One thing looked at: its name, what was found, whether that is well, and whether to keep an eye on it."""

    name: str
    title: str
    found: str
    well: bool
    watch: bool = False  # well enough to wait, not well enough to forget

    @property
    def colour(self) -> str:
        """Green, amber or red; the page says it in words too."""
        if not self.well:
            return "red"
        return "amber" if self.watch else "green"

    @property
    def word(self) -> str:
        """The colour in words."""
        return WORDS[self.colour]

    @property
    def advice(self) -> str:
        """What to do; nothing where all is well."""
        return "" if self.colour == "green" else ADVICE.get(self.name, "")
