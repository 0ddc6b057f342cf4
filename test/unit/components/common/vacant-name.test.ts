import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../../../../components/common/component";
import { vacantName } from "../../../../components/common/vacant-name";
import { record } from "../../../support/program-recorder";

const STATE = "pulumi:pulumi:readStackResourceOutputs";
const SECRET_URN =
  "urn:pulumi:test::p::pachyderm-seldon:index:PipelineSecret$kubernetes:core/v1:Secret::it-secret";
const OWN = {
  [SECRET_URN]: {
    type: "kubernetes:core/v1:Secret",
    outputs: { metadata: { name: "taken", namespace: "default" } },
  },
};
const ADVICE = { exists: "choose another", namespaceMissing: "make it" };
const ADOPTION =
  "to adopt it, run `pulumi config set adopt true`, `pulumi up`, then `pulumi config rm adopt`";

class Parent extends Component {
  constructor() {
    super("Parent", "parent");
  }
}

/** The queries before an object is registered. */
describe("a name on the cluster", () => {
  /** The name that a resource gets, or the message that ends the program; and the queries. */
  async function look(
    wanted: { name: string; namespace?: string; reader?: string },
    { state, exists }: { state: object; exists: Record<string, boolean | undefined> },
  ) {
    const asked: string[] = [];
    let name: string | undefined;
    const { rejections, warnings } = await record(
      () => {
        const kind = wanted.namespace === undefined ? "Namespace" : "Secret";
        const planned = { kind, resource: "it-secret", ...wanted } as const;
        vacantName(planned, new Parent(), ADVICE).apply((it) => {
          name = it;
        });
      },
      {
        preview: true,
        call: ({ token, inputs }) => {
          if (token === STATE) return state;
          asked.push(`${inputs.kind} ${inputs.name}`);
          return { exists: exists[`${inputs.kind} ${inputs.name}`] };
        },
      },
    );
    const [error] = rejections;
    if (error !== undefined) assert.ok(pulumi.RunError.isInstance(error));
    return { name, problem: error?.message, asked, warnings };
  }

  const TAKEN = { name: "taken", namespace: "default" };

  it("is free", async () => {
    const exists = { "Secret taken": false, "Namespace default": true };
    const { name, asked } = await look(TAKEN, { state: { outputs: {} }, exists });
    assert.equal(name, "taken");
    assert.deepEqual(asked, ["Secret taken", "Namespace default"]);
  });

  it("is taken by another object: the message offers the alternatives", async () => {
    const exists = { "Secret taken": true };
    const { problem } = await look(TAKEN, { state: { outputs: {} }, exists });
    assert.equal(problem, `Secret default/taken already exists: choose another; or, ${ADOPTION}`);
    const namespace = await look(
      { name: "taken" },
      { state: { outputs: OWN }, exists: { "Namespace taken": true } },
    );
    assert.equal(
      namespace.problem,
      `Namespace taken already exists: choose another; or, ${ADOPTION}`,
    );
  });

  it("is taken by the stack's own object, which is not queried", async () => {
    const { name, asked } = await look(TAKEN, { state: { outputs: OWN }, exists: {} });
    assert.equal(name, "taken");
    assert.deepEqual(asked, []);
  });

  it("is queried if the stack's own object has a different name or namespace", async () => {
    for (const wanted of [
      { name: "other", namespace: "default" },
      { name: "taken", namespace: "elsewhere" },
    ]) {
      const exists = { [`Secret ${wanted.name}`]: true };
      const { problem } = await look(wanted, { state: { outputs: OWN }, exists });
      assert.match(problem ?? "", /already exists/);
    }
  });

  it("is taken by a namespace that the stack has only read so far", async () => {
    const parent = "urn:pulumi:test::pachyderm-seldon::pachyderm-seldon:index:Parent";
    const outputs = {
      [`${parent}::parent`]: { outputs: { existing: true } },
      [`${parent}$kubernetes:core/v1:Namespace::it-secret`]: {
        outputs: { metadata: { name: "taken" } },
      },
      [SECRET_URN]: OWN[SECRET_URN],
    };
    const exists = { "Namespace taken": true };
    const { problem } = await look(
      { name: "taken", reader: "parent" },
      { state: { outputs }, exists },
    );
    assert.equal(problem, `Namespace taken already exists: choose another; or, ${ADOPTION}`);
    // objects of the stack in such a namespace are its own
    assert.equal((await look(TAKEN, { state: { outputs }, exists: {} })).name, "taken");
  });

  it("cannot be used in a namespace that is missing", async () => {
    const exists = { "Secret taken": false, "Namespace default": false };
    const { problem } = await look(TAKEN, { state: { outputs: {} }, exists });
    assert.equal(
      problem,
      "Secret default/taken cannot be created: namespace default does not exist: make it",
    );
  });

  it("passes if the cluster or the state cannot be read", async () => {
    const silent = await look(TAKEN, { state: { outputs: {} }, exists: {} });
    assert.equal(silent.name, "taken");
    const blind = await look(TAKEN, { state: {}, exists: { "Secret taken": true } });
    assert.equal(blind.name, "taken");
    assert.deepEqual(blind.asked, []);
  });
});
