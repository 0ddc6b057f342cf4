import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readConfig } from "../../../config";
import { complete, credentials, secretKeys, stackConfig } from "../../support/stack-config";

function read(changes: Record<string, unknown> = {}, secret = secretKeys) {
  pulumi.runtime.setAllConfig(stackConfig(changes), secret);
  return readConfig();
}

/** The message that the changes end the program with. */
function refusal(changes: Record<string, unknown>, secret = secretKeys): string {
  try {
    read(changes, secret);
  } catch (error) {
    assert.ok(pulumi.RunError.isInstance(error), `no RunError: ${error}`);
    return (error as Error).message;
  }
  return assert.fail("the configuration was accepted");
}

describe("config", () => {
  it("fills in the defaults", () => {
    const config = read();
    assert.deepEqual(config.pachyderm, {
      address: "http://localhost:30656",
      project: "default",
      namespace: "default",
    });
    assert.deepEqual(config.seldon, { namespace: "seldon", restricted: false });
    assert.equal(config.namePrefix, "");
    assert.equal(config.disposable, false);
  });

  it("keeps what is false, zero or empty", () => {
    const config = read({
      disposable: "true",
      detectorBucket: { ...complete.detectorBucket, softDeleteDays: 0 },
      seldon: { restricted: false },
    });
    assert.equal(config.detectorBucket.softDeleteDays, 0);
    assert.equal(config.seldon.restricted, false);
    assert.equal(config.disposable, true);
  });

  it("hands credentials on as secrets, keys of one's own among them", async () => {
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

  it("hands a kubeconfig's text on as a secret, and a path as it is", async () => {
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
    const useCase = useCases["image-classification"];
    assert.equal(useCase?.training.image, "train:1");
    assert.equal(useCase?.training.name, "pr-12-dogs-and-cats-model");
    assert.equal(useCase?.data.repo, "pr-12-dogs-and-cats");
  });

  it("takes a use case with nothing behind its name for one without changes", () => {
    const { useCases } = read({ useCases: { "image-classification": null } });
    assert.equal(useCases["image-classification"]?.training.name, "dogs-and-cats-model");
  });

  describe("refuses in one line", () => {
    const cases: Record<string, [Record<string, unknown>, string]> = {
      "an unknown key, naming the one that was probably meant": [
        { usecases: {} },
        "pachyderm-seldon:usecases is not a key; did you mean useCases? (to remove it: `pulumi config rm usecases`)",
      ],
      "an unknown key that is like no other, naming all": [
        { colour: "red" },
        "pachyderm-seldon:colour is not a key; the keys are pachyderm, kubernetes, credentials, detectorBucket, seldon, useCases, namePrefix, disposable (to remove it: `pulumi config rm colour`)",
      ],
      "an unknown key inside a block": [
        { detectorBucket: { ...complete.detectorBucket, lokation: "EU" } },
        "pachyderm-seldon:detectorBucket.lokation is not a key; did you mean location? (to remove it: `pulumi config rm --path detectorBucket.lokation`)",
      ],
      "an unknown parameter of a use case": [
        { useCases: { "image-classification": { training: { imagee: "x" } } } },
        "pachyderm-seldon:useCases.image-classification.training.imagee is not a key; did you mean image? (to remove it: `pulumi config rm --path useCases.image-classification.training.imagee`)",
      ],
      "a missing key, with the command that sets it": [
        { pachyderm: undefined },
        "pachyderm-seldon:pachyderm.address is missing; it takes the address of Pachyderm, such as https://pachyderm.example.com: `pulumi config set --path pachyderm.address VALUE`",
      ],
      "plain text for a block": [
        { pachyderm: "localhost" },
        'pachyderm-seldon:pachyderm is "localhost"; it takes a block of keys (address, project, namespace): `pulumi config set pachyderm VALUE`',
      ],
      "an address that is none": [
        { pachyderm: { address: "ftp://localhost" } },
        'pachyderm-seldon:pachyderm.address is "ftp://localhost"; it takes http://, https://, grpc:// or grpcs:// with host and port, or host:port: `pulumi config set --path pachyderm.address VALUE`',
      ],
      "a value of the wrong type": [
        { disposable: "yes" },
        'pachyderm-seldon:disposable is "yes"; it takes true or false: `pulumi config set disposable VALUE`',
      ],
      "days of soft delete that Google would refuse": [
        { detectorBucket: { ...complete.detectorBucket, softDeleteDays: 3 } },
        "pachyderm-seldon:detectorBucket.softDeleteDays is 3; it takes 7 to 90 days, or 0 where disposable is true: `pulumi config set --path detectorBucket.softDeleteDays VALUE`",
      ],
      "a stack to keep whose deleted objects are gone at once": [
        { detectorBucket: { ...complete.detectorBucket, softDeleteDays: 0 } },
        "pachyderm-seldon:detectorBucket.softDeleteDays is 0, which only a disposable stack may have; it takes 7 to 90: `pulumi config set --path detectorBucket.softDeleteDays VALUE`",
      ],
      "a bad bucket name": [
        { detectorBucket: { ...complete.detectorBucket, name: "My_Bucket" } },
        'pachyderm-seldon:detectorBucket.name is "My_Bucket", which may hold only lower-case letters, digits, -, _ and .: `pulumi config set --path detectorBucket.name VALUE`',
      ],
      "a bucket name that the prefix makes too long": [
        { namePrefix: `${"p".repeat(40)}-`, useCases: {} },
        `pachyderm-seldon:detectorBucket.name makes, after namePrefix, the bucket name "${"p".repeat(40)}-determined-seldon-detector", which is 67 characters long, 63 are allowed: \`pulumi config set --path detectorBucket.name VALUE\``,
      ],
      "a prefix that makes a pipeline's name too long": [
        {
          namePrefix: `${"p".repeat(35)}-`,
          detectorBucket: { name: "short", location: "EU" },
        },
        `pachyderm-seldon:namePrefix is "${"p".repeat(35)}-", which makes the pipeline name "${"p".repeat(35)}-dogs-and-cats-model"; that is 4 characters longer than the 51 that are allowed: \`pulumi config set namePrefix VALUE\``,
      ],
      "a prefix with upper case": [
        { namePrefix: "PR-" },
        'pachyderm-seldon:namePrefix is "PR-"; it takes lower-case letters, digits and -, a letter first, such as pr-12-: `pulumi config set namePrefix VALUE`',
      ],
      "a bad namespace": [
        { seldon: { namespace: "Seldon" } },
        'pachyderm-seldon:seldon.namespace is "Seldon", which may hold only lower-case letters, digits and -, and must start and end with a letter or digit: `pulumi config set --path seldon.namespace VALUE`',
      ],
      "a label that Google would refuse": [
        { detectorBucket: { ...complete.detectorBucket, labels: { team: "UPPER" } } },
        'pachyderm-seldon:detectorBucket.labels.team is "UPPER", which may hold only lower-case letters, digits, _ and -: `pulumi config set --path detectorBucket.labels.team VALUE`',
      ],
      "a location with a blank": [
        { detectorBucket: { ...complete.detectorBucket, location: "EU " } },
        'pachyderm-seldon:detectorBucket.location is "EU "; it takes a location of Google Cloud Storage, such as EU or us-central1: `pulumi config set --path detectorBucket.location VALUE`',
      ],
      "a namespace for Seldon that a destroy would take from Kubernetes": [
        { seldon: { namespace: "kube-system" } },
        'pachyderm-seldon:seldon.namespace is "kube-system", which belongs to Kubernetes itself, and would be deleted with the stack: name another one: `pulumi config set --path seldon.namespace VALUE`',
      ],
      "a namespace for Seldon that Pachyderm's workers are in": [
        { seldon: { namespace: "pach" }, pachyderm: { address: "localhost:1", namespace: "pach" } },
        'pachyderm-seldon:seldon.namespace is "pach", which is pachyderm.namespace too, and would be deleted with the stack: name another one: `pulumi config set --path seldon.namespace VALUE`',
      ],
      "a project that Pachyderm would refuse": [
        { pachyderm: { address: "localhost:1", project: "Bad Project!" } },
        'pachyderm-seldon:pachyderm.project is "Bad Project!", which must consist of letters, digits, _ and -: `pulumi config set --path pachyderm.project VALUE`',
      ],
      "an image with characters of the shell": [
        { useCases: { "image-classification": { training: { image: "a b;c" } } } },
        'pachyderm-seldon:useCases.image-classification.training.image is "a b;c"; it takes the name of a container image, such as registry.example.com/team/train:1.0: `pulumi config set --path useCases.image-classification.training.image VALUE`',
      ],
      "an unknown use case, naming the known ones": [
        { useCases: { "image-clasification": {} } },
        "pachyderm-seldon:useCases.image-clasification is not a use case: use-cases/ has image-classification; did you mean image-classification? (to remove it: `pulumi config rm --path useCases.image-clasification`)",
      ],
      "a use case named like something that every object has": [
        { useCases: { constructor: {} }, namePrefix: "pr-" },
        "pachyderm-seldon:useCases.constructor is not a use case: use-cases/ has image-classification (to remove it: `pulumi config rm --path useCases.constructor`)",
      ],
      "a cluster that nothing names": [
        { kubernetes: {} },
        "pachyderm-seldon:kubernetes.context is missing, and so is kubeconfig; one of them must name the cluster: `pulumi config set --path kubernetes.context VALUE`",
      ],
      "a missing Google Cloud project": [
        { "gcp:project": undefined },
        "gcp:project is missing; it takes the Google Cloud project of the bucket: `pulumi config set gcp:project VALUE`",
      ],
      "an empty credential, without showing any": [
        { credentials: { ...credentials, det_user: "" } },
        "pachyderm-seldon:credentials.det_user is empty; it takes the name of a user of Determined: `pulumi config set --secret --path credentials.det_user`",
      ],
      "a credential that is no text, without showing it": [
        { credentials: { ...credentials, det_password: 123456 } },
        "pachyderm-seldon:credentials.det_password has a value of the wrong kind; it takes that user's password: `pulumi config set --secret --path credentials.det_password`",
      ],
      "a namespace among the credentials": [
        { credentials: { ...credentials, sel_namespace: "seldon" } },
        "pachyderm-seldon:credentials.sel_namespace is set by the stack, to seldon.namespace; remove it: `pulumi config rm --path credentials.sel_namespace`",
      ],
    };
    for (const [title, [changes, message]] of Object.entries(cases)) {
      it(title, () => assert.equal(refusal(changes), message));
    }

    it("a kubeconfig's text in clear, without showing it", () => {
      const message = refusal({ kubernetes: { kubeconfig: "apiVersion: v1\ntoken: canary" } });
      assert.equal(
        message,
        "pachyderm-seldon:kubernetes.kubeconfig is in clear; encrypt it, and change what was readable: `pulumi config set --secret --path kubernetes.kubeconfig`",
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
      /credentials\.pac_token is missing; it takes a Pachyderm token, empty where/,
    );
  });

  it("refuses credentials that stand in clear, without showing them", () => {
    const message = refusal({}, []);
    assert.match(message, /pachyderm-seldon:credentials\.det_password is in clear; encrypt it/);
    assert.doesNotMatch(message, /canary/);
  });

  it("refuses a credential in clear beside encrypted ones, as the stack file has it", () => {
    const folder = mkdtempSync(join(tmpdir(), "stack-"));
    try {
      const inClear = `    det_password: ${credentials.det_password}\n`;
      const encrypted = "    det_user:\n      secure: v1:abc\n";
      writeFileSync(
        join(folder, `Pulumi.${pulumi.getStack()}.yaml`),
        `config:\n  pachyderm-seldon:credentials:\n${inClear}${encrypted}`,
      );
      pulumi.runtime.setAllConfig(stackConfig(), secretKeys);
      assert.throws(
        () => readConfig(folder),
        (error: Error) => {
          assert.match(error.message, /credentials\.det_password is in clear/);
          assert.doesNotMatch(error.message, /det_user|canary/);
          return true;
        },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("lists problems of several keys in one message", () => {
    const message = refusal({ disposable: "yes", usecases: {}, detectorBucket: {} });
    assert.deepEqual(
      message.split("\n").map((line) => line.trim().split(" ")[0]),
      [
        "The",
        "pachyderm-seldon:usecases",
        "pachyderm-seldon:detectorBucket.name",
        "pachyderm-seldon:detectorBucket.location",
        "pachyderm-seldon:disposable",
      ],
    );
  });
});
