#!/bin/sh
# 只读副本：第一次启动时从主库整份复制，之后跟着主库走。
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    password=$(cat /run/secrets/replica_password)
    until pg_basebackup --pgdata "$PGDATA" --write-recovery-conf --checkpoint fast --wal-method stream \
        --dbname "host=postgres user=replica password=$password application_name=replica"; do
        echo "主库还没有就绪，五秒后再试" >&2
        rm -rf "${PGDATA:?}"/*
        sleep 5
    done
    chmod 0700 "$PGDATA"
fi
exec postgres -c config_file=/etc/postgresql/postgresql.conf
