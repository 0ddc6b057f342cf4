import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { type RunResult, run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { Engine } from "../support/engine";
import { runOnTerminal } from "../support/pseudo-terminal";

const STACK = "sandbox-e2e-new-env";
const credentials = {
  det_master: "canary-master:8080",
  det_user: "canary-user",
  det_password: "12345678canary",
  pac_token: "",
  sel_url: "https://canary-seldon",
  sel_secret: "canary-secret",
};

describe("npm run new-env", () => {
  let engine: Engine;
  let folder: string;

  before(async () => {
    engine = await Engine.start(STACK);
    folder = mkdtempSync(join(tmpdir(), "new-env-"));
  });
  after(async () => {
    await engine?.stop();
    for (const name of ["one", "two", "three", "four", "five"])
      rmSync(fileOf(name), { force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  const stackOf = (name: string) => `${STACK}-${name}`;
  const fileOf = (name: string) => join(repository, `Pulumi.${stackOf(name)}.yaml`);

  /** Options that are complete, apart from what they connect to Google as the sandbox has it. */
  function options(): string[] {
    const config = parse(engine.readStackFile()).config;
    return [
      "--use-case=image-classification",
      `--pachyderm-address=${config["pachyderm-seldon:pachyderm"].address}`,
      `--context=${contextOf(engine)}`,
      "--gcp-project=sandbox",
      "--bucket=first-steps",
      "--location=EU",
    ];
  }

  /** Outside, Google's address is known, and gcloud signs in. */
  function knowGoogle(name: string, cwd = repository): string {
    const { config } = parse(engine.readStackFile());
    const key = "gcp:storageCustomEndpoint";
    const text = stringify({ config: { [key]: config[key], "gcp:accessToken": "none" } });
    writeFileSync(join(cwd, `Pulumi.${stackOf(name)}.yaml`), text);
    return text;
  }

  function newEnv(
    name: string,
    args: readonly string[],
    {
      input = "",
      env = {},
      cwd = repository,
    }: { input?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {},
  ): Promise<RunResult> {
    return run("npm", ["run", "--silent", "new-env", "--", stackOf(name), ...args], {
      cwd,
      env: { ...engine.sandbox.env, ...env },
      input,
      allowFailure: true,
      timeout: 120_000,
    });
  }

  const listed = async () =>
    (JSON.parse((await engine.pulumi(["stack", "ls", "--json"])).stdout) as { name: string }[]).map(
      ({ name }) => name,
    );

  it("makes a stack from options, has the doctor look at it, and shows no secret; its preview works", async () => {
    knowGoogle("one");
    const args = [...options(), "--credentials=-"];
    const { code, stdout, stderr } = await newEnv("one", args, {
      input: JSON.stringify(credentials),
    });
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^Wrote \S+; stack \S+ exists and is selected\.$/m);
    assert.match(stdout, /^Pachyderm\n {2}ok +server/m);
    const file = readFileSync(fileOf("one"), "utf8");
    for (const [what, text] of Object.entries({ stdout, stderr, file })) {
      assert.doesNotMatch(text, /canary/, what);
    }
    assert.match(file, /# The Pachyderm server: address .*\n.*# The cluster: context/s);
    const { changes, diagnostics } = await engine.on(repository, stackOf("one")).preview();
    assert.deepEqual(
      diagnostics.filter(({ severity }) => severity === "error"),
      [],
    );
    assert.ok(changes.includes("create image-classification-training-pipeline"));
    const shown = await engine
      .on(repository, stackOf("one"))
      .pulumi(["config", "get", "--path", "credentials.det_password"]);
    assert.equal(shown.stdout.trim(), credentials.det_password);
  });

  it("lists at once all that is missing or wrong, and makes nothing", async () => {
    const { code, stdout, stderr } = await newEnv("two", ["--use-case=nope", "--location=EU"]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^new-env: invalid answers:\n {2}--use-case: nope is not a use case/);
    for (const option of ["pachyderm-address", "context", "gcp-project", "bucket"]) {
      assert.match(stderr, new RegExp(`^ {2}--${option} [A-Z]+ +[a-z]`, "im"));
    }
    assert.ok(!(await listed()).includes(stackOf("two")));
    assert.ok(!existsSync(fileOf("two")));
  });

  it("asks on a terminal, where what is secret is not shown", async () => {
    const before = knowGoogle("three");
    const [, address = "", context = ""] = options().map((option) => option.replace(/^.*?=/, ""));
    const asks = ["nope", "image-classification", "", "", "no address", address, "", context];
    const replies = [
      ...asks,
      "sandbox",
      "first-steps",
      "",
      "EU",
      "",
      ...Object.values(credentials),
    ];
    const line = `npm run --silent new-env -- ${stackOf("three")} --no-doctor`;
    const { env } = engine.sandbox;
    const broken = await runOnTerminal(line, {
      cwd: repository,
      env,
      replies: ["nope", undefined],
    });
    assert.equal(broken.code, 130, broken.shown);
    assert.match(broken.shown, /interrupted; nothing was created/);
    assert.equal(readFileSync(fileOf("three"), "utf8"), before);

    const { code, shown } = await runOnTerminal(line, { cwd: repository, env, replies });
    assert.equal(code, 0, shown);
    assert.match(shown, /useCases\.nope is not a use case in use-cases\/; expected one of/);
    assert.match(shown, /pachyderm\.address is "no address"; expected http:/);
    assert.doesNotMatch(shown + readFileSync(fileOf("three"), "utf8"), /canary/);
    await engine.on(repository, stackOf("three")).preview();
  });

  it("leaves nothing of a stack that it cannot make", async () => {
    const before = knowGoogle("four");
    const broken = brokenPulumi(folder, engine.sandbox.env.PATH ?? "");
    const args = [...options(), "--credentials=-", "--no-doctor"];
    const { code, stdout, stderr } = await newEnv("four", args, {
      input: JSON.stringify(credentials),
      env: { PATH: `${broken}:${engine.sandbox.env.PATH}` },
    });
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(
        `^new-env: pulumi config set: no connection; the stack ${stackOf("four")} was not created, and Pulumi\\.${stackOf("four")}\\.yaml is unchanged\n$`,
      ),
    );
    assert.doesNotMatch(stdout + stderr, /canary/);
    assert.ok(!(await listed()).includes(stackOf("four")));
    assert.equal(readFileSync(fileOf("four"), "utf8"), before);
  });

  it("leaves nothing of a stack that Ctrl-C ends half-way", async () => {
    const file = join(folder, "credentials.json");
    writeFileSync(file, JSON.stringify(credentials));
    const args = ["--import", "tsx", "scripts/new-env.ts", stackOf("five"), ...options()];
    const child = spawn("node", [...args, `--credentials=${file}`, "--no-doctor"], {
      cwd: repository,
      env: engine.sandbox.env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const code = new Promise((resolve) => child.once("close", resolve));
    while (!existsSync(fileOf("five"))) {
      assert.equal(child.exitCode, null, stderr);
      await sleep(20);
    }
    child.kill("SIGINT");
    assert.equal(await code, 130, stderr);
    assert.match(stderr, /^new-env: interrupted \(SIGINT\); the stack .* was not created/);
    assert.ok(!(await listed()).includes(stackOf("five")));
    assert.ok(!existsSync(fileOf("five")));
  });

  it("completes the stack of a project that pulumi new made from the repository", async () => {
    const template = copyOfRepository(folder);
    const project = join(folder, "project");
    mkdirSync(project);
    // a backend has each project once
    const state = join(folder, "state");
    mkdirSync(state);
    const env = {
      ...engine.sandbox.env,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_STACK: undefined,
      npm_config_prefer_offline: "true",
      npm_config_audit: "false",
    };
    const stack = stackOf("six");
    const line = `pulumi new ${template} --name pachyderm-seldon --stack ${stack}`;
    await run("sh", ["-c", `${line} --yes -c gcp:project=sandbox`], {
      cwd: project,
      env,
      timeout: 240_000,
    });
    assert.equal(parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")).template, undefined);
    const other = engine.on(project, stack);
    const endpoint = parse(engine.readStackFile()).config["gcp:storageCustomEndpoint"];
    await other.pulumi(["config", "set", "gcp:accessToken", "none"], { env });
    await other.pulumi(["config", "set", "gcp:storageCustomEndpoint", endpoint], { env });
    const rest = options().filter((option) => !option.startsWith("--gcp-project"));
    const { code, stderr } = await newEnv("six", [...rest, "--credentials=-", "--no-doctor"], {
      input: JSON.stringify(credentials),
      cwd: project,
      env,
    });
    assert.equal(code, 0, stderr);
    const { changes } = await other.preview({ env });
    assert.ok(changes.includes("create image-classification-training-pipeline"));
  });
});

/** The kubeconfig's context, as kubectl names it. */
function contextOf({ sandbox }: Engine): string {
  return parse(readFileSync(sandbox.kubeconfig, "utf8"))["current-context"];
}

/** A folder with a `pulumi` that loses its connection when it encrypts the third secret. */
function brokenPulumi(folder: string, path: string): string {
  const real = execFileSync("sh", ["-c", "command -v pulumi"], { env: { PATH: path } });
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(
    join(bin, "pulumi"),
    `#!/bin/sh\ncase "$*" in *det_password*) echo "error: no connection" >&2; exit 255;; esac\nexec ${real.toString().trim()} "$@"\n`,
  );
  chmodSync(join(bin, "pulumi"), 0o755);
  return bin;
}

/** The files of the repository, as a clone has them. */
function copyOfRepository(folder: string): string {
  const copy = join(folder, "template");
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
  });
  for (const file of files
    .toString()
    .split("\n")
    .filter((name) => existsSync(join(repository, name)))) {
    if (file === "") continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(repository, file), join(copy, file));
  }
  return copy;
}
