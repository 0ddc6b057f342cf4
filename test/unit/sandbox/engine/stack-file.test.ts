import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { serviceAccountKeyProblem } from "../../../../components/seldon-namespace/google-credentials";
import {
  connectStackFile,
  missingSecrets,
  newStackFile,
  readNamespace,
} from "../../../../sandbox/engine/stack-file";

const connections = {
  pachyderm: { address: "127.0.0.1:650", namespace: "default" },
  kubernetes: { kubeconfig: "/somewhere/kubeconfig", context: "sandbox" },
  storageEndpoint: "http://127.0.0.1:4443/storage/v1/",
};

const dev = `config:
  # names are global
  pachyderm-seldon:detectorBucket: { name: detector, location: US }
  pachyderm-seldon:pachyderm:
    address: grpcs://pachyderm.example.com
    project: vision
  gcp:project: real-project
`;

describe("the sandbox's stack file", () => {
  it("connects the dev environment's configuration to the sandbox", () => {
    assert.deepEqual(parse(connectStackFile(newStackFile(dev), connections)), {
      config: {
        "pachyderm-seldon:detectorBucket": { name: "detector", location: "US" },
        "pachyderm-seldon:pachyderm": connections.pachyderm,
        "pachyderm-seldon:kubernetes": connections.kubernetes,
        "pachyderm-seldon:disposable": true,
        "gcp:project": "sandbox",
        "gcp:storageCustomEndpoint": "http://127.0.0.1:4443/storage/v1/",
      },
    });
  });

  it("describes itself, not the dev environment", () => {
    const real = readFileSync(join(__dirname, "../../../../Pulumi.dev.yaml"), "utf8");
    assert.match(real, /^# The dev environment/);
    for (const text of [real, `# The dev environment\n\n${dev}`, ""]) {
      const file = connectStackFile(newStackFile(text), connections);
      assert.match(file, /^# A sandbox's stack, generated/);
      assert.doesNotMatch(file, /The dev environment/);
    }
    assert.match(newStackFile(real), /# bucket names are global/, "other comments stay");
  });

  it("keeps comments, secrets, the salt and manual changes since the last start", () => {
    const later = connectStackFile(
      "# by hand\nencryptionsalt: v1:salt\nconfig:\n  pachyderm-seldon:namePrefix: mine-\n  gcp:accessToken:\n    secure: v1:x\n",
      connections,
    );
    assert.match(later, /^# by hand\n/);
    const { encryptionsalt, config } = parse(later);
    assert.equal(encryptionsalt, "v1:salt");
    assert.equal(config["pachyderm-seldon:namePrefix"], "mine-");
    assert.deepEqual(config["gcp:accessToken"], { secure: "v1:x" });
  });

  it("keeps Pachyderm's keys that were set by hand, and sets the sandbox's own", () => {
    const own = `config:
  pachyderm-seldon:pachyderm:
    project: mine # by hand
    address: 127.0.0.1:1
`;
    const later = connectStackFile(own, connections);
    assert.deepEqual(parse(later).config["pachyderm-seldon:pachyderm"], {
      project: "mine",
      ...connections.pachyderm,
    });
    assert.match(later, /project: mine # by hand/);
  });

  it("returns the namespace of Pachyderm's workers, which later starts keep", () => {
    const set = "config: { pachyderm-seldon:pachyderm: { address: p:1, namespace: ml } }";
    assert.equal(readNamespace(set), "ml");
    for (const text of ["", "config:\n", dev]) assert.equal(readNamespace(text), undefined);
  });

  it("does not change when it is connected twice", () => {
    const once = connectStackFile(dev, connections);
    assert.equal(connectStackFile(once, connections), once);
  });

  it("starts from an empty configuration if there is none", () => {
    for (const text of ["", "config:\n", "encryptionsalt: v1:salt\n"]) {
      const { config } = parse(connectStackFile(text, connections));
      assert.deepEqual(config["pachyderm-seldon:pachyderm"], connections.pachyderm);
    }
  });

  it("refuses a file that is not YAML", () => {
    assert.throws(
      () => connectStackFile("config: [", connections),
      /^Error: the stack file is not valid YAML: /,
    );
  });

  it("first lacks all secrets that its use cases read, each of which gets a separate value", () => {
    const missing = missingSecrets(
      `${dev}  pachyderm-seldon:useCases: { image-classification: {} }\n`,
    );
    assert.deepEqual(Object.keys(missing), [
      "pachyderm-seldon:credentials.det_master",
      "pachyderm-seldon:credentials.det_user",
      "pachyderm-seldon:credentials.det_password",
      "pachyderm-seldon:credentials.pac_token",
      "pachyderm-seldon:credentials.sel_url",
      "pachyderm-seldon:credentials.sel_secret",
      "pachyderm-seldon:seldon.serviceAccountKey",
      "gcp:accessToken",
    ]);
    assert.equal(new Set(Object.values(missing)).size, 8);
    const { "pachyderm-seldon:seldon.serviceAccountKey": key = "" } = missing;
    assert.equal(serviceAccountKeyProblem(key), undefined);
  });

  it("lacks only the secrets that were not set before", () => {
    const text = `config:
  pachyderm-seldon:credentials:
    det_master: { secure: v1:a }
    det_user: { secure: v1:b }
    det_password: { secure: v1:c }
    pac_token: { secure: v1:d }
    sel_url: { secure: v1:e }
  pachyderm-seldon:seldon:
    googleServiceAccount: models@p.iam.gserviceaccount.com
  pachyderm-seldon:useCases:
    image-classification: {}
  gcp:accessToken: { secure: v1:f }
`;
    assert.deepEqual(Object.keys(missingSecrets(text)), [
      "pachyderm-seldon:credentials.sel_secret",
    ]);
  });
});
