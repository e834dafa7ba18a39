#!/usr/bin/env bash
# Makes the kit for CUDA machines without .NET and a package feed: docs/cuda.md.
# usage: tests/cuda.sh [--system FOLDER]
#   --system FOLDER   also for systems with an older C++ library than TorchSharp's (Ubuntu 22.04, Debian 12): with the libraries
#                     and patchelf of a folder that .ci/newer-libstdcxx made
set -euo pipefail
system=
if [[ ${1:-} == --system && $# -eq 2 ]]; then
  system=$(realpath "$2")/system
elif [[ $# -gt 0 ]]; then
  echo "usage: tests/cuda.sh [--system FOLDER]" >&2
  exit 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
build=$PWD/artifacts/cuda-build kit=$PWD/artifacts/cuda-kit limit=60
programs=(MLNetExtensions.CudaKit Cuda)

rm -rf "$kit" "$kit.tar.xz"
mkdir -p "$kit"
# All into one folder: they share the runtime and the libraries. A build of its own, since it restores other packages.
for project in tests/MLNetExtensions.CudaKit samples/Cuda; do
  TorchSharpBundle=none dotnet publish "$project" -c Release -r linux-x64 --self-contained -v quiet \
    --artifacts-path "$build" -o "$kit/bin" -p:DebugType=none -p:SatelliteResourceLanguages=en
done
cp tests/MLNetExtensions.CudaKit/Kit/* "$kit"

if [[ -n $system ]]; then
  libraries=$system/usr/lib/x86_64-linux-gnu loader=ld-linux-x86-64.so.2
  mkdir "$kit/system"
  cp -L "$libraries/$loader" "$libraries"/lib{c,m,dl,rt,pthread,resolv,gcc_s,stdc++}.so.[0-9] "$kit/system"
  for program in "${programs[@]}"; do
    cp "$kit/bin/$program" "$kit/bin/$program.newer"
    # A loader relative to the kit, where run.sh starts them: the kit may lie anywhere.
    "$libraries/$loader" --library-path "$libraries" "$system/usr/bin/patchelf" \
      --set-interpreter "system/$loader" --force-rpath --set-rpath '$ORIGIN/../system' "$kit/bin/$program.newer"
  done
fi

tar -C "${kit%/*}" -c "${kit##*/}" | xz -T0 -6 >"$kit.tar.xz"
size=$(($(stat -c %s "$kit.tar.xz") >> 20))
echo "artifacts/cuda-kit.tar.xz: $size MiB. There: tar xf cuda-kit.tar.xz && cuda-kit/run.sh"
if [[ $size -ge $limit ]]; then
  echo "The kit is to stay below $limit MiB." >&2
  exit 1
fi
