import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { type RunResult, run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { type DoctorReport, doctorReportSchema } from "../../scripts/doctor/report";
import { Engine } from "../support/engine";

const STACK = "sandbox-e2e-new-env";
const credentials = {
  det_master: "canary-master:8080",
  det_user: "canary-user",
  det_password: "12345678canary",
  pac_token: "",
  sel_url: "https://canary-seldon",
  sel_secret: "canary-secret",
};

const FAILED = 7;
/** What a sandbox never has: images that pass credentials on, Determined and Seldon. */
const OF_THE_SANDBOX = [
  "googleCloud.detectors: warning",
  "determined.master: warning",
  "seldon.url: warning",
];

describe("before a stack's first update", () => {
  let engine: Engine;
  let folder: string;

  before(async () => {
    engine = await Engine.start(STACK);
    folder = mkdtempSync(join(tmpdir(), "new-env-"));
  });
  after(async () => {
    await engine?.stop();
    for (const name of ["one", "two"]) rmSync(fileOf(name), { force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  const stackOf = (name: string) => `${STACK}-${name}`;
  const fileOf = (name: string) => join(repository, `Pulumi.${stackOf(name)}.yaml`);

  /** Complete options, except those that connect to Google as the sandbox provides it. */
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

  /** Outside the sandbox, Google's address is known, and gcloud authenticates. */
  function knowGoogle(name: string): string {
    const { config } = parse(engine.readStackFile());
    const key = "gcp:storageCustomEndpoint";
    const text = stringify({ config: { [key]: config[key], "gcp:accessToken": "none" } });
    writeFileSync(fileOf(name), text);
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

  it("creates a stack from options, runs the doctor on it, and shows no secret", async () => {
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
    const shown = await engine
      .on(repository, stackOf("one"))
      .pulumi(["config", "get", "--path", "credentials.det_password"]);
    assert.equal(shown.stdout.trim(), credentials.det_password);
  });

  it("leaves nothing of a stack whose creation Ctrl-C interrupts", async () => {
    const before = knowGoogle("two");
    const file = join(folder, "credentials.json");
    writeFileSync(file, JSON.stringify(credentials));
    const args = ["--require", "tsx/cjs", "scripts/new-env.ts", stackOf("two"), ...options()];
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
    while (readFileSync(fileOf("two"), "utf8") === before) {
      assert.equal(child.exitCode, null, stderr);
      await sleep(20);
    }
    child.kill("SIGINT");
    assert.equal(await code, 130, stderr);
    assert.match(stderr, /^new-env: interrupted \(SIGINT\); stack .* was not created/);
    assert.ok(!(await listed()).includes(stackOf("two")));
    assert.equal(readFileSync(fileOf("two"), "utf8"), before);
  });

  it("completes the stack of a project that pulumi new created from the repository", async () => {
    const template = copyOfRepository(folder);
    const project = join(folder, "project");
    mkdirSync(project);
    // a backend has each project only once
    const state = join(folder, "state");
    mkdirSync(state);
    const env = {
      ...engine.sandbox.env,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_STACK: undefined,
      // the dependencies are linked: a clean checkout of the repository shows that they can be
      // installed
      npm_config_package_lock_only: "true",
      npm_config_prefer_offline: "true",
      npm_config_audit: "false",
    };
    const stack = stackOf("three");
    symlinkSync(join(repository, "node_modules"), join(project, "node_modules"));
    const line = `pulumi new ${template} --force --name pachyderm-seldon --stack ${stack}`;
    await run("sh", ["-c", `${line} --yes -c gcp:project=sandbox`], {
      cwd: project,
      env,
      timeout: 240_000,
    });
    assert.equal(parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")).template, undefined);
    const other = engine.on(project, stack);
    const endpoint = parse(engine.readStackFile()).config["gcp:storageCustomEndpoint"];
    const google = ["gcp:accessToken=none", `gcp:storageCustomEndpoint=${endpoint}`];
    const set = google.flatMap((pair) => ["--plaintext", pair]);
    await other.pulumi(["config", "set-all", ...set], { env });
    const rest = options().filter((option) => !option.startsWith("--gcp-project"));
    const { code, stderr } = await newEnv("three", [...rest, "--credentials=-", "--no-doctor"], {
      input: JSON.stringify(credentials),
      cwd: project,
      env,
    });
    assert.equal(code, 0, stderr);
    const { changes } = await other.preview({ env });
    assert.ok(changes.includes("create image-classification-training-pipeline"));
  });

  describe("the doctor", () => {
    const visits: Visit[] = [];

    async function look(env: NodeJS.ProcessEnv = {}, withTable = false): Promise<Visit> {
      const found = await visit(engine, env, withTable);
      visits.push(found);
      return found;
    }

    it("passes before the first update", async () => {
      const { code, problems, others } = await look({}, true);
      assert.deepEqual(problems, []);
      assert.deepEqual(others, [
        "googleCloud.permissions: unchecked", // there is no bucket yet
        "googleCloud.artefacts: unchecked",
        ...OF_THE_SANDBOX,
      ]);
      assert.equal(code, 0);
    });

    it("passes after an update, whose resources belong to the stack", async () => {
      await engine.up();
      const { code, problems, others, report } = await look();
      assert.deepEqual(problems, []);
      assert.deepEqual(others, ["googleCloud.artefacts: warning", ...OF_THE_SANDBOX]);
      const bucket = report.findings.find(({ check }) => check === "googleCloud.bucket");
      assert.match(bucket?.found ?? "", /belongs to this stack$/);
      assert.equal(code, 0);
    });

    it("reports a missing context and passphrase, and still checks the rest", async () => {
      const { kubeconfig } = engine.sandbox;
      const before = engine.readStackFile();
      await engine.configure("kubernetes", JSON.stringify({ kubeconfig, context: "nope" }));
      try {
        const { code, problems, report, shown } = await look(
          { PULUMI_CONFIG_PASSPHRASE_FILE: undefined },
          true,
        );
        assert.equal(code, FAILED);
        const [secrets = "", cluster] = problems;
        assert.match(secrets, /^configuration\.secrets: cannot be decrypted: passphrase/);
        const { action } =
          report.findings.find(({ check }) => check === "configuration.secrets") ?? {};
        assert.match(action ?? "", /PULUMI_CONFIG_PASSPHRASE/);
        assert.equal(
          cluster,
          'cluster.server: the kubeconfig has no context "nope"; it has sandbox',
        );
        assert.match(shown, /^ {2}FAILED +cluster +the kubeconfig has no context "nope"/m);
        const pachyderm = report.findings.filter(({ area }) => area === "pachyderm");
        assert.ok(pachyderm.length > 3 && pachyderm.every(({ status }) => status === "passed"));
      } finally {
        engine.writeStackFile(before);
      }
    });

    it("reports a stopped Pachyderm, and still checks the rest", async () => {
      await engine.sandbox.kill("pachyderm");
      try {
        const { code, problems, report, others } = await look();
        assert.equal(code, FAILED);
        assert.equal(problems.length, 1);
        assert.match(problems[0] ?? "", /^pachyderm\.server: cannot connect to Pachyderm at/);
        const unchecked = others.filter((line) => line.startsWith("pachyderm."));
        assert.equal(unchecked.length, 6);
        const cluster = report.findings.filter(({ area }) => area === "cluster");
        assert.ok(cluster.length > 5 && cluster.every(({ status }) => status === "passed"));
      } finally {
        await engine.sandbox.restart("pachyderm");
      }
    });

    it("shows none of the stack's secrets in any of this", async () => {
      assert.ok(visits.length >= 4);
      const { stdout } = await engine.pulumi(["config", "--show-secrets", "--json"]);
      const plain = JSON.parse(stdout) as Record<string, { value: string; objectValue?: object }>;
      const encrypted = parse(engine.readStackFile()).config as Record<string, object>;
      const secrets = Object.entries(encrypted).flatMap(([key, stored]) => {
        const { value, objectValue } = plain[key] ?? { value: "" };
        if ("secure" in Object(stored)) return [value];
        return Object.entries(objectValue ?? {})
          .filter(([part]) => "secure" in Object((stored as Record<string, object>)[part]))
          .map(([, secret]) => String(secret));
      });
      secrets.push(readFileSync(engine.sandbox.env.PULUMI_CONFIG_PASSPHRASE_FILE ?? "", "utf8"));
      assert.ok(secrets.length >= 8, `${secrets.length} secrets`);
      for (const secret of secrets.map((text) => text.trim())) {
        assert.ok(secret.length > 5, `too short to be searched: ${secret}`);
        const leak = visits.find(({ shown }) => shown.includes(secret));
        assert.equal(leak?.shown, undefined, secret);
      }
    });
  });
});

/** What the doctor printed for a stack, as JSON or as both JSON and the table. */
interface Visit {
  readonly code: number;
  readonly report: DoctorReport;
  /** Everything that was printed. */
  readonly shown: string;
  /** The findings that failed, as `CHECK: SUBJECT FOUND`. */
  readonly problems: readonly string[];
  /** The checks that neither passed nor failed, with their status. */
  readonly others: readonly string[];
}

async function visit(stack: Engine, env: NodeJS.ProcessEnv, withTable: boolean): Promise<Visit> {
  const doctor = (...words: string[]) =>
    run(
      process.execPath,
      ["--require", "tsx/cjs", "scripts/doctor.ts", "--stack", stack.stack, ...words],
      {
        cwd: repository,
        env: { ...stack.sandbox.env, ...env },
        allowFailure: true,
        timeout: 120_000,
      },
    );
  const json = await doctor("--json");
  const table = withTable ? await doctor() : undefined;
  assert.equal(table?.code ?? json.code, json.code);
  const report = doctorReportSchema.parse(JSON.parse(json.stdout));
  const others = report.findings
    .filter(({ status }) => status === "warning" || status === "unchecked")
    .map(({ check, status }) => `${check}: ${status}`);
  const problems = report.findings
    .filter(({ status }) => status === "failed")
    .map(
      ({ check, subject, found }) => `${check}: ${subject === null ? "" : `${subject} `}${found}`,
    );
  const shown = [json, table].map((result) => `${result?.stdout}${result?.stderr}`).join("\n");
  return { code: json.code, report, shown, problems, others };
}

/** The kubeconfig's context, as kubectl names it. */
function contextOf({ sandbox }: Engine): string {
  return parse(readFileSync(sandbox.kubeconfig, "utf8"))["current-context"];
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
