#!/usr/bin/env bash
# Checks and measures the TorchSharp engine on this machine, with the libtorch of its Python.
# usage: ./run.sh [RESULTS]     RESULTS is a folder for logs and numbers (results beside this script when unset)
# From the environment:
#   DEVICE   cuda:0, or another device of libtorch
#   PYTHON   python3, or another program with PyTorch
#   FILTER   only tests with this in their name
#   EPOCHS   of the sample, 30
#   BENCH    options of the measurement, as "--batch-size 128 --rounds 3 --seconds 0.5"
set -uo pipefail
results=$(realpath -m "${1:-$(dirname "${BASH_SOURCE[0]}")/results}")
# The programs with libraries of their own name their loader relative to here.
cd "$(dirname "${BASH_SOURCE[0]}")"
device=${DEVICE:-cuda:0} python=${PYTHON:-python3}
read -ra bench <<<"${BENCH:-}"
mkdir -p "$results"
rm -f "$results"/{ours.tsv,torch.tsv,failures}

# Where libtorch lies, and where what it loads of CUDA does.
found=$("$python" - <<'PYTHON'
import os
import torch
# What else is loaded when there is work for a GPU.
torch.cuda.is_available()
folders = [os.path.join(os.path.dirname(os.path.realpath(torch.__file__)), "lib")]
with open("/proc/self/maps") as maps:
    for line in maps:
        folder = os.path.dirname(line.split(maxsplit=5)[5].strip()) if "/nvidia/" in line else folders[0]
        if folder not in folders:
            folders.append(folder)
print(torch.__version__, ":".join(folders), sep="\n")
PYTHON
) || { echo "'$python' has no PyTorch: name one that has in PYTHON" >&2; exit 2; }
{ read -r version; read -r folders; } <<<"$found"

# The system's C++ library may be too old for TorchSharp; a kit that brings a newer one has programs that use it.
libstdcxx=$(/sbin/ldconfig -p | awk '/libstdc\+\+\.so\.6 .*x86-64/ { print $NF; exit }') suffix=
if [[ -n $libstdcxx ]] && ! grep -q GLIBCXX_3.4.32 "$libstdcxx"; then
  [[ -d system ]] || { echo "$libstdcxx is older than TorchSharp wants: make the kit with --system FOLDER" >&2; exit 2; }
  suffix=.newer
fi

# Runs a program of the kit, with its output in a log too; a failure is told and does not end the others.
step() {
  local name=$1 program=$2 code=0
  shift 2
  echo "== $name"
  LD_LIBRARY_PATH=$folders${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} MLNETEXT_DEVICE=$device \
    "bin/$program$suffix" "$@" 2>&1 | tee "$results/$name.log" || code=$?
  [[ $code -eq 0 ]] || echo "$name: exit code $code, see $results/$name.log" | tee -a "$results/failures"
}

echo "PyTorch $version in ${folders%%:*}, device $device"
kit=MLNetExtensions.CudaKit
step symbols $kit symbols "${folders%%:*}" --results "$results"
step tests $kit test --filter "${FILTER:-}" --results "$results" | grep -v '^running '
step sample Cuda --device "$device" --save "$results/cuda.zip" --epochs "${EPOCHS:-30}"
sed -n 's/^result accuracy=\([0-9.]*\).*/accuracy of samples\/Cuda\t\1/p' "$results/sample.log" >>"$results/ours.tsv"
step bench $kit bench --device "$device" --results "$results" ${bench[@]+"${bench[@]}"}
echo "== PyTorch"
"$python" throughput.py --device "$device" --results "$results" ${bench[@]+"${bench[@]}"} 2>&1 | tee "$results/torch.log" ||
  echo "PyTorch: failed, see $results/torch.log" | tee -a "$results/failures"

echo
command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name,driver_version --format=csv,noheader
echo "PyTorch $version, device $device"
"bin/$kit$suffix" table --results "$results" | tee "$results/table.md"
if [[ -f $results/failures ]]; then
  cat "$results/failures"
  exit 1
fi
