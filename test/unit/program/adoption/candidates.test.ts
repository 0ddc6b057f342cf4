import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readConfig } from "../../../../config";
import { type Candidate, candidates } from "../../../../program/adoption/candidates";
import { type Registration, record, wholeProgram } from "../../../support/program-recorder";
import { complete, googleKey, secretKeys, stackConfig } from "../../../support/stack-config";

const BOTH = { "image-classification": {}, "sentiment-analysis": {} };
const OWN = { dedicated: { secret: true, bucket: true, namespace: true } };
const email = "models@p.iam.gserviceaccount.com";

/** Configurations that together register every kind of resource, in every possible position. */
const CASES: Readonly<Record<string, Record<string, unknown>>> = {
  "as it comes": {},
  "with keys": { useCases: BOTH, seldon: { serviceAccountKey: googleKey } },
  "with workload identity": { useCases: BOTH, seldon: { googleServiceAccount: email } },
  "with data and models of another environment": {
    namePrefix: "pr-12-",
    useCases: {
      "image-classification": { data: { existing: true, branch: "master" } },
      "sentiment-analysis": { training: { defer: true } },
    },
  },
  "with platforms of their own and a prefix": {
    namePrefix: "pr-12-",
    seldon: { serviceAccountKey: googleKey },
    useCases: { "image-classification": OWN, "sentiment-analysis": {} },
  },
};

/** What the candidate would create, as in the inputs of its resource. */
function expectedInputs(candidate: Candidate): Record<string, unknown> {
  switch (candidate.system) {
    case "pachyderm":
      return candidate.inputs;
    case "kubernetes": {
      const { kind: _, ...metadata } = candidate.object;
      return { metadata };
    }
    case "gcs":
      return { name: candidate.bucket };
  }
}

/** Whether the inputs contain everything expected, and maybe more. */
function agrees(inputs: unknown, expected: unknown): boolean {
  if (typeof expected !== "object" || expected === null) return inputs === expected;
  if (typeof inputs !== "object" || inputs === null) return false;
  return Object.entries(expected).every(([key, value]) =>
    agrees((inputs as Record<string, unknown>)[key], value),
  );
}

/** Types of which each is looked up in a separate system. */
const ADOPTABLE =
  /^(pachyderm:index:(Repo|Branch|Pipeline|RoleBinding)|kubernetes:core\/v1:.*|gcp:storage\/bucket:Bucket)$/;

describe("the candidates for adoption", () => {
  for (const [title, changes] of Object.entries(CASES)) {
    it(`include every resource that the program can adopt, ${title}`, async () => {
      const config = stackConfig({ ...complete, ...changes });
      const secret = [...secretKeys, "pachyderm-seldon:seldon"];
      const { registrations } = await record(wholeProgram, { config, secretKeys: secret });
      const adoptable = registrations.filter(({ type }) => ADOPTABLE.test(type));
      assert.ok(adoptable.length >= 6);
      pulumi.runtime.setAllConfig(config, secret);
      const known = candidates(readConfig());
      for (const registration of adoptable)
        assert.ok(isKnown(registration, known), text(registration));
    });
  }

  it("do not include what the stack only uses", async () => {
    const changes = {
      seldon: { existing: true },
      detectorBucket: { name: "theirs", existing: true },
      useCases: { "image-classification": { data: { existing: true } } },
    };
    pulumi.runtime.setAllConfig(stackConfig({ ...complete, ...changes }), secretKeys);
    const types = candidates(readConfig()).map(({ type }) => type);
    assert.ok(!types.includes("pachyderm:index:Repo"));
    assert.ok(!types.includes("gcp:storage/bucket:Bucket"));
    assert.ok(!types.includes("kubernetes:core/v1:Namespace"));
  });
});

function isKnown({ type, name, inputs }: Registration, known: readonly Candidate[]): boolean {
  const candidate = known.find((each) => each.type === type && each.name === name);
  return candidate !== undefined && agrees(inputs, expectedInputs(candidate));
}

function text({ type, name, inputs }: Registration): string {
  return `${type} ${name}: ${JSON.stringify(inputs).slice(0, 300)}`;
}
