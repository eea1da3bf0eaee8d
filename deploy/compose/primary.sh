#!/bin/sh
# 主库第一次建立时：给副本一个只能复制的用户。
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set replica="$(cat /run/secrets/replica_password)" <<'SQL'
CREATE ROLE replica WITH REPLICATION LOGIN PASSWORD :'replica';
SQL
echo "host replication replica all scram-sha-256" >> "$PGDATA/pg_hba.conf"
