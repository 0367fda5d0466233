# For the scripts beside it, which source it: what the samples of targets/samples need. `skip` ends
# with 77, which CTest reports as skipped.
skip() {
  echo "skipped: $1"
  exit 77
}

# need FOLDER: that of a sample.
need() {
  local sample
  sample=$(basename "$1")
  case $sample in
    opossum | cockatiel)
      command -v node >/dev/null || skip "there is no node here (Debian's package nodejs)"
      [[ -d $1/node_modules/$sample ]] ||
        skip "$sample is not here; npm ci in targets/samples/$sample fetches it"
      ;;
    python)
      [[ -x $1/.venv/bin/uvicorn ]] ||
        skip "the packages of targets/samples/python are not here; its README says how to fetch them"
      ;;
  esac
}
