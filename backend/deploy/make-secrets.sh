#!/bin/sh
# Makes the files that docker-compose.yml hands to its services as secrets, whichever are missing, from what `flask generate-keys` made.
#
#     backend/deploy/make-secrets.sh [FOLDER] [HOST]      (var/secrets and localhost, unless you say otherwise)
#
# The certificate is self-signed for HOST, to try things out: replace tls-certificate and tls-key by real ones before going public.
# The folder is for your eyes only; the files in it can be read by the services, whose users have other numbers than you.
set -eu
folder=${1:-var/secrets}
host=${2:-localhost}
keys=${KEYS_DIR:-var/keys}
secret_key=${SECRET_KEY_FILE:-var/secret-key}

for file in "$secret_key" "$keys/channel-key.pem" "$keys/trusted-keys.json"; do
    test -f "$file" || { echo "$file is missing: run \`flask generate-keys\` first." >&2; exit 1; }
done
mkdir -p "$folder"
chmod 700 "$folder"

make() { # make NAME COMMAND...: the command's output becomes the file, whole or not at all
    name=$1
    shift
    test -e "$folder/$name" && { echo "kept  $folder/$name"; return; }
    "$@" > "$folder/.$name"
    chmod 644 "$folder/.$name"
    mv "$folder/.$name" "$folder/$name"
    echo "made  $folder/$name"
}

make secret-key cat "$secret_key"
make channel-key.pem cat "$keys/channel-key.pem"
make trusted-keys.json cat "$keys/trusted-keys.json"
make database-password openssl rand -hex 20
make metrics-token openssl rand -hex 20
make store-access-key openssl rand -hex 10
make store-secret-key openssl rand -hex 20
if test ! -e "$folder/tls-certificate"; then
    make tls-key openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256
    make tls-certificate openssl req -x509 -key "$folder/tls-key" -days 365 -subj "/CN=$host" \
        -addext "subjectAltName=DNS:$host"
fi
