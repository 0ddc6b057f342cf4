import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  captureNotice,
  engineEnvironment,
  fullEnvironment,
  shellExports,
} from "../../../../sandbox/engine/environment";
import { checkName, sandboxPaths } from "../../../../sandbox/paths";

const paths = sandboxPaths("/it's a project", "sandbox-2");
const addresses = { kubeconfig: "/k", pachyderm: "127.0.0.1:650" };
const env = engineEnvironment(paths, "sandbox-2", addresses);

describe("the sandbox's environment", () => {
  it("makes the engine use the sandbox's own home, state, passphrase and stack", () => {
    assert.deepEqual(env, {
      PULUMI_HOME: "/it's a project/.sandbox/sandbox-2/pulumi-home",
      PULUMI_BACKEND_URL: "file:///it's a project/.sandbox/sandbox-2/pulumi-state",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/it's a project/.sandbox/sandbox-2/passphrase",
      PULUMI_STACK: "sandbox-2",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      KUBECONFIG: "/k",
      PACHYDERM_ADDRESS: "127.0.0.1:650",
    });
  });

  it("reaches a shell unchanged through eval, with tools first on PATH", () => {
    const script = `${shellExports(env, ["/tools a", "/tools'b"])}env`;
    const out = execFileSync("/bin/sh", ["-c", script], {
      encoding: "utf8",
      env: { PATH: "/usr/bin:/bin", PULUMI_CONFIG_PASSPHRASE: "the user's own" },
    });
    const seen = Object.fromEntries(out.split("\n").map((line) => line.split(/=(.*)/).slice(0, 2)));
    assert.equal(seen.PATH, "/tools a:/tools'b:/usr/bin:/bin");
    assert.equal(seen.PULUMI_CONFIG_PASSPHRASE, undefined);
    for (const [name, value] of Object.entries(env)) assert.equal(seen[name], value);
  });

  it("informs the user of a shell that it hides other stacks, without values", () => {
    const fresh = captureNotice("sandbox-2", env, { PATH: "/bin" });
    assert.match(fresh, /^In this shell, pulumi now uses stack "sandbox-2" .*another shell\.\n$/);
    const own = { PULUMI_STACK: "prod", PULUMI_BACKEND_URL: "postgres://me:secret@db/state" };
    const captured = captureNotice("sandbox-2", env, { ...own, PULUMI_ACCESS_TOKEN: "pul-1" });
    const names = "PULUMI_BACKEND_URL, PULUMI_STACK, PULUMI_ACCESS_TOKEN";
    assert.match(captured, new RegExp(`\nReplaced in this shell: ${names}\n$`));
    assert.doesNotMatch(captured, /secret|pul-1/);
    assert.equal(captureNotice("sandbox-2", env, env), fresh, "the same sandbox again");
  });

  it("is complete for a child process and free of variables that would override it", () => {
    const full = fullEnvironment(
      { PATH: "/bin", HOME: "/home/me", PULUMI_CONFIG_PASSPHRASE: "x", PULUMI_ACCESS_TOKEN: "y" },
      env,
      ["/tools"],
    );
    assert.deepEqual(full, { ...env, PATH: "/tools:/bin", HOME: "/home/me" });
  });
});

describe("sandbox names", () => {
  it("are those whose stack files git ignores", () => {
    for (const name of ["sandbox", "sandbox-2", "sandboxes"]) assert.equal(checkName(name), name);
    assert.equal(paths.stackFile, "/it's a project/Pulumi.sandbox-2.yaml");
  });

  it("never select files outside of the sandbox's folder or a real stack", () => {
    for (const name of [
      "dev",
      "sandbox/../x",
      "Sandbox",
      "sandbox_1",
      "",
      `sandbox${"x".repeat(40)}`,
    ]) {
      assert.throws(
        () => checkName(name),
        /--name: ".*" is not a valid sandbox name: it must start with/,
      );
    }
  });
});
