#!/usr/bin/env bash
# What a developer does most, in one place; build.cmd is the same for Windows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

help() {
  cat <<'HELP'
usage: ./build.sh VERB
  demo [OPTIONS]         run the diabetes sample (samples/Diabetes); the options go to it
  test [FILTER]          run the tests, or those with FILTER in their full name
  bench [NAME]           run the benchmarks, or those with NAME in their name
  pack                   make the NuGet packages, in artifacts/package/release

AutoMLPackage=nuget|offline chooses the package Microsoft.ML.AutoML or the subset of it in src/Offline; unset, the build
finds out by itself. TorchSharpBundle is the package of libtorch for the tests, or none. MLNETEXT_DATA is a folder with
data sets, MLNETEXT_CONFORMANCE one with recorded behaviour of AutoML.
HELP
}

# Builds a project with a line about the packages it uses, then runs it without any.
run() {
  local project=$1
  shift
  dotnet build -c Release -v minimal "$project"
  dotnet run -c Release --no-build --project "$project" -- "$@"
}

run_tests() {
  local filter=() log=artifacts/test.log status=0
  [[ $# -eq 0 ]] || filter=(--filter "FullyQualifiedName~$1")
  mkdir -p artifacts
  # All of the solution is built, so that a sample that does not compile is seen too.
  dotnet build MLNetExtensions.sln -c Release -v minimal
  # The counts are read from the English summary of each test project.
  DOTNET_CLI_UI_LANGUAGE=en dotnet test MLNetExtensions.sln -c Release --no-build ${filter[@]+"${filter[@]}"} 2>&1 | tee "$log" || status=$?
  awk '
    /(Passed|Failed|Skipped)! +- +Failed: / {
      gsub(/[:,]/, " ")
      for (i = 1; i < NF; i++) if ($i ~ /^(Failed|Passed|Skipped)$/ && $(i + 1) ~ /^[0-9]+$/) count[$i] += $(i + 1)
    }
    END {
      printf "%d passed, %d failed, %d skipped\n", count["Passed"], count["Failed"], count["Skipped"]
      exit count["Passed"] + count["Failed"] == 0
    }' "$log" || status=1
  return "$status"
}

# The files of a package bear the time of the commit, so that a commit makes the same packages at any time.
pack() {
  export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || true)}
  dotnet pack MLNetExtensions.sln -c Release
}

verb=${1:-help}
[[ $# -eq 0 ]] || shift
case $verb in
  demo) run samples/Diabetes "$@" ;;
  test) run_tests "$@" ;;
  bench) run tests/MLNetExtensions.Benchmarks "$@" ;;
  pack) pack ;;
  help | -h | --help) help ;;
  *) echo "unknown verb '$verb'" >&2; help >&2; exit 2 ;;
esac
