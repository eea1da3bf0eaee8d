"""The ways by which a message reaches a platform: HTTP, SFTP, a bucket, a folder; none of them knows the database."""

from mingjing.exchange.push.carriers.folder import FolderCarrier
from mingjing.exchange.push.carriers.http import HttpCarrier
from mingjing.exchange.push.carriers.s3 import S3Carrier
from mingjing.exchange.push.carriers.sftp import SftpCarrier
from mingjing.exchange.push.messages import Carrier
from mingjing.exchange.push.receivers import Receiver


def carrier_for(receiver: Receiver) -> Carrier:
    """Give the carrier of a receiver; nothing is connected before the first message."""
    match receiver.way:
        case "http":
            return HttpCarrier(receiver)
        case "sftp":
            return SftpCarrier(receiver)
        case "s3":
            return S3Carrier(receiver)
    return FolderCarrier(receiver)
