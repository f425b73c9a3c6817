#!/bin/sh
# Serves S3 on loopback with Ceph, to test against a store that moto does not imitate: one monitor, one storage daemon
# that keeps objects in memory, and the gateway. Everything is below a folder; Ctrl-C ends it.
#
#     apt-get install ceph-mon ceph-osd ceph-common radosgw curl
#     sh tools/ceph_s3.sh ceph 9000
#
# In another terminal:
#
#     export SITEGEN_TEST_S3=http://127.0.0.1:9000 AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secret
#     pytest tests/test_publish_s3.py
set -eu
folder=$(realpath -m "${1:?name a new folder for its data}")
port=${2:-9000}
[ ! -e "$folder" ] || { echo "$folder: exists; name a new folder" >&2; exit 2; }
mkdir -p "$folder/run" "$folder/mon" "$folder/osd" "$folder/log"
monitor="v1:127.0.0.1:$((port + 1))"
fsid=$(cat /proc/sys/kernel/random/uuid)
osd=$(cat /proc/sys/kernel/random/uuid)
cat > "$folder/ceph.conf" <<EOF
[global]
fsid = $fsid
mon_host = [$monitor]
mon_initial_members = a
mon_data = $folder/mon
mon_allow_pool_size_one = true
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
osd_data = $folder/osd
osd_objectstore = memstore
memstore_device_bytes = 2147483648
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pg_autoscale_mode = off
run_dir = $folder/run
admin_socket = $folder/run/\$name.\$pid.asok
log_file = $folder/log/\$name.log
rgw_frontends = beast endpoint=127.0.0.1:$port
EOF
export CEPH_CONF="$folder/ceph.conf"
started=
trap 'kill $started 2> /dev/null || true; wait' EXIT
trap 'exit 0' INT TERM
monmaptool --create --addv a "[$monitor]" --fsid "$fsid" "$folder/monmap" > /dev/null
ceph-mon --mkfs -i a --monmap "$folder/monmap"
ceph-mon -i a --foreground > "$folder/log/mon.out" 2>&1 & started="$started $!"
ceph osd new "$osd" > "$folder/log/new.out" 2>&1
ceph-osd -i 0 --mkfs --osd-uuid "$osd" > "$folder/log/mkfs.out" 2>&1
ceph-osd -i 0 --foreground > "$folder/log/osd.out" 2>&1 & started="$started $!"
radosgw -n client.rgw --foreground > "$folder/log/rgw.out" 2>&1 & started="$started $!"
user="--uid tests --display-name tests --access-key key --secret-key secret"
radosgw-admin user create $user > "$folder/log/user.out" 2>&1
until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/"; do sleep 1; done
echo "http://127.0.0.1:$port"
wait
