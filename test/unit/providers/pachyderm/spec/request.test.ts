import assert from "node:assert/strict";
import { Secret, UNKNOWN, type Value } from "../../../../../providers/kit/values";
import { checkSpec } from "../../../../../providers/pachyderm/spec/check";
import { specsEqual } from "../../../../../providers/pachyderm/spec/compare";
import {
  fromDetails,
  fromUserSpecJson,
  toRequestJson,
} from "../../../../../providers/pachyderm/spec/request";

describe("toRequestJson", () => {
  it("keeps the user's spelling and order", () => {
    const spec = { transform: { err_cmd: ["a"] }, datumTries: "3", pipeline: { name: "p" } };
    assert.equal(toRequestJson(spec, { project: "default" }), JSON.stringify(spec));
  });

  it("sends pod patches and specs as the JSON strings that Pachyderm expects", () => {
    const spec = { pipeline: { name: "p" }, pod_patch: [{ op: "test" }], podSpec: { a: 1 } };
    assert.deepEqual(JSON.parse(toRequestJson(spec, { project: "default" })), {
      pipeline: { name: "p" },
      pod_patch: '[{"op":"test"}]',
      podSpec: '{"a":1}',
    });
  });

  it("adds the project only if Pachyderm would use a different one", () => {
    const spec = { pipeline: { name: "p" } };
    const own = { pipeline: { name: "p", project: { name: "mine" } } };
    assert.equal(toRequestJson(spec, { project: "default" }), '{"pipeline":{"name":"p"}}');
    assert.deepEqual(JSON.parse(toRequestJson(spec, { project: "team" })), {
      pipeline: { name: "p", project: { name: "team" } },
    });
    assert.deepEqual(JSON.parse(toRequestJson(own, { project: "team" })), own);
  });

  it("never sends an unknown value or a secret", () => {
    const send = (spec: Value) => () => toRequestJson(spec, { project: "default" });
    assert.throws(send({ pipeline: { name: UNKNOWN } }), /not known yet/);
    assert.throws(send({ description: new Secret("hunter2") }), /contains a secret/);
    assert.throws(send(null), /must be an object/);
  });
});

describe("fromUserSpecJson", () => {
  it("returns the spec as it was written, without the request options", () => {
    const text = '{"pod_patch":"[]", "update":true, "dry_run":false, "pipeline":{"name":"p"}}';
    assert.deepEqual(fromUserSpecJson(text), { pod_patch: "[]", pipeline: { name: "p" } });
  });

  it("describes the error without quoting the spec", () => {
    assert.throws(
      () => fromUserSpecJson('{"password": hunter2'),
      (error: Error) => {
        assert.match(error.message, /is not valid JSON/);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      },
    );
    assert.throws(() => fromUserSpecJson("[]"), /is not an object/);
  });
});

describe("fromDetails", () => {
  /** As in InspectPipeline's response: every field present, 64-bit numbers as strings. */
  const info = {
    pipeline: { project: { name: "default" }, name: "p" },
    version: "3",
    userSpecJson: "",
    details: {
      transform: { image: "img:1", cmd: ["sh"], env: {}, secrets: [], debug: false, user: "" },
      tfJob: null,
      parallelismSpec: { constant: "2" },
      egress: null,
      createdAt: "2024-05-01T00:00:00Z",
      recentError: "",
      workersRequested: "2",
      outputBranch: "master",
      resourceRequests: null,
      input: {
        pfs: { repo: "in", branch: "master", commit: "", glob: "/", lazy: false, trigger: null },
        join: [],
        cron: null,
      },
      salt: "0123456789abcdef",
      datumTimeout: null,
      datumTries: "3",
      podPatch: "",
      tolerations: [
        { key: "", operator: "EXISTS", value: "", effect: "NO_EXECUTE", tolerationSeconds: "0" },
      ],
      workerRc: "",
      autoscaling: false,
    },
  };

  it("assembles the spec from the fields that are set in the details", () => {
    const spec = fromDetails(info);
    assert.deepEqual(spec, {
      pipeline: { project: { name: "default" }, name: "p" },
      transform: { image: "img:1", cmd: ["sh"] },
      input: { pfs: { repo: "in", branch: "master", glob: "/" } },
      parallelismSpec: { constant: 2 },
      outputBranch: "master",
      datumTries: 3,
      tolerations: [{ operator: "EXISTS", effect: "NO_EXECUTE", tolerationSeconds: 0 }],
    });
    assert.deepEqual(checkSpec(spec, { project: "default" }), { failures: [], warnings: [] });
  });

  it("returns a spec that stays equal when it is sent and read back", () => {
    const spec = fromDetails(info);
    const back = fromUserSpecJson(toRequestJson(spec, { project: "default" }));
    assert.ok(specsEqual(spec, back, { project: "default" }));
  });

  it("requires the details", () => {
    assert.throws(() => fromDetails({ ...info, details: null }), /without details/);
  });
});
