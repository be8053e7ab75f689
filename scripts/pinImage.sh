#!/usr/bin/env bash
# Prints an image's name with the digest that its tag has in the registry now: node:24-alpine@sha256:…
set -euo pipefail
image=${1:?usage: scripts/pinImage.sh IMAGE}
digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
[[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || {
  echo "no digest of $image: $digest" >&2
  exit 1
}
echo "$image@$digest"
