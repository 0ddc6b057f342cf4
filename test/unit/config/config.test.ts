import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readConfig, requireProject } from "../../../config";
import { useCases } from "../../../use-cases";
import type { UseCaseDefinition } from "../../../use-cases/definition";
import { afterCommand, offeredCommands } from "../../support/offered-commands";
import {
  complete,
  credentials,
  googleKey,
  secretKeys,
  stackConfig,
} from "../../support/stack-config";
import { trained } from "../../support/trained";

function read(changes: Record<string, unknown> = {}, secret = secretKeys) {
  pulumi.runtime.setAllConfig(stackConfig(changes), secret);
  return readConfig();
}

/** The message with which the changed configuration ends the program. */
function refusal(changes: Record<string, unknown>, secret = secretKeys): string {
  try {
    read(changes, secret);
  } catch (error) {
    assert.ok(pulumi.RunError.isInstance(error), `no RunError: ${error}`);
    return (error as Error).message;
  }
  return assert.fail("the configuration was accepted");
}

/**
 * Runs an offered command, with some text as the value: it must set an existing key whose value
 * fits on a command line, not a block or list.
 */
function assertCommandsFit(changes: Record<string, unknown>, message: string): void {
  const commands = offeredCommands(message);
  const config = commands.reduce(afterCommand, { ...complete, ...changes });
  let after = "";
  try {
    read(config, ALL_SECRET);
  } catch (error) {
    after = (error as Error).message;
  }
  for (const { path } of commands.filter(({ verb }) => verb === "set")) {
    const deeper = offeredCommands(after).filter(
      (other) =>
        other.path.length > path.length && path.every((step, at) => step === other.path[at]),
    );
    assert.deepEqual(deeper, [], `${message}\nafter it: ${after}`);
    assert.ok(!after.includes(`${path.join(".")} is not a valid key`), after);
  }
}

/** A value that a command sets as a secret. */
const ALL_SECRET = ["credentials", "seldon", "kubernetes"].map((key) => `pachyderm-seldon:${key}`);

