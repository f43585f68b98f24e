"""The table form × captured × found, from the captures and the audits of them."""

import collections
import json
import pathlib
import sys

work = pathlib.Path(sys.argv[1])
captured, found = collections.Counter(), collections.Counter()
missed = []
for value in ("name", "address"):
    root = work / "captures" / value / "20260601T022535Z-r1-recall-1" / "backend"
    findings = json.loads((work / f"{value}.json").read_text())["findings"]
    leaking = {
        finding["location"]["path"]
        for finding in findings
        if finding["rule"].startswith("endpoint/") and finding["severity"] == "error"
    }
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        relative = path.relative_to(root)
        form = relative.parts[0]
        captured[form] += 1
        if any(leak.endswith(f"/{relative}") for leak in leaking):
            found[form] += 1
        else:
            missed.append(f"{value}/{relative}")
print("| form | captured | found |\n| --- | ---: | ---: |")
for form in sorted(captured):
    print(f"| `{form}` | {captured[form]} | {found[form]} |")
print(f"| all | {sum(captured.values())} | {sum(found.values())} |")
for path in missed:
    print("missed:", path)
skipped = work / "captures" / "skipped.txt"
if skipped.exists():
    print("not captured here:", ", ".join(skipped.read_text().split("\n")).strip(", "))
