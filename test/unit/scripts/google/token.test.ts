import assert from "node:assert/strict";
import { createVerify, generateKeyPairSync } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCredentials } from "../../../../scripts/google/credentials";
import { obtainToken } from "../../../../scripts/google/token";
import { JsonServer } from "../../../support/json-server";
import { folderOfTools } from "../../../support/tools-folder";

const CANARY = "canary-in-the-key";

describe("the credentials for Google Cloud", () => {
  const server = new JsonServer();
  let folder: string;

  beforeEach(async () => {
    folder = folderOfTools();
    await server.start();
    server.answer = () => ({ status: 200, body: { access_token: "token-from-server" } });
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const variables = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    CLOUDSDK_CONFIG: folder,
    GCE_METADATA_HOST: "127.0.0.1:1",
    ...more,
  });
  const token = (raw: Record<string, string>, more?: NodeJS.ProcessEnv, impersonate?: string) =>
    obtainToken(findCredentials(raw, variables(more)), {
      variables: variables(more),
      impersonate,
      iamCredentials: server.url,
    });

  function file(content: object | string): string {
    const path = join(folder, "key.json");
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }

  it("are searched for where the plugin searches, in its order", () => {
    const key = JSON.stringify({ type: "service_account" });
    const raw = { "gcp:accessToken": "a", "gcp:credentials": key };
    const env = variables({
      GOOGLE_OAUTH_ACCESS_TOKEN: "b",
      GOOGLE_CREDENTIALS: key,
      GOOGLE_APPLICATION_CREDENTIALS: file(key),
    });
    const source = (keys: Record<string, string>, from: NodeJS.ProcessEnv) =>
      findCredentials(keys, from).source;
    assert.equal(source(raw, env), "gcp:accessToken");
    assert.equal(source({ "gcp:credentials": key }, env), "GOOGLE_OAUTH_ACCESS_TOKEN");
    delete env.GOOGLE_OAUTH_ACCESS_TOKEN;
    assert.equal(source({ "gcp:credentials": key }, env), "gcp:credentials");
    assert.equal(source({}, env), "GOOGLE_CREDENTIALS");
    delete env.GOOGLE_CREDENTIALS;
    assert.match(source({}, env), /^GOOGLE_APPLICATION_CREDENTIALS \(.*key\.json\)$/);
    delete env.GOOGLE_APPLICATION_CREDENTIALS;
    assert.equal(source({}, env), "the machine's service account");
    writeFileSync(join(folder, "application_default_credentials.json"), key);
    assert.match(source({}, env), /application_default_credentials\.json$/);
  });

  it("of a service account's key become a token through a claim that it signs", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = {
      type: "service_account",
      client_email: "ci@p.iam.gserviceaccount.com",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      token_uri: `${server.url}/token`,
    };
    assert.equal(await token({}, { GOOGLE_CREDENTIALS: file(key) }), "token-from-server");
    const form = new URLSearchParams(server.requests[0]?.body);
    assert.equal(form.get("grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
    const [head, claim, signature = ""] = form.get("assertion")?.split(".") ?? [];
    const verify = createVerify("RSA-SHA256").update(`${head}.${claim}`);
    assert.ok(verify.verify(publicKey, signature, "base64url"));
    const { iss, aud } = JSON.parse(Buffer.from(claim ?? "", "base64url").toString());
    assert.deepEqual([iss, aud], [key.client_email, key.token_uri]);
  });

  it("of a user who logged in with gcloud become a token through the refresh token", async () => {
    const key = {
      type: "authorized_user",
      client_id: "id",
      client_secret: "secret",
      refresh_token: CANARY,
      token_uri: `${server.url}/token`,
    };
    assert.equal(await token({ "gcp:credentials": JSON.stringify(key) }), "token-from-server");
    const form = new URLSearchParams(server.requests[0]?.body);
    assert.deepEqual(
      [form.get("grant_type"), form.get("refresh_token")],
      ["refresh_token", CANARY],
    );
  });

  it("of the machine come from its metadata server", async () => {
    assert.equal(await token({}, { GCE_METADATA_HOST: server.host }), "token-from-server");
    assert.equal(server.requests[0]?.headers["metadata-flavor"], "Google");
    await assert.rejects(token({}), /no Google Cloud credentials found/);
  });

  it("act as another service account if the configuration says so", async () => {
    server.answer = () => ({ status: 200, body: { accessToken: "token-of-the-other" } });
    const email = "other@p.iam.gserviceaccount.com";
    assert.equal(await token({ "gcp:accessToken": "own" }, {}, email), "token-of-the-other");
    const [asked] = server.requests;
    assert.equal(asked?.headers.authorization, "Bearer own");
    assert.match(asked?.path ?? "", /serviceAccounts\/other%40p\S+:generateAccessToken$/);
  });

  it("that are refused cause an error with the reason, without the credentials", async () => {
    server.answer = () => ({
      status: 400,
      body: { error: "invalid_grant", error_description: "Token has been expired or revoked." },
    });
    const key = {
      type: "authorized_user",
      client_id: "id",
      client_secret: CANARY,
      refresh_token: CANARY,
      token_uri: server.url,
    };
    await assert.rejects(token({ "gcp:credentials": JSON.stringify(key) }), (error: Error) => {
      assert.match(error.message, /did not return a token: invalid_grant: Token has been expired/);
      assert.ok(!error.message.includes(CANARY));
      return true;
    });
    const broken = { type: "service_account", private_key: CANARY };
    await assert.rejects(token({ "gcp:credentials": JSON.stringify(broken) }), (error: Error) => {
      assert.equal(error.message, "the private_key in the service account's key is not valid");
      return true;
    });
  });

  it("that cannot be read are named by their source, without their contents", async () => {
    for (const [env, message] of [
      [{ GOOGLE_CREDENTIALS: "/nonexistent/key.json" }, /^GOOGLE_CREDENTIALS is neither JSON nor/],
      [{ GOOGLE_APPLICATION_CREDENTIALS: file(`{${CANARY}`) }, /key\.json\) is not valid JSON$/],
    ] as const) {
      assert.throws(
        () => findCredentials({}, variables(env)),
        (error: Error) => {
          assert.match(error.message, message);
          assert.ok(!error.message.includes(CANARY));
          return true;
        },
      );
    }
  });

  it("of another kind need gcloud", async () => {
    const key = JSON.stringify({ type: "external_account" });
    await assert.rejects(
      token({ "gcp:credentials": key }, { PATH: folder }),
      /credentials of type "external_account" require gcloud, which is not on PATH/,
    );
    writeFileSync(join(folder, "gcloud"), "#!/bin/sh\necho token-of-gcloud\n", { mode: 0o755 });
    const env = { PATH: `${folder}:/bin:/usr/bin` };
    assert.equal(await token({ "gcp:credentials": key }, env), "token-of-gcloud");
  });
});
