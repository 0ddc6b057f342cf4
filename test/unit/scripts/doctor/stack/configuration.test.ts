import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { configurationChecks } from "../../../../../scripts/doctor/checks/configuration";
import { runChecks } from "../../../../../scripts/doctor/run-checks";
import { forStack } from "../../../../../scripts/doctor/run-doctor";
import { readConfiguration } from "../../../../../scripts/doctor/stack/configuration";
import type { PulumiCli } from "../../../../../scripts/doctor/stack/pulumi-cli";
import { StackState } from "../../../../../scripts/doctor/stack/state";
import { NOT_INSTALLED } from "../../../../../scripts/pulumi";
import { linesOf, outcomesOf } from "../../../../support/doctor";
import { credentials, googleKey, stackConfig } from "../../../../support/stack-config";

const PASSPHRASE =
  "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables";

describe("the doctor's reading of a stack", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stack-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Writes the stack file with all secrets encrypted, as a CLI that decrypts them would. */
  function write(changes: Record<string, unknown> = {}): PulumiCli {
    const raw = stackConfig({ seldon: { serviceAccountKey: googleKey }, ...changes });
    const secret = ["pachyderm-seldon:credentials", "pachyderm-seldon:seldon"];
    const encrypt = (value: unknown): unknown =>
      typeof value === "string"
        ? { secure: "v1:ciphertext" }
        : Object.fromEntries(
            Object.entries(value as object).map(([key, part]) => [key, encrypt(part)]),
          );
    const file = Object.entries(raw).map(([key, text]) => {
      const value = text.startsWith("{") ? JSON.parse(text) : text;
      return [key, secret.includes(key) ? encrypt(value) : value];
    });
    const content = stringify({ config: Object.fromEntries(file), encryptionsalt: "v1:x" });
    writeFileSync(join(folder, "Pulumi.dev.yaml"), content);
    const printed = Object.entries(raw).map(([key, value]) => [
      key,
      { value, secret: secret.includes(key) },
    ]);
    return async () => ({ stdout: JSON.stringify(Object.fromEntries(printed)) });
  }

  const read = (cli: PulumiCli) => readConfiguration("dev", cli, folder);
  const checks = async (cli: PulumiCli, stateProblem?: string) =>
    configurationChecks({
      stack: "dev",
      configuration: await read(cli),
      stateProblem,
      resources: 0,
    });

  it("is complete if the CLI can decrypt the secrets", async () => {
    const cli = write();
    const { config, problems, values, undecrypted } = await read(cli);
    assert.deepEqual([problems, undecrypted], [[], undefined]);
    assert.equal(config?.pipelineSecret, "pipeline-secret");
    assert.equal(values.credentials?.det_user, "canary-user");
    assert.deepEqual(await linesOf(await checks(cli)), [
      "passed exists in the backend; nothing has been created yet",
      "passed can be decrypted",
      "passed are valid",
    ]);
  });

  it("finds all secrets, including those inside keys, and no others", async () => {
    const { secrets } = await read(write());
    const { pac_token: _, ...rest } = credentials;
    for (const secret of [...Object.values(rest), googleKey, "canary-key"]) {
      assert.ok(secrets.includes(secret), secret);
    }
    assert.ok(!secrets.includes("service_account"));
  });

  it("continues with the stack file if the secrets cannot be decrypted", async () => {
    write();
    const cli: PulumiCli = async () => ({ problem: PASSPHRASE });
    const { config, problems, secrets } = await read(cli);
    assert.deepEqual([problems, secrets], [[], []]);
    assert.equal(config?.detectorBucket.name.length === 0, false);
    const [, locked, keys] = await outcomesOf(await checks(cli));
    assert.equal(locked?.status, "failed");
    assert.match(locked?.text ?? "", /^cannot be decrypted: passphrase must be set/);
    assert.match(locked?.action ?? "", /^set PULUMI_CONFIG_PASSPHRASE or/);
    assert.equal(keys?.text, "are valid, except for the secrets, which were not checked");
  });

  it("reports what a preview would, each with its command, and still determines what to check", async () => {
    const { det_user: _, ...rest } = credentials;
    const cli = write({ credentials: rest });
    assert.ok((await read(cli)).config !== undefined);
    const [missing] = await outcomesOf(await checks(cli), "valid");
    assert.deepEqual(missing, {
      status: "failed",
      text: "pachyderm-seldon:credentials.det_user is missing; expected the name of a user of Determined",
      action: "run `pulumi config set --secret --path credentials.det_user`",
    });
  });

  it("does not guess what an invalid configuration means", async () => {
    const cli = write({ pachyderm: { adress: "x" } });
    assert.equal((await read(cli)).config, undefined);
    const lines = await linesOf(await checks(cli), "valid");
    assert.equal(lines.length, 2);
    assert.match(lines.join("\n"), /pachyderm\.adress is not a valid key; did you mean address/);
  });

  it("says how to create a stack that is missing in the backend, or to log in", async () => {
    const cli = write();
    const [unknown] = await outcomesOf(await checks(cli, "no stack named 'dev' found"), "stack");
    assert.equal(unknown?.text, "the backend does not have the stack");
    assert.match(unknown?.action ?? "", /`pulumi stack init dev --secrets-provider passphrase`/);
    const [out] = await outcomesOf(await checks(cli, "PULUMI_ACCESS_TOKEN must be set"), "stack");
    assert.match(out?.action ?? "", /`pulumi login`/);
  });

  it("never offers a command that discards the key of the secrets in the file", async () => {
    const missing: PulumiCli = async () => ({ problem: "no stack named 'dev' found" });
    const action = async (file: object) => {
      writeFileSync(join(folder, "Pulumi.dev.yaml"), stringify({ config: {}, ...file }));
      const all = await outcomesOf(await checks(missing, "no stack named 'dev' found"), "stack");
      return /`(pulumi stack init [^`]*)`/.exec(all[0]?.action ?? "")?.[1];
    };
    const key = "gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k";
    const init = "pulumi stack init dev";
    assert.equal(
      await action({ secretsprovider: key, encryptedkey: "AAAA" }),
      `${init} --secrets-provider ${key}`,
    );
    const region = "awskms://alias/k?region=eu-west-1";
    assert.equal(
      await action({ secretsprovider: region, encryptedkey: "AAAA" }),
      `${init} --secrets-provider '${region}'`,
    );
    assert.equal(await action({}), init);
  });

  it("does not suggest a login if the Pulumi CLI is missing", async () => {
    write();
    const lines = await linesOf(
      configurationChecks({
        stack: "dev",
        configuration: await read(async () => ({ problem: NOT_INSTALLED })),
        stateProblem: NOT_INSTALLED,
        resources: 0,
      }),
    );
    assert.deepEqual(lines, [
      "unchecked the Pulumi CLI is not on PATH: see above",
      "unchecked the stack cannot be read: see above",
      "passed are valid, except for the secrets, which were not checked",
    ]);
  });

  it("names the stack in each command that it offers", async () => {
    const cli = write({ credentials: {} });
    const findings = (await runChecks(await checks(cli))).map((one) => forStack(one, "dev"));
    const commands = findings.flatMap(
      ({ found, action }) => `${found} ${action ?? ""}`.match(/`pulumi [^`]+`/g) ?? [],
    );
    assert.ok(commands.length > 0);
    for (const command of commands) assert.match(command, /^`pulumi config set --stack dev /);
  });

  it("reports whose key decrypts the secrets", async () => {
    const cli: PulumiCli = async () => ({ problem: "permission denied" });
    writeFileSync(
      join(folder, "Pulumi.dev.yaml"),
      stringify({ config: {}, secretsprovider: "gcpkms://k", encryptedkey: "AAAA" }),
    );
    const [locked] = await outcomesOf(await checks(cli), "secrets");
    assert.match(locked?.action ?? "", /cryptoKeyDecrypter on gcpkms:\/\/k$/);
  });

  it("refuses a stack that has no file and is not in the backend", async () => {
    writeFileSync(join(folder, "Pulumi.other.yaml"), "");
    await assert.rejects(
      read(async () => ({ problem: "no stack named 'dev' found" })),
      /stack "dev" does not exist: no file Pulumi\.dev\.yaml; expected one of other$/,
    );
  });
});

describe("the doctor's view of a state", () => {
  const resource = { urn: "u", type: "pachyderm:index:Repo", id: "default/a" };

  it("owns the objects that the stack created, not those that it only read", () => {
    const state = new StackState(
      JSON.stringify({
        deployment: { resources: [resource, { ...resource, id: "default/b", external: true }] },
      }),
      "dev",
    );
    assert.equal(state.size, 2);
    assert.ok(state.owns("pachyderm:index:Repo", "default/a"));
    assert.ok(!state.owns("pachyderm:index:Repo", "default/b"));
    assert.ok(!state.owns("pachyderm:index:Pipeline", "default/a"));
  });

  it("is empty for a stack that was never updated", () => {
    const state = new StackState(JSON.stringify({ version: 3, deployment: {} }), "dev");
    assert.equal(state.size, 0);
    assert.equal(state.clusterId("pachyderm:index:"), undefined);
  });
});
