import assert from "node:assert/strict";
import { dnsLabelProblem } from "../../../../providers/kit/dns-label";

describe("a name that becomes part of a host name", () => {
  it("is accepted as Kubernetes does", () => {
    for (const name of ["a", "0", "seldon", "seldon-logs", "1-a", "a".repeat(63)])
      assert.equal(dnsLabelProblem(name), undefined, name);
  });

  it("is refused with the rule that it breaks", () => {
    assert.equal(dnsLabelProblem(""), "must not be empty");
    for (const name of ["Seldon", "a_b", "a.b", "-a", "a-", "a b", "ä"])
      assert.match(
        dnsLabelProblem(name) ?? "",
        /^may contain only lowercase letters, digits/,
        name,
      );
    assert.equal(
      dnsLabelProblem("a".repeat(64)),
      "is 64 characters long, but at most 63 are allowed",
    );
  });

  it("can be limited to a shorter length", () => {
    assert.equal(dnsLabelProblem("abcd", 3), "is 4 characters long, but at most 3 are allowed");
  });
});
