import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readConfig } from "../../../../config";
import { candidates } from "../../../../program/adoption/candidates";
import { findExisting } from "../../../../program/adoption/find-existing";
import { stackProviders } from "../../../../program/providers";
import { record } from "../../../support/program-recorder";
import { secretKeys, stackConfig } from "../../../support/stack-config";

type Call = pulumi.runtime.MockCallArgs;

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Google's refusal, as the engine passes it on. */
function refusal(code: number): object {
  const details = `invocation of gcp:storage/getBucket:getBucket returned an error: googleapi: Error ${code}: no`;
  return { code: 2, details };
}

/** What is found if the systems respond with this. */
async function find(call: (call: Call) => object): Promise<ReadonlyMap<string, string>> {
  let found: ReadonlyMap<string, string> = new Map();
  const program = async () => {
    const config = readConfig();
    found = await findExisting(candidates(config), stackProviders(config));
  };
  await record(program, { config: stackConfig(), secretKeys, call });
  return found;
}

const nothing = ({ token }: Call): object => {
  if (token.startsWith("gcp:")) throw refusal(404);
  return token.startsWith("seldon:") ? { exists: false } : {};
};

describe("looking for what already exists", () => {
  it("finds nothing if nothing exists", async () => {
    assert.deepEqual([...(await find(nothing))], []);
  });

  it("returns the import ids of existing objects", async () => {
    const found = await find(({ token, inputs }) => {
      if (token.startsWith("gcp:")) return { ...inputs, location: "EU" };
      if (token.startsWith("seldon:")) return { exists: true };
      return { id: `of ${inputs.type}` };
    });
    assert.equal(
      found.get("gcp:storage/bucket:Bucket::detectors-bucket"),
      "determined-seldon-detector",
    );
    assert.equal(found.get("kubernetes:core/v1:Namespace::seldon-namespace"), "seldon");
    assert.equal(
      found.get("kubernetes:core/v1:Secret::pipelines-secret"),
      "default/pipeline-secret",
    );
    assert.equal(
      found.get("pachyderm:index:Repo::image-classification-data"),
      "of pachyderm:index:Repo",
    );
  });

  it("refuses a bucket in a different location, which no update can change", async () => {
    const elsewhere = find((call) =>
      call.token.startsWith("gcp:") ? { ...call.inputs, location: "US-CENTRAL1" } : nothing(call),
    );
    await assert.rejects(elsewhere, {
      message:
        "adopt: bucket determined-seldon-detector is in US-CENTRAL1, which cannot be changed, but detectorBucket.location is EU: `pulumi config set --path detectorBucket.location US-CENTRAL1`",
    });
  });

  it("does not adopt a bucket that denies access", async () => {
    const found = await find((call) => {
      if (call.token.startsWith("gcp:")) throw refusal(403);
      return nothing(call);
    });
    assert.deepEqual([...found], []);
  });

  it("ends with one line that names the resource if its object cannot be queried", async () => {
    const unreachable = find((call) =>
      call.token.startsWith("seldon:")
        ? { problem: "the cluster cannot be queried" }
        : nothing(call),
    );
    await assert.rejects(unreachable, (error: Error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(
        error.message,
        /^adopt: cannot determine whether the object of kubernetes:core\/v1:\w+ "\S+" already exists: the cluster cannot be queried$/,
      );
      return true;
    });
  });

  it("refuses a Secret with a copy of its values in an annotation", async () => {
    const applied = find((call) =>
      call.inputs.name === "pipeline-secret"
        ? { exists: true, annotations: [LAST_APPLIED] }
        : nothing(call),
    );
    await assert.rejects(applied, {
      message: new RegExp(
        `^adopt: Secret default/pipeline-secret was created with .*\`kubectl annotate secret pipeline-secret --namespace default ${LAST_APPLIED}-\`$`,
      ),
    });
  });
});
