#!/bin/sh
# 主库第一次建立时：给副本一个只能复制的用户。读不到口令就停下，不建一个没有口令的用户。
set -eu
password=$(cat /run/secrets/replica_password)
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set replica="${password:?口令文件是空的}" <<'SQL'
CREATE ROLE replica WITH REPLICATION LOGIN PASSWORD :'replica';
SQL
echo "host replication replica all scram-sha-256" >> "$PGDATA/pg_hba.conf"
