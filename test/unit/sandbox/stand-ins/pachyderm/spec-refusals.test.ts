import assert from "node:assert/strict";
import { reading, TestServer } from "../../../../support/pachyderm-server";

/** Specs to which the recordings have no response, with the rule that refuses them. */
const REFUSED: Readonly<
  Record<string, { readonly spec: object; readonly status: number; readonly message: RegExp }>
> = {
  "without a pipeline": {
    spec: { input: { pfs: { repo: "in", glob: "/" } } },
    status: 500,
    message: /^request.Pipeline cannot be nil$/,
  },
  "with the transform taken away": {
    spec: reading("p", "in", { transform: null }),
    status: 500,
    message: /must specify a transform/,
  },
  "with a key in both spellings": {
    spec: reading("p", "in", { pod_patch: "[]", podPatch: "[]" }),
    status: 400,
    message: /duplicate field "podPatch"/,
  },
  "with two targets of its egress": {
    spec: reading("p", "in", {
      egress: { objectStorage: { url: "s3://a" }, sqlDatabase: { url: "postgres://a" } },
    }),
    status: 400,
    message: /: error parsing "sqlDatabase", oneof pps_v2.Egress.target is already set$/,
  },
  "with a spec commit of no repo": {
    spec: reading("p", "in", { specCommit: { id: "1".repeat(32) } }),
    status: 500,
    message: /^error inspecting spec commit: cannot resolve commit with no repo$/,
  },
  "with null in a list": {
    spec: reading("p", "in", { transform: { image: "img:1", cmd: [null] } }),
    status: 400,
    message: /: invalid value for string type: null$/,
  },
  "with null for a list deep in it": {
    spec: {
      ...reading("p", "in"),
      input: { cross: [{ pfs: { repo: "in", glob: "/" }, union: null }] },
    },
    status: 400,
    message:
      /: could not canonicalize field pps_v2.CreatePipelineRequest.input \(.*\): .*expected \[\]any; got <nil> in pps_v2.Input.union$/,
  },
  "with a cron line out of range": {
    spec: { ...reading("p", "in"), input: { cron: { name: "c", spec: "61 * * * *" } } },
    status: 500,
    message: /^error parsing cron-spec: End of range \(61\) above maximum \(59\)/,
  },
  "with an S3 input in a join": {
    spec: {
      ...reading("p", "in"),
      input: { join: [{ pfs: { repo: "in", glob: "/", s3: true } }] },
    },
    status: 500,
    message: /^S3 inputs in join expressions are not supported$/,
  },
  "with a service of two workers": {
    spec: reading("p", "in", { service: {}, parallelismSpec: { constant: 2 } }),
    status: 500,
    message: /constant parallelism of 1/,
  },
  "with a project and a name that are too long together": {
    spec: {
      ...reading("p", "in"),
      pipeline: { name: "n".repeat(50), project: { name: "long-project" } },
    },
    status: 500,
    message: /is 4 characters longer than the 46 max/,
  },
};

describe("the sandbox's Pachyderm refuses a pipeline", () => {
  const pachyderm = new TestServer();
  before(async () => {
    await pachyderm.start();
    await pachyderm.createRepo("in");
    await pachyderm.call("pfs_v2.API/CreateProject", { project: { name: "long-project" } });
  });
  after(() => pachyderm.server.close());

  for (const [what, { spec, status, message }] of Object.entries(REFUSED))
    it(what, async () => {
      const answer = await pachyderm.sendPipeline(spec);
      assert.match(answer.body.message, message);
      assert.equal(answer.status, status);
    });
});
