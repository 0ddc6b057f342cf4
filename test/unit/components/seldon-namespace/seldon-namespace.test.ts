import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { SeldonNamespace, type SeldonNamespaceArgs } from "../../../../components";
import { UNKNOWN_ON_THE_WIRE } from "../../../../providers/kit/values";
import { named, type Recording, record, type Settings } from "../../../support/program-recorder";
import { googleKey } from "../../../support/stack-config";
import { isWireSecret, withoutSecrets } from "../../../support/wire";

const make = (args: SeldonNamespaceArgs = {}, settings?: Settings) =>
  record(() => {
    new SeldonNamespace("seldon", args);
  }, settings);

const common = {
  "app.kubernetes.io/part-of": "pachyderm-seldon",
  "app.kubernetes.io/managed-by": "pulumi",
};

/** The children's names, unordered. */
const children = ({ registrations }: Recording) =>
  registrations
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ name }) => name)
    .sort();

/** The decoded data of a Secret; all of it must be a Pulumi secret. */
function secretOf(recording: Recording, name: string) {
  const { data, metadata } = named(recording, name).inputs;
  assert.ok(isWireSecret(data), `the data of ${name} is no secret`);
  const values = Object.entries(data.value as Record<string, string>).map(([key, value]) => [
    key,
    Buffer.from(value, "base64").toString(),
  ]);
  return { values: Object.fromEntries(values), metadata };
}

