"""Reads a JUnit report as a CI service would, and holds it to the JSON document of the same audit."""

import json
import sys

from junitparser import Error, Failure, JUnitXml, Skipped

report, outcome = JUnitXml.fromfile(sys.argv[1]), json.load(open(sys.argv[2], encoding="utf-8"))


def below(path: str, subject: str) -> bool:
    return path == subject or path.startswith(subject + "/")


def state(subject: dict) -> str:
    """What a service should show of a run or a document."""
    findings = [f for f in outcome["findings"] if below(f["location"]["path"], subject["path"])]
    if any(finding["severity"] == "error" for finding in findings):
        return "failure"
    if subject.get("cited_only"):
        return "skipped"
    return "error" if any(below(gap["path"], subject["path"]) for gap in outcome["gaps"]) else "passed"


def shown(case) -> str:
    kinds = {Failure: "failure", Error: "error", Skipped: "skipped"}
    results = [kinds[type(result)] for result in case.result]
    assert len(results) < 2, (case.name, results)
    return results[0] if results else "passed"


expected = {subject.get("id", subject["path"]): state(subject) for subject in outcome["runs"] + outcome["documents"]}
suites = {suite.name: suite for suite in report}
found = {case.name: shown(case) for name in ("runs", "documents") for case in suites[name]}
assert found == expected, (found, expected)

cases = [case for suite in report for case in suite]
counted = [len(cases)] + [sum(shown(case) == kind for case in cases) for kind in ("failure", "error", "skipped")]
assert counted == [report.tests, report.failures, report.errors, report.skipped], (counted, report)
for suite in report:
    inside = [len(list(suite))] + [sum(shown(c) == kind for c in suite) for kind in ("failure", "error", "skipped")]
    assert inside == [suite.tests, suite.failures, suite.errors, suite.skipped], (suite.name, inside)

# Every error is told in exactly one failure, at its line; what fails says why at first sight.
told = "\n".join(result.text or "" for case in cases for result in case.result)
for finding in outcome["findings"]:
    at = finding["location"]
    assert f"{at['path']}:{at['line']}:{at['column']}: {finding['severity']}: " in told, finding
for case in cases:
    for result in case.result:
        assert result.message and result.type or shown(case) == "skipped", case.name
print(f"{len(cases)} cases: {counted[1]} failed, {counted[2]} in error, {counted[3]} skipped; as the JSON document says")
