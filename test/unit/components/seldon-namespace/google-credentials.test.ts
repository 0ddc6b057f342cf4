import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  checkedKey,
  checkGoogleServiceAccount,
  keysBesideAccount,
  rcloneSettings,
  serviceAccountKeyProblem,
} from "../../../../components/seldon-namespace/google-credentials";

const KEY = {
  type: "service_account",
  client_email: "models@p.iam.gserviceaccount.com",
  private_key: "canary",
};
const text = (changes: object) => JSON.stringify({ ...KEY, ...changes });
const known = <T>(output: pulumi.Output<T> | undefined) =>
  new Promise<T>((resolve) => output?.apply(resolve));

describe("the JSON key of a service account", () => {
  it("is accepted as gcloud writes it, with additional fields", () => {
    assert.equal(serviceAccountKeyProblem(text({ project_id: "p" })), undefined);
  });

  for (const [title, key, problem] of [
    ["no JSON", "canary", /JSON/],
    ["JSON that is no object", "null", /type and no client_email and no private_key/],
    ["a key without its private part", text({ private_key: "" }), /private_key/],
    ["another kind of credentials", text({ type: "authorized_user" }), /service_account/],
  ] as const) {
    it(`is refused if it is ${title}, without showing it`, () => {
      assert.match(serviceAccountKeyProblem(key) ?? "", problem);
      assert.throws(
        () => checkedKey('SeldonNamespace "s": storageKey', key),
        (error: Error) =>
          pulumi.RunError.isInstance(error) &&
          error.message.startsWith('SeldonNamespace "s": storageKey ') &&
          !error.message.includes("canary"),
      );
    });
  }

  it("becomes a secret, and is undefined if it is not set", async () => {
    const key = checkedKey("key", text({}));
    assert.equal(await known(key), text({}));
    assert.equal(await pulumi.isSecret(key as pulumi.Output<string>), true);
    assert.equal(checkedKey("key", undefined), undefined);
  });
});

describe("a Google service account", () => {
  it("is accepted by its address, including that of a domain's project", () => {
    for (const email of [
      "a@p.iam.gserviceaccount.com",
      "a-1@p.example.com.iam.gserviceaccount.com",
    ])
      assert.equal(checkGoogleServiceAccount(email), undefined, email);
  });

  it("is refused if the address is a user's, or has an additional prefix", () => {
    for (const email of ["ada@example.com", "serviceAccount:a@p.iam.gserviceaccount.com", ""])
      assert.ok(checkGoogleServiceAccount(email), email);
  });

  it("excludes keys, which are each named", () => {
    const googleServiceAccount = "a@p.iam.gserviceaccount.com";
    const keys = { serviceAccountKey: "k", storageKey: "k" };
    assert.deepEqual(keysBesideAccount({ googleServiceAccount, ...keys }), Object.keys(keys));
    assert.deepEqual(keysBesideAccount({ googleServiceAccount }), []);
    assert.deepEqual(keysBesideAccount(keys), []);
  });
});

describe("rclone's settings", () => {
  it("contain the key on one line, and stay secret", async () => {
    const pretty = pulumi.secret(JSON.stringify(KEY, undefined, 2));
    const settings = rcloneSettings(pretty);
    const credentials = settings.RCLONE_CONFIG_GS_SERVICE_ACCOUNT_CREDENTIALS;
    assert.equal(await known(credentials as pulumi.Output<string>), JSON.stringify(KEY));
    assert.equal(await pulumi.isSecret(credentials as pulumi.Output<string>), true);
    assert.equal(settings.RCLONE_CONFIG_GS_ENV_AUTH, undefined);
  });

  it("use the pod's service account without a key, and are never anonymous", () => {
    assert.deepEqual(rcloneSettings(undefined), {
      RCLONE_CONFIG_GS_TYPE: "google cloud storage",
      RCLONE_CONFIG_GS_ANONYMOUS: "false",
      RCLONE_CONFIG_GS_ENV_AUTH: "true",
    });
  });
});