describe("SeldonNamespace", () => {
  it("has the label without which Seldon ignores it, and a long timeout for its deletion", async () => {
    const recording = await make();
    const { type, inputs, parent, deleteTimeout } = named(recording, "seldon-namespace");
    assert.equal(type, "kubernetes:core/v1:Namespace");
    assert.deepEqual(inputs.metadata, {
      name: "seldon",
      annotations: { "pulumi.com/patchForce": "true" },
      labels: {
        "app.kubernetes.io/name": "seldon-namespace",
        ...common,
        "seldon.restricted": "false",
      },
    });
    assert.equal(parent, named(recording, "seldon").urn);
    assert.equal(deleteTimeout, "10m");
  });

  it("is visible only to the given users and groups if it is restricted", async () => {
    const recording = await make({
      name: "team-a",
      restricted: true,
      users: { ada: "write" },
      groups: { "ml-team": "read" },
    });
    assert.deepEqual(named(recording, "seldon-namespace").inputs.metadata, {
      name: "team-a",
      annotations: { "pulumi.com/patchForce": "true" },
      labels: {
        "app.kubernetes.io/name": "seldon-namespace",
        ...common,
        "seldon.restricted": "true",
        "seldon.user.ada": "write",
        "seldon.group.ml-team": "read",
      },
    });
  });

  it("creates no credentials if none are set", async () => {
    assert.deepEqual(children(await make()), ["seldon-namespace"]);
  });

  it("warns in a preview that the stock serving image does not start without a key", async () => {
    const preview = { preview: true };
    const [warning, ...others] = (await make({}, preview)).warnings;
    assert.match(
      warning ?? "",
      /^serviceAccountKey is not set, so the stack does not create the Secret deployment-secret/,
    );
    assert.deepEqual(others, []);
    assert.deepEqual((await make()).warnings, [], "the update itself has nothing to decide");
    assert.deepEqual((await make({ serviceAccountKey: googleKey }, preview)).warnings, []);
    const googleServiceAccount = "models@p.iam.gserviceaccount.com";
    assert.deepEqual((await make({ googleServiceAccount }, preview)).warnings, []);
  });

  it("creates the Secrets of the serving image and rclone from one key, in the namespaces that read them", async () => {
    const recording = await make({ serviceAccountKey: googleKey });
    assert.deepEqual(children(recording), [
      "seldon-deployment-secret",
      "seldon-detector-storage-secret",
      "seldon-namespace",
      "seldon-storage-secret",
    ]);
    const serving = secretOf(recording, "seldon-deployment-secret");
    assert.deepEqual(serving.values, { "service-account.json": googleKey });
    assert.deepEqual(serving.metadata, {
      annotations: { "pulumi.com/patchForce": "true" },
      name: "deployment-secret",
      namespace: "seldon",
      labels: { "app.kubernetes.io/name": "seldon-credentials", ...common },
    });
    for (const [name, namespace] of [
      ["seldon-storage-secret", "seldon"],
      ["seldon-detector-storage-secret", "seldon-logs"],
    ] as const) {
      const storage = secretOf(recording, name);
      assert.deepEqual(storage.values, {
        RCLONE_CONFIG_GS_TYPE: "google cloud storage",
        RCLONE_CONFIG_GS_ANONYMOUS: "false",
        RCLONE_CONFIG_GS_SERVICE_ACCOUNT_CREDENTIALS: googleKey,
      });
      assert.deepEqual(storage.metadata, {
        annotations: { "pulumi.com/patchForce": "true" },
        name: "seldon-rclone-secret",
        namespace,
        labels: {
          "app.kubernetes.io/name": "seldon-credentials",
          ...common,
          "secret-type": "bucket",
          "seldon-deploy": "true",
        },
      });
    }
  });

  it("gives detectors their own key, on one line", async () => {
    const storageKey = JSON.stringify({ ...JSON.parse(googleKey), private_key: "a\nb" }, null, 2);
    const recording = await make({ serviceAccountKey: googleKey, storageKey });
    const { values } = secretOf(recording, "seldon-detector-storage-secret");
    const text = values.RCLONE_CONFIG_GS_SERVICE_ACCOUNT_CREDENTIALS;
    assert.doesNotMatch(text, /\n/);
    assert.deepEqual(JSON.parse(text), JSON.parse(storageKey));
    assert.deepEqual(secretOf(recording, "seldon-deployment-secret").values, {
      "service-account.json": googleKey,
    });
  });

  it("needs no key if pods act as a Google service account", async () => {
    const email = "models@p.iam.gserviceaccount.com";
    const recording = await make({ googleServiceAccount: email, detectorNamespace: "logs" });
    assert.deepEqual(children(recording), [
      "seldon-detector-service-account",
      "seldon-detector-storage-secret",
      "seldon-namespace",
      "seldon-service-account",
      "seldon-storage-secret",
    ]);
    const { inputs } = named(recording, "seldon-detector-service-account");
    assert.deepEqual(inputs.metadata, {
      name: "seldon-storage",
      namespace: "logs",
      labels: { "app.kubernetes.io/name": "seldon-credentials", ...common },
      annotations: { "pulumi.com/patchForce": "true", "iam.gke.io/gcp-service-account": email },
    });
    assert.deepEqual(secretOf(recording, "seldon-detector-storage-secret").values, {
      RCLONE_CONFIG_GS_TYPE: "google cloud storage",
      RCLONE_CONFIG_GS_ANONYMOUS: "false",
      RCLONE_CONFIG_GS_ENV_AUTH: "true",
    });
  });

  it("protects the namespace, unless its deployments may be lost or it leaves the stack", async () => {
    const ends = async (args: SeldonNamespaceArgs) => {
      const { protect, retainOnDelete } = named(await make(args), "seldon-namespace");
      return [protect, retainOnDelete];
    };
    assert.deepEqual(await ends({}), [true, true]);
    assert.deepEqual(await ends({ disposable: true }), [false, false]);
    assert.deepEqual(await ends({ keep: true }), [false, true]);
  });

  it("uses an existing namespace without owning it, and puts the Secrets there", async () => {
    const recording = await make({ name: "kube-models", existing: true, storageKey: googleKey });
    assert.deepEqual(children(recording), [
      "seldon-detector-storage-secret",
      "seldon-storage-secret",
    ]);
    assert.deepEqual(recording.reads, [
      { type: "kubernetes:core/v1:Namespace", name: "seldon-namespace", id: "kube-models" },
    ]);
    const { metadata } = secretOf(recording, "seldon-storage-secret");
    assert.equal((metadata as { namespace: string }).namespace, "kube-models");
    assert.deepEqual(recording.outputs.find(([urn]) => urn.endsWith("::seldon"))?.[1], {
      name: "kube-models",
      detectorNamespace: "seldon-logs",
      existing: true,
    });
  });

  describe("that exists but cannot be read", () => {
    const unreadable = (found: object, preview: boolean) =>
      make(
        {
          name: "kube-models",
          existing: true,
          googleServiceAccount: "a@p.iam.gserviceaccount.com",
        },
        {
          preview,
          call: ({ token }) => (token === "seldon:index:findObject" ? found : { outputs: {} }),
        },
      );
    const problem = "the cluster cannot be queried";

    it("is not read in a preview, which says so and continues with its name", async () => {
      const recording = await unreadable({ problem }, true);
      assert.deepEqual(recording.rejections, []);
      assert.ok(
        recording.warnings.includes(
          `SeldonNamespace "seldon": cannot read the existing namespace kube-models: ${problem}`,
        ),
        recording.warnings.join(),
      );
      assert.deepEqual(
        recording.reads.map(({ id }) => id),
        [UNKNOWN_ON_THE_WIRE],
      );
      const { metadata } = named(recording, "seldon-service-account").inputs;
      assert.equal((metadata as { namespace: string }).namespace, "kube-models");
    });

    it("fails an update in one line", async () => {
      const { rejections, reads } = await unreadable({ problem }, false);
      assert.ok(pulumi.RunError.isInstance(rejections[0]));
      assert.match(
        rejections[0]?.message ?? "",
        /cannot read the existing namespace kube-models: the cluster/,
      );
      assert.deepEqual(reads, []);
    });

    it("fails even a preview if it does not exist, and the message names the keys", async () => {
      const { rejections } = await unreadable({ exists: false }, true);
      assert.equal(
        rejections[0]?.message,
        'SeldonNamespace "seldon": namespace kube-models does not exist: correct seldon.namespace, or remove seldon.existing to have the stack create it',
      );
    });
  });

  it("shows no key in inputs and outputs", async () => {
    const recording = await make({ serviceAccountKey: googleKey });
    const visible = JSON.stringify(
      withoutSecrets([recording.registrations.map(({ inputs }) => inputs), recording.outputs]),
    );
    assert.doesNotMatch(visible, /canary/);
    assert.equal(visible.includes(Buffer.from(googleKey).toString("base64")), false);
  });

  const account = "models@p.iam.gserviceaccount.com";
  const refusals: [string, SeldonNamespaceArgs, string][] = [
    [
      "a name that Kubernetes would refuse",
      { name: "Seldon" },
      'name is "Seldon", which may contain only lowercase letters, digits and -, and must start and end with a letter or digit',
    ],
    [
      "users of a namespace that everybody sees",
      { users: { ada: "read" } },
      "users has no effect unless restricted is true",
    ],
    [
      "a group whose name is not valid in a label",
      { restricted: true, groups: { "a b": "read" } },
      'groups has "a b", which is not valid in a Kubernetes label: use letters, digits, -, _ and ., and start and end with a letter or digit',
    ],
    [
      "labels for a namespace that is somebody else's",
      { existing: true, restricted: true },
      "restricted has no effect on an existing namespace: remove it, and label the namespace yourself",
    ],
    [
      "a key beside what stands in for it",
      { storageKey: googleKey, googleServiceAccount: account },
      "storageKey is set: use either googleServiceAccount or keys, not both",
    ],
    [
      "an account that is none",
      { googleServiceAccount: "models" },
      'googleServiceAccount is "models", which is not a Google service account; expected NAME@PROJECT.iam.gserviceaccount.com',
    ],
  ];
  for (const [title, args, message] of refusals) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(make(args), (error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal((error as Error).message, `SeldonNamespace "seldon": ${message}`);
        return true;
      });
    });
  }

  it("refuses an invalid key without showing it", async () => {
    const message =
      'SeldonNamespace "seldon": serviceAccountKey is not the JSON key of a Google service account: it is not JSON';
    await assert.rejects(make({ serviceAccountKey: "canary" }), { message });
    const { rejections } = await make({ serviceAccountKey: pulumi.secret("canary") });
    assert.equal(rejections[0]?.message, message);
  });
});
