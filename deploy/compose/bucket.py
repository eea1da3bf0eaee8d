"""Make the bucket of evidence with object lock, once; a bucket that is there without the lock is refused."""

import os
import sys
import time

import boto3
from botocore.exceptions import BotoCoreError, ClientError

TRIES = 30


def main() -> int:
    """Give 0 when the bucket is there and locks what is put into it."""
    bucket = os.environ["MINGJING_S3_BUCKET"]
    store = boto3.client(
        "s3",
        endpoint_url=os.environ["MINGJING_S3_ENDPOINT"],
        aws_access_key_id=os.environ["MINGJING_S3_KEY_ID"],
        aws_secret_access_key=os.environ["MINGJING_S3_SECRET"],
        region_name=os.environ.get("MINGJING_S3_REGION", "us-east-1"),
    )
    for _ in range(TRIES):
        try:
            if bucket not in {one["Name"] for one in store.list_buckets()["Buckets"]}:
                store.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
            store.get_object_lock_configuration(Bucket=bucket)
        except ClientError as refused:
            print(f"对象存储拒绝：{refused.response['Error']['Code']}", file=sys.stderr)
            return 1
        except BotoCoreError:
            time.sleep(2)
        else:
            return 0
    print("对象存储一直连接不上", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
