"""The command `mingjing`: finds the command's module, gives it its arguments, turns refusals into one clear line."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from mingjing.cli.start import Refusal, start_django

# Command -> (what it does, whether it needs Django and the database).
COMMANDS = {
    "serve": ("启动网站和后台任务", True),
    "worker": ("只启动后台任务", True),
    "demo": ("准备演示数据并启动", True),
    "migrate": ("建立或升级数据库", True),
    "import": ("导入“双公示”表格（CSV、XLSX）", True),
    "migration": ("数据迁移：旧案、人员证件、检查对象、检查记录（migration try、run）", True),
    "exchange": ("生成报送其他平台的表格（exchange dual）", True),
    "complaints": ("导入 12345 热线工单（complaints import）", True),
    "register": ("导入检查对象名录库（register import）", True),
    "interference": ("过问干预记录：持有人的密钥、两人一起开启", False),
    "questions": ("导入执法资格考试题库", True),
    "benchmark": ("核对、导入、导出裁量基准", True),
    "norms": ("核对、导入、导出四清单和不予强制清单", True),
    "backup": ("备份：数据库和文件做成快照，密钥另存", True),
    "restore": ("把备份恢复到空的地方，并与日志逐一比对", True),
    "rebuild": ("由行为记录重算派生数据并比对", True),
    "law": ("检查法规包（law check、law defects）", False),
    "verify": ("离线查验日志、案件或文书", False),
    "watch": ("监视一本日志：每次核对它只在后面添加", False),
    "draw": ("重新执行公布的随机抽取（draw verify）", False),
    "witness": ("见证服务：由监督机关在自己的机器上运行", False),
    "plan": ("读方案、整改文件，列出整改事项（plan import --dry-run）", False),
    "simulate": (
        "模拟县：植入已知的毛病（simulate county），核对预警和评查找出多少（simulate score）",
        False,
    ),
    "portal": ("静态镜像：导出整个门户、打包变化、在另一侧核验和装入", False),
    "log": ("存证日志：签名密钥的查看、更换、停用、接续；重做瓦片；恢复之后查缺", True),
    "drill": (
        "演练：drill tamper（篡改必被发现）、drill keys（密钥规程）、drill upload（断网断电续传）、"
        "drill recovery（恢复到某一时刻）",
        False,
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 something was found, 2 not possible)."""
    parser = argparse.ArgumentParser(prog="mingjing", description="明镜：行政执法全过程记录与监督")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="命令")
    modules = {}
    wanted = next((word for word in (argv if argv is not None else sys.argv[1:]) if word in COMMANDS), None)
    for name, (help_text, _) in COMMANDS.items():
        sub = subparsers.add_parser(name, help=help_text, description=help_text)
        # Only the wanted command is imported: `verify` must run where there is no Django and no database.
        if name == wanted:
            if COMMANDS[name][1]:
                start_django()
            modules[name] = importlib.import_module(f"mingjing.cli.commands.{name}_command")
            modules[name].add_arguments(sub)
    args = parser.parse_args(argv)
    try:
        return int(modules[args.command].run(args))
    except Refusal as refusal:
        print(f"无法执行：{refusal}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