describe("config", () => {
  it("requires the project name of this Pulumi.yaml", () => {
    assert.doesNotThrow(() => requireProject("pachyderm-seldon"));
    assert.throws(
      () => requireProject("mine"),
      (error) =>
        pulumi.RunError.isInstance(error) &&
        /^Pulumi\.yaml names the project "mine", .* set `name: pachyderm-seldon` there/.test(
          error.message,
        ),
    );
  });

  it("fills in the defaults", () => {
    const config = read();
    assert.deepEqual(config.pachyderm, {
      address: "http://localhost:30656",
      project: "default",
      namespace: "default",
    });
    assert.deepEqual(config.seldon, {
      namespace: "seldon",
      existing: false,
      restricted: false,
      detectorNamespace: "seldon-logs",
      dataReader: "robot:seldon",
      serviceAccountKey: undefined,
      storageKey: undefined,
      storageSecret: "seldon-rclone-secret",
      serviceAccount: "seldon-storage",
    });
    assert.equal(config.pipelineSecret, "pipeline-secret");
    assert.equal(config.disposable, false);
  });

  it("reports the unknown keys and other changes in a stack file of a different version", () => {
    const text = refusal({
      seldonNamespace: "seldon",
      detectorBucket: { ...complete.detectorBucket, anonymousReads: "true" },
      acknowledge: ["anonymous-read"],
    });
    assert.match(text, /^The configuration has 3 problems:$/m);
    assert.match(text, /seldonNamespace is not a valid key; .*`pulumi config rm seldonNamespace`/);
    assert.match(text, /anonymousReads is not a valid key; did you mean anonymousRead\?/);
    assert.match(
      text,
      /acknowledge is \["anonymous-read"\]; expected an object with the keys .*`pulumi config rm acknowledge`, then `pulumi config set --path acknowledge/,
    );
    assertCommandsFit({}, text);
  });

  it("reports an empty string once", () => {
    const text = refusal({ pachyderm: { address: "" } });
    assert.match(text, /^pachyderm-seldon:pachyderm\.address is ""; expected the address[^\n]*$/);
  });

  it("keeps values that are false, zero or empty", () => {
    const config = read({
      disposable: "true",
      detectorBucket: { ...complete.detectorBucket, softDeleteDays: 0 },
      seldon: { restricted: false },
    });
    assert.equal(config.detectorBucket.softDeleteDays, 0);
    assert.equal(config.seldon.restricted, false);
    assert.equal(config.disposable, true);
  });

  it("passes credentials on as secrets, including additional keys", async () => {
    const config = read({ credentials: { ...credentials, hf_token: "canary" } });
    assert.deepEqual(Object.keys(config.credentials).sort(), [
      "det_master",
      "det_password",
      "det_user",
      "hf_token",
      "pac_token",
      "sel_secret",
      "sel_url",
    ]);
    for (const value of Object.values(config.credentials)) {
      assert.equal(await pulumi.isSecret(value), true);
    }
  });

  it("passes a kubeconfig's contents on as a secret, and a path unchanged", async () => {
    const text = "apiVersion: v1\nkind: Config\n";
    const withText = read({ kubernetes: { kubeconfig: text } }, [
      ...secretKeys,
      "pachyderm-seldon:kubernetes",
    ]);
    assert.equal(await pulumi.isSecret(pulumi.output(withText.kubernetes.kubeconfig)), true);
    const withPath = read({ kubernetes: { kubeconfig: "/home/me/.kube/config" } });
    assert.equal(withPath.kubernetes.kubeconfig, "/home/me/.kube/config");
  });

  it("selects use cases, with overrides and prefix applied", () => {
    const { useCases } = read({
      namePrefix: "pr-12-",
      useCases: { "image-classification": { training: { image: "train:1" } } },
    });
    const { definition, dedicated } = useCases["image-classification"] ?? assert.fail();
    assert.equal(definition.training?.image, "train:1");
    assert.equal(definition.training?.name, "pr-12-dogs-and-cats-model");
    assert.equal(definition.data?.repo, "pr-12-dogs-and-cats");
    assert.deepEqual(dedicated, { secret: false, bucket: false, namespace: false });
  });

  it("prefixes the names of objects that the stack creates, not those of existing ones", () => {
    const made = read({ namePrefix: "pr-12-" });
    assert.equal(made.detectorBucket.name, "pr-12-determined-seldon-detector");
    assert.equal(made.seldon.namespace, "pr-12-seldon");
    assert.equal(made.seldon.detectorNamespace, "seldon-logs");
    assert.equal(made.seldon.storageSecret, "pr-12-seldon-rclone-secret");
    assert.equal(made.seldon.serviceAccount, "pr-12-seldon-storage");
    assert.equal(made.pipelineSecret, "pr-12-pipeline-secret");
    const used = read({
      namePrefix: "pr-12-",
      detectorBucket: { name: "theirs", existing: true },
      seldon: { existing: true },
      useCases: { "image-classification": { data: { existing: true } } },
    });
    assert.equal(used.detectorBucket.name, "theirs");
    assert.equal(used.seldon.namespace, "seldon");
    const { definition } = used.useCases["image-classification"] ?? assert.fail();
    assert.equal(definition.data?.repo, "dogs-and-cats");
  });

  it("gives a use case with a dedicated namespace a dedicated Secret that names the namespace", () => {
    const { useCases } = read({
      useCases: { "image-classification": { dedicated: { namespace: true } } },
    });
    assert.deepEqual(useCases["image-classification"]?.dedicated, {
      secret: true,
      bucket: false,
      namespace: true,
    });
  });

  it("requires only the credentials that the selected use cases read", () => {
    assert.deepEqual(read({ credentials: {}, useCases: {} }).credentials, {});
  });

  it("passes keys of Google service accounts on as secrets", async () => {
    const seldon = { serviceAccountKey: googleKey, storageKey: googleKey };
    const config = read({ seldon }, [...secretKeys, "pachyderm-seldon:seldon"]);
    for (const key of ["serviceAccountKey", "storageKey"] as const) {
      assert.equal(await pulumi.isSecret(config.seldon[key] ?? assert.fail(key)), true);
    }
  });

  it("reads a use case with an empty value as one without overrides", () => {
    const { useCases } = read({ useCases: { "image-classification": null } });
    assert.equal(
      useCases["image-classification"]?.definition.training?.name,
      "dogs-and-cats-model",
    );
  });

  it("refuses use cases whose pipelines or deployments have the same name", () => {
    const registry = useCases as Record<string, UseCaseDefinition>;
    const copy = trained(registry["image-classification"]);
    const deployment = { ...copy.deployment, name: "other-deploy" };
    registry.copied = { ...copy, data: { repo: "other" }, deployment };
    try {
      const config = { useCases: { "image-classification": {}, copied: {} } };
      assert.throws(() => read(config), {
        message:
          /copied has the pipeline name "dogs-and-cats-model", which image-classification also has[\s\S]*copied has the deployment name "dogcat-deploy"/,
      });
      const apart = { copied: { dedicated: { namespace: true } }, "image-classification": {} };
      assert.throws(
        () => read({ useCases: apart }),
        (error: Error) => {
          return !error.message.includes("deployment name");
        },
      );
    } finally {
      delete registry.copied;
    }
  });

  it("parses JSON in strings, because the CLI stores blocks, lists and fractions that way", () => {
    const { detectorBucket, useCases } = read({
      detectorBucket: { ...complete.detectorBucket, readers: '["user:ada@example.com"]' },
      useCases: {
        "image-classification": '{"training": {"resourceLimits": {"cpu": "0.5"}}}',
      },
    });
    assert.deepEqual(detectorBucket.readers, ["user:ada@example.com"]);
    const { spec } = useCases["image-classification"]?.definition.training ?? {};
    assert.deepEqual(spec?.resourceLimits, { cpu: 0.5 });
  });

  it("accepts everyone in the cluster as the reader of the data", () => {
    assert.equal(
      read({ seldon: { dataReader: "allClusterUsers" } }).seldon.dataReader,
      "allClusterUsers",
    );
  });

  describe("refuses in one line", () => {
    const cases: Record<string, [Record<string, unknown>, string]> = {
      "an unknown key, naming the one that was probably meant": [
        { usecases: {} },
        "pachyderm-seldon:usecases is not a valid key; did you mean useCases? (to remove it: `pulumi config rm usecases`)",
      ],
      "an unknown key that is like no other, naming all": [
        { colour: "red" },
        "pachyderm-seldon:colour is not a valid key; expected one of pachyderm, kubernetes, credentials, detectorBucket, budget, data, seldon, useCases, namePrefix, disposable, environment, adopt, acknowledge (to remove it: `pulumi config rm colour`)",
      ],
      "an unknown warning, naming the one that was probably meant": [
        { acknowledge: { "missing-artifacts": true } },
        "pachyderm-seldon:acknowledge.missing-artifacts is not a valid key; did you mean missing-artefacts? (to remove it: `pulumi config rm --path acknowledge.missing-artifacts`)",
      ],
      "a warning that is acknowledged by anything but true": [
        { acknowledge: { "no-use-cases": "seen" } },
        'pachyderm-seldon:acknowledge.no-use-cases is "seen"; expected true or false: `pulumi config set --path acknowledge.no-use-cases VALUE`',
      ],
      "a warning about things that is acknowledged by anything but true or their names": [
        { acknowledge: { "missing-artefacts": "seen" } },
        'pachyderm-seldon:acknowledge.missing-artefacts is "seen"; expected true or false, for all or by bucket, such as {NAME: true}: `pulumi config set --path acknowledge.missing-artefacts VALUE`',
      ],
      "an unknown key inside a block": [
        { detectorBucket: { ...complete.detectorBucket, lokation: "EU" } },
        "pachyderm-seldon:detectorBucket.lokation is not a valid key; did you mean location? (to remove it: `pulumi config rm --path detectorBucket.lokation`)",
      ],
      "an unknown parameter of a use case": [
        { useCases: { "image-classification": { training: { imagee: "x" } } } },
        "pachyderm-seldon:useCases.image-classification.training.imagee is not a valid key; did you mean image? (to remove it: `pulumi config rm --path useCases.image-classification.training.imagee`)",
      ],
      "a missing key, with the command that sets it": [
        { pachyderm: undefined },
        "pachyderm-seldon:pachyderm.address is missing; expected the address of Pachyderm, such as https://pachyderm.example.com: `pulumi config set --path pachyderm.address VALUE`",
      ],
      "plain text for a block": [
        { pachyderm: "localhost" },
        'pachyderm-seldon:pachyderm is "localhost"; expected an object with the keys address, project, namespace: `pulumi config rm pachyderm`, then `pulumi config set --path pachyderm.address VALUE`',
      ],
      "an invalid address": [
        { pachyderm: { address: "ftp://localhost" } },
        'pachyderm-seldon:pachyderm.address is "ftp://localhost"; expected http://, https://, grpc:// or grpcs:// with host and port, or host:port, without a path: `pulumi config set --path pachyderm.address VALUE`',
      ],
      "a value of the wrong type": [
        { disposable: "yes" },
        'pachyderm-seldon:disposable is "yes"; expected true or false: `pulumi config set disposable VALUE`',
      ],
      "days of soft delete that Google would refuse": [
        { detectorBucket: { ...complete.detectorBucket, softDeleteDays: 3 } },
        "pachyderm-seldon:detectorBucket.softDeleteDays is 3, which is neither 0 nor a number from 7 to 90: `pulumi config set --path detectorBucket.softDeleteDays VALUE`",
      ],
      "a stack to keep whose deleted objects are gone at once": [
        { detectorBucket: { ...complete.detectorBucket, softDeleteDays: 0 } },
        "pachyderm-seldon:detectorBucket.softDeleteDays is 0, which is allowed only for a disposable bucket: `pulumi config set --path detectorBucket.softDeleteDays VALUE`",
      ],
      "a bad bucket name": [
        { detectorBucket: { ...complete.detectorBucket, name: "My_Bucket" } },
        'pachyderm-seldon:detectorBucket.name is "My_Bucket", which may contain only lowercase letters, digits, -, _ and .: `pulumi config set --path detectorBucket.name VALUE`',
      ],
      "a bucket name that the prefix makes too long": [
        { namePrefix: `${"p".repeat(40)}-`, useCases: {} },
        `pachyderm-seldon:detectorBucket.name with namePrefix results in the bucket name "${"p".repeat(40)}-determined-seldon-detector", which is 67 characters long, but at most 63 are allowed: \`pulumi config set --path detectorBucket.name VALUE\``,
      ],
      "a prefix that makes a pipeline's name too long": [
        {
          namePrefix: `${"p".repeat(35)}-`,
          detectorBucket: { name: "short", location: "EU" },
        },
        `pachyderm-seldon:namePrefix is "${"p".repeat(35)}-", which results in the pipeline name ` +
          `"${"p".repeat(35)}-dogs-and-cats-model"; that is 55 characters long, but at ` +
          "most 51 are allowed: `pulumi config set namePrefix VALUE`",
      ],
      "a prefix with upper case": [
        { namePrefix: "PR-" },
        'pachyderm-seldon:namePrefix is "PR-"; expected lowercase letters, digits and -, starting with a letter, such as pr-12-: `pulumi config set namePrefix VALUE`',
      ],
      "a bad namespace": [
        { seldon: { namespace: "Seldon" } },
        'pachyderm-seldon:seldon.namespace is "Seldon", which may contain only lowercase letters, digits and -, and must start and end with a letter or digit: `pulumi config set --path seldon.namespace VALUE`',
      ],
      "a reader of the bucket without its kind, at its place in the list": [
        { detectorBucket: { ...complete.detectorBucket, readers: ["user:a@b.de", "c@b.de"] } },
        "pachyderm-seldon:detectorBucket.readers[1] is \"c@b.de\", which has no member type; expected one of serviceAccount:c@b.de, user:c@b.de, group:c@b.de: `pulumi config set --path 'detectorBucket.readers[1]' VALUE`",
      ],
      "the public among the writers": [
        { detectorBucket: { ...complete.detectorBucket, writers: ["allUsers"] } },
        "pachyderm-seldon:detectorBucket.writers[0] is \"allUsers\", which makes the bucket public: remove it, or set anonymousRead if this is intended: `pulumi config set --path 'detectorBucket.writers[0]' VALUE`",
      ],
      "an encryption key from elsewhere": [
        {
          detectorBucket: {
            ...complete.detectorBucket,
            kmsKey: "projects/p/locations/us/keyRings/r/cryptoKeys/k",
          },
        },
        'pachyderm-seldon:detectorBucket.kmsKey is "projects/p/locations/us/keyRings/r/cryptoKeys/k", which is not in the bucket\'s location: use a key in europe or eu: `pulumi config set --path detectorBucket.kmsKey VALUE`',
      ],
      "a prefix that is an address": [
        {
          detectorBucket: {
            ...complete.detectorBucket,
            prefix: "gs://models/seldon/",
            readers: ["user:a@b.de"],
          },
        },
        'pachyderm-seldon:detectorBucket.prefix is "gs://models/seldon/", which is a URL; expected a prefix of object names, such as seldon/: `pulumi config set --path detectorBucket.prefix VALUE`',
      ],
      "retention in a disposable stack": [
        { detectorBucket: { ...complete.detectorBucket, retentionDays: 30 }, disposable: true },
        "pachyderm-seldon:detectorBucket has conflicting settings: retentionDays prevents the deletion of objects that disposable requires: remove one of the two",
      ],
      "a lock without retention": [
        { detectorBucket: { ...complete.detectorBucket, retentionLocked: true } },
        "pachyderm-seldon:detectorBucket has conflicting settings: retentionLocked has no effect without retentionDays: set retentionDays, or remove retentionLocked",
      ],
      "settings of an existing bucket": [
        { detectorBucket: { ...complete.detectorBucket, existing: true, keepVersions: 2 } },
        "pachyderm-seldon:detectorBucket has conflicting settings: an existing bucket is never changed: remove location, keepVersions",
      ],
      "a label that Google would refuse": [
        { detectorBucket: { ...complete.detectorBucket, labels: { team: "UPPER" } } },
        'pachyderm-seldon:detectorBucket.labels.team is "UPPER", which may contain only lowercase letters, digits, _ and -: `pulumi config set --path detectorBucket.labels.team VALUE`',
      ],
      "a location with a blank": [
        { detectorBucket: { ...complete.detectorBucket, location: "EU " } },
        'pachyderm-seldon:detectorBucket.location is "EU ", which is not a known location; did you mean eu? (https://cloud.google.com/storage/docs/locations): `pulumi config set --path detectorBucket.location VALUE`',
      ],
      "a namespace for Seldon that a destroy would take from Kubernetes": [
        { seldon: { namespace: "kube-system" } },
        'pachyderm-seldon:seldon.namespace is "kube-system", which belongs to Kubernetes, and would be deleted with the stack: choose another namespace: `pulumi config set --path seldon.namespace VALUE`',
      ],
      "a namespace for Seldon that Pachyderm's workers are in": [
        { seldon: { namespace: "pach" }, pachyderm: { address: "localhost:1", namespace: "pach" } },
        'pachyderm-seldon:seldon.namespace is "pach", which is also the value of pachyderm.namespace, and would be deleted with the stack: choose a different namespace: `pulumi config set --path seldon.namespace VALUE`',
      ],
      "a project that Pachyderm would refuse": [
        { pachyderm: { address: "localhost:1", project: "Bad Project!" } },
        'pachyderm-seldon:pachyderm.project is "Bad Project!", which must consist of letters, digits, _ and -: `pulumi config set --path pachyderm.project VALUE`',
      ],
      "an image with characters of the shell": [
        { useCases: { "image-classification": { training: { image: "a;c" } } } },
        'pachyderm-seldon:useCases.image-classification.training.image is "a;c"; it is not a valid image name; expected one such as registry.example.com/team/train:1.0: `pulumi config set --path useCases.image-classification.training.image VALUE`',
      ],
      "an unknown use case, naming the known ones": [
        { useCases: { "image-clasification": {} } },
        "pachyderm-seldon:useCases.image-clasification is not a use case in use-cases/; expected one of image-classification, sentiment-analysis; did you mean image-classification? (to remove it: `pulumi config rm --path useCases.image-clasification`)",
      ],
      "a use case named like something that every object has": [
        { useCases: { constructor: {} }, namePrefix: "pr-" },
        "pachyderm-seldon:useCases.constructor is not a use case in use-cases/; expected one of image-classification, sentiment-analysis (to remove it: `pulumi config rm --path useCases.constructor`)",
      ],
      "a missing cluster": [
        { kubernetes: {} },
        "pachyderm-seldon:kubernetes.context is missing, and so is kubernetes.kubeconfig; set either of them to select the cluster: `pulumi config set --path kubernetes.context VALUE`",
      ],
      "a missing Google Cloud project": [
        { "gcp:project": undefined },
        "gcp:project is missing; expected the Google Cloud project of the bucket: `pulumi config set gcp:project VALUE`",
      ],
      "an empty credential, without showing any": [
        { credentials: { ...credentials, det_user: "" } },
        "pachyderm-seldon:credentials.det_user is empty; expected the name of a user of Determined: `pulumi config set --secret --path credentials.det_user`",
      ],
      "a credential that is not a string, without showing it": [
        { credentials: { ...credentials, det_password: 123456 } },
        "pachyderm-seldon:credentials.det_password has a value of the wrong type; expected that user's password: `pulumi config set --secret --path credentials.det_password`",
      ],
      "a namespace among the credentials": [
        { credentials: { ...credentials, sel_namespace: "seldon" } },
        "pachyderm-seldon:credentials.sel_namespace is set by the stack to the value of seldon.namespace; remove it: `pulumi config rm --path credentials.sel_namespace`",
      ],
      "an existing bucket or namespace together with a dedicated one": [
        {
          detectorBucket: { name: "theirs", existing: true },
          useCases: { "image-classification": { dedicated: { bucket: true } } },
        },
        "pachyderm-seldon:useCases.image-classification.dedicated.bucket is true, but the stack cannot create a dedicated bucket or namespace while detectorBucket.existing is true (to remove it: `pulumi config rm --path useCases.image-classification.dedicated`)",
      ],
      "a dedicated bucket whose name is too long": [
        {
          detectorBucket: { name: "b".repeat(50), location: "EU" },
          useCases: { "image-classification": { dedicated: { bucket: true } } },
        },
        `pachyderm-seldon:useCases.image-classification.dedicated.bucket results in the name "${"b".repeat(50)}-image-classification", which is 71 characters long, but at most 63 are allowed (to remove it: \`pulumi config rm --path useCases.image-classification.dedicated.bucket\`)`,
      ],
      "a dedicated namespace that is the detectors'": [
        {
          seldon: { namespace: "seldon", detectorNamespace: "seldon-sentiment-analysis" },
          useCases: { "sentiment-analysis": { dedicated: { namespace: true } } },
        },
        'pachyderm-seldon:useCases.sentiment-analysis.dedicated.namespace results in the name "seldon-sentiment-analysis", which is also the value of seldon.detectorNamespace: deployments and detectors need separate namespaces (to remove it: `pulumi config rm --path useCases.sentiment-analysis.dedicated.namespace`)',
      ],
      "a dedicated namespace that is Pachyderm's": [
        {
          pachyderm: { address: "http://localhost:30656", namespace: "seldon-sentiment-analysis" },
          useCases: { "sentiment-analysis": { dedicated: { namespace: true } } },
        },
        'pachyderm-seldon:useCases.sentiment-analysis.dedicated.namespace results in the name "seldon-sentiment-analysis", which is also the value of pachyderm.namespace, and would be deleted with the stack (to remove it: `pulumi config rm --path useCases.sentiment-analysis.dedicated.namespace`)',
      ],
      "a prefix that makes the names of detectors too long": [
        { namePrefix: "preview-123-", useCases: { "image-classification": {} } },
        'pachyderm-seldon:useCases.image-classification makes the detector name "preview-123-seldon-seldondeployment-preview-123-dogcat-deploy-outlier", which is 69 characters long (namespace 18, deployment 25, Seldon\'s own part 26); Knative allows 63, so shorten one of them by 6: namePrefix (counts twice), seldon.namespace, deployName in use-cases/image-classification',
      ],
      "a namespace that makes the names of detectors too long": [
        { seldon: { namespace: "n".repeat(30) }, useCases: { "image-classification": {} } },
        `pachyderm-seldon:useCases.image-classification makes the detector name "${"n".repeat(30)}-seldondeployment-dogcat-deploy-outlier", which is 69 characters long (namespace 30, deployment 13, Seldon's own part 26); Knative allows 63, so shorten one of them by 6: seldon.namespace, deployName in use-cases/image-classification`,
      ],
      "a data repo that another use case creates": [
        {
          useCases: {
            "image-classification": { data: { repo: "finbert-train" } },
            "sentiment-analysis": {},
          },
        },
        'pachyderm-seldon:useCases.image-classification.data.repo is "finbert-train", which is also the name of a repo of sentiment-analysis; to read that repo, set data.existing, or choose a different name: `pulumi config set --path useCases.image-classification.data.repo VALUE`',
      ],
      "detectors in the namespace of the deployments": [
        { seldon: { detectorNamespace: "seldon" } },
        'pachyderm-seldon:seldon.detectorNamespace is "seldon", which is also the value of seldon.namespace: deployments and detectors need separate namespaces: `pulumi config set --path seldon.detectorNamespace VALUE`',
      ],
      "groups of an unrestricted namespace": [
        { seldon: { groups: { ml: "write" } } },
        "pachyderm-seldon:seldon.groups has no effect unless restricted is true: `pulumi config set --path seldon.restricted true`",
      ],
      "a restriction of an existing namespace": [
        { seldon: { existing: true, restricted: true } },
        "pachyderm-seldon:seldon.restricted has no effect on an existing namespace: remove it, and label the namespace yourself (to remove it: `pulumi config rm --path seldon.restricted`)",
      ],
      "a user whose name is not valid in a label": [
        { seldon: { restricted: true, users: { "ada@example.com": "read" } } },
        'pachyderm-seldon:seldon.users["ada@example.com"] is a name that is not valid in a Kubernetes label: use letters, digits, -, _ and ., and start and end with a letter or digit (to remove it: `pulumi config rm --path \'seldon.users["ada@example.com"]\'`)',
      ],
      "permissions that Seldon does not define": [
        { seldon: { restricted: true, groups: { ml: "admin" } } },
        'pachyderm-seldon:seldon.groups.ml is "admin"; expected read or write: `pulumi config set --path seldon.groups.ml VALUE`',
      ],
      "an invalid key, without showing it": [
        { seldon: { serviceAccountKey: '{"type": "canary"}' } },
        "pachyderm-seldon:seldon.serviceAccountKey has a value of the wrong type; expected the JSON key of a Google service account, but this one has no client_email and no private_key: `pulumi config set --secret --path seldon.serviceAccountKey`",
      ],
      "resources of the wrong kind": [
        { useCases: { "image-classification": { training: { resourceLimits: { cpu: "4" } } } } },
        'pachyderm-seldon:useCases.image-classification.training.resourceLimits.cpu is the string "4"; expected a number of cores, such as 0.5: `pulumi config set --path useCases.image-classification.training.resourceLimits.cpu VALUE`',
      ],
      "a secret in place of the block that it belongs into, without showing or storing it": [
        { credentials: "canary-password" },
        "pachyderm-seldon:credentials has a value of the wrong type; expected an object: `pulumi config rm credentials`, then `pulumi config set --secret --path credentials.det_master`",
      ],
      "a key in place of Seldon's block, without showing it": [
        { seldon: "canary-key" },
        "pachyderm-seldon:seldon has a value of the wrong type; expected an object with the keys namespace, detectorNamespace, …: `pulumi config rm seldon`, then `pulumi config set --path seldon.namespace VALUE`",
      ],
      "a kubeconfig in place of the cluster's block, without showing it": [
        { kubernetes: "apiVersion: v1, canary" },
        "pachyderm-seldon:kubernetes has a value of the wrong type; expected an object with the keys context, kubeconfig: `pulumi config rm kubernetes`, then `pulumi config set --path kubernetes.context VALUE`",
      ],
      "an address with a password, without showing it": [
        { pachyderm: { ...complete.pachyderm, address: "http://ada:canary@pachyderm" } },
        'pachyderm-seldon:pachyderm.address is "http://…@pachyderm"; expected http://, https://, grpc:// or grpcs:// with host and port, or host:port, without a path: `pulumi config set --path pachyderm.address VALUE`',
      ],
      "text for a list, with commands that make one": [
        { detectorBucket: { ...complete.detectorBucket, readers: "user:ada@example.com" } },
        "pachyderm-seldon:detectorBucket.readers is \"user:ada@example.com\"; expected a list of members: `pulumi config rm --path detectorBucket.readers`, then `pulumi config set --path 'detectorBucket.readers[0]' VALUE`",
      ],
      "use cases that are not a block, with commands that select one": [
        { useCases: "image-classification" },
        'pachyderm-seldon:useCases is "image-classification"; expected use cases by name, such as {image-classification: {}}: `pulumi config rm useCases`, then `pulumi config set --path useCases.NAME.data.keep false`',
      ],
      "a label of digits only, by its name": [
        { detectorBucket: { ...complete.detectorBucket, labels: { "8": 1 } } },
        'pachyderm-seldon:detectorBucket.labels["8"] is 1; expected a string: `pulumi config set --path \'detectorBucket.labels["8"]\' VALUE`',
      ],
      "a budget that is not a time": [
        { budget: { reprocessTime: "four hours" } },
        'pachyderm-seldon:budget.reprocessTime is "four hours"; expected a time such as 4h, 90m or 1h30m: `pulumi config set --path budget.reprocessTime VALUE`',
      ],
      "a budget that is a time without a unit": [
        { budget: { reprocessTime: 4 } },
        "pachyderm-seldon:budget.reprocessTime is 4; expected a time such as 4h, 90m or 1h30m: `pulumi config set --path budget.reprocessTime VALUE`",
      ],
      "a budget that is not a size": [
        { budget: { deletedData: "10 apples" } },
        'pachyderm-seldon:budget.deletedData is "10 apples"; expected a size such as 10GB or 500MiB: `pulumi config set --path budget.deletedData VALUE`',
      ],
      "a budget of less than no jobs": [
        { budget: { killedJobs: -1 } },
        "pachyderm-seldon:budget.killedJobs is -1; expected a whole number of jobs, 0 or more: `pulumi config set --path budget.killedJobs VALUE`",
      ],
      "an invalid budget for pipelines outside of the stack": [
        { budget: { outside: "no" } },
        'pachyderm-seldon:budget.outside is "no"; expected allow or refuse: `pulumi config set --path budget.outside VALUE`',
      ],
      "a budget's key that does not exist": [
        { budget: { killedJob: 1 } },
        "pachyderm-seldon:budget.killedJob is not a valid key; did you mean killedJobs? (to remove it: `pulumi config rm --path budget.killedJob`)",
      ],
      "an invalid time of a use case": [
        { useCases: { "image-classification": { refuseWhileRunning: "long" } } },
        'pachyderm-seldon:useCases.image-classification.refuseWhileRunning is "long"; expected a time such as 4h, 90m or 1h30m: `pulumi config set --path useCases.image-classification.refuseWhileRunning VALUE`',
      ],
      "an invalid flag of dedicated": [
        { useCases: { "image-classification": { dedicated: { bucket: "yes" } } } },
        'pachyderm-seldon:useCases.image-classification.dedicated.bucket is "yes"; expected true or false: `pulumi config set --path useCases.image-classification.dedicated.bucket VALUE`',
      ],
    };
    for (const [title, [changes, message]] of Object.entries(cases)) {
      it(title, () => {
        assert.equal(refusal(changes), message);
        assertCommandsFit(changes, message);
      });
    }

    it("a message whose command cannot contain the value, such as a block on a command line", () => {
      const useless = "takes use cases by name: `pulumi config set useCases VALUE`";
      assert.throws(
        () => assertCommandsFit({ useCases: 1 }, useless),
        /after it: .*useCases\.NAME/,
      );
      const unknown = "`pulumi config set colour VALUE`";
      assert.throws(() => assertCommandsFit({}, unknown), /colour is not a valid key/);
    });

    it("all problems of a block, including those with other keys", () => {
      const { name } = complete.detectorBucket;
      const message = refusal({
        detectorBucket: { name, location: 5, softDeleteDays: 0, readers: ["c@b.de"] },
      });
      for (const part of ["location is 5", "softDeleteDays is 0", "readers[0] is"])
        assert.ok(message.includes(`detectorBucket.${part}`), message);
      assert.ok(!message.includes("location is missing"), message);
    });

    it("keys in plain text, and keys together with a service account, without showing any", () => {
      const seldon = {
        serviceAccountKey: googleKey,
        googleServiceAccount: "models@p.iam.gserviceaccount.com",
      };
      assert.equal(
        refusal({ seldon }),
        `The configuration has 2 problems:
  pachyderm-seldon:seldon.serviceAccountKey is set: use either googleServiceAccount or keys, not both (to remove it: \`pulumi config rm --path seldon.serviceAccountKey\`)
  pachyderm-seldon:seldon.serviceAccountKey is stored in plain text: encrypt it and rotate the exposed value: \`pulumi config set --secret --path seldon.serviceAccountKey\``,
      );
    });

    it("a kubeconfig in plain text, without showing it", () => {
      const message = refusal({ kubernetes: { kubeconfig: "apiVersion: v1\ntoken: canary" } });
      assert.equal(
        message,
        "pachyderm-seldon:kubernetes.kubeconfig is stored in plain text: encrypt it and rotate the exposed value: `pulumi config set --secret --path kubernetes.kubeconfig`",
      );
    });
  });

  it("names all missing credentials at once, each with its command", () => {
    const lines = refusal({ credentials: undefined }).split("\n");
    assert.equal(lines.shift(), "The configuration has 6 problems:");
    assert.deepEqual(
      lines.map((line) => line.slice(line.indexOf("`"))),
      Object.keys(credentials).map(
        (key) => `\`pulumi config set --secret --path credentials.${key}\``,
      ),
    );
    assert.match(
      lines[3] ?? "",
      /credentials\.pac_token is missing; expected a Pachyderm token, or an empty string if/,
    );
  });

  it("refuses credentials in plain text, without showing them", () => {
    const message = refusal({}, []);
    assert.match(
      message,
      /pachyderm-seldon:credentials\.det_password is stored in plain text: encrypt it/,
    );
    assert.doesNotMatch(message, /canary/);
  });

  it("refuses a plain-text credential next to encrypted ones, as in the stack file", () => {
    const folder = mkdtempSync(join(tmpdir(), "stack-"));
    try {
      const plain = `    det_password: ${credentials.det_password}\n`;
      const encrypted = "    det_user:\n      secure: v1:abc\n";
      writeFileSync(
        join(folder, `Pulumi.${pulumi.getStack()}.yaml`),
        `config:\n  pachyderm-seldon:credentials:\n${plain}${encrypted}`,
      );
      pulumi.runtime.setAllConfig(stackConfig(), secretKeys);
      assert.throws(
        () => readConfig(folder),
        (error: Error) => {
          assert.match(error.message, /credentials\.det_password is stored in plain text/);
          assert.doesNotMatch(error.message, /det_user|canary/);
          return true;
        },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("lists all problems of one bucket in one message", () => {
    const labels = { a: "B" };
    const message = refusal({
      detectorBucket: { name: "models", location: "us-centrall", prefix: "/", labels },
    });
    for (const problem of [
      'detectorBucket.location is "us-centrall", which is not a known location; did you mean us-central1?',
      'detectorBucket.prefix is "/"',
      'detectorBucket.labels.a is "B"',
    ])
      assert.ok(message.includes(problem), message);
  });

  it("lists problems of several keys in one message", () => {
    const message = refusal({ disposable: "yes", usecases: {}, detectorBucket: {} });
    assert.deepEqual(
      message.split("\n").map((line) => line.trim().split(" ")[0]),
      [
        "The",
        "pachyderm-seldon:usecases",
        "pachyderm-seldon:detectorBucket.name",
        "pachyderm-seldon:disposable",
        "pachyderm-seldon:detectorBucket.location",
      ],
    );
  });
});
