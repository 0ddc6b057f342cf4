import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { KubernetesSecrets } from "../../sandbox/stand-ins/pachyderm/secrets";
import { startPachyderm } from "../../sandbox/stand-ins/pachyderm/server";
import { type DoctorReport, doctorReportSchema } from "../../scripts/doctor/report";
import { Engine } from "../support/engine";
import { callPachyderm } from "../support/pachyderm-calls";

const FAILED = 7;
const ROOT = "root-token-of-the-doctor";
/** What a sandbox never has: images that pass credentials on, Determined and Seldon. */
const OF_THE_SANDBOX = [
  "googleCloud.detectors: warning",
  "determined.master: warning",
  "seldon.url: warning",
];
const GOLDEN = join(__dirname, "../fixtures/golden/dogs-and-cats-model.json");

/** What the doctor printed for a stack, as JSON and as the table. */
interface Visit {
  readonly code: number;
  readonly report: DoctorReport;
  /** All that was printed. */
  readonly shown: string;
  /** The findings that failed, as `CHECK: SUBJECT FOUND`. */
  readonly problems: readonly string[];
  /** The checks that neither passed nor failed, with their status. */
  readonly others: readonly string[];
}

async function visit(stack: Engine, env: NodeJS.ProcessEnv = {}): Promise<Visit> {
  const words = ["run", "--silent", "doctor", "--", "--stack", stack.stack];
  const options = { cwd: repository, allowFailure: true, timeout: 120_000 };
  const variables = { ...stack.sandbox.env, ...env };
  const [json, table] = await Promise.all([
    run("npm", [...words, "--json"], { ...options, env: variables }),
    run("npm", words, { ...options, env: variables }),
  ]);
  assert.equal(json.code, table.code);
  const report = doctorReportSchema.parse(JSON.parse(json.stdout));
  const others = report.findings
    .filter(({ status }) => status === "warning" || status === "unchecked")
    .map(({ check, status }) => `${check}: ${status}`);
  const problems = report.findings
    .filter(({ status }) => status === "failed")
    .map(
      ({ check, subject, found }) => `${check}: ${subject === null ? "" : `${subject} `}${found}`,
    );
  const shown = [json, table].map(({ stdout, stderr }) => stdout + stderr).join("\n");
  return { code: json.code, report, shown, problems, others };
}

describe("the doctor", () => {
  let engine: Engine;
  const visits: Visit[] = [];

  async function look(stack = engine, env?: NodeJS.ProcessEnv): Promise<Visit> {
    const found = await visit(stack, env);
    visits.push(found);
    return found;
  }

  before(async () => {
    engine = await Engine.start("sandbox-e2e-doctor");
  });
  after(() => engine?.stop());

  it("passes before the first update", async () => {
    const { code, problems, others } = await look();
    assert.deepEqual(problems, []);
    assert.deepEqual(others, [
      "googleCloud.permissions: unchecked", // there is no bucket yet
      "googleCloud.artefacts: unchecked",
      ...OF_THE_SANDBOX,
    ]);
    assert.equal(code, 0);
  });

  it("names a pipeline of the same name that is somebody else's", async () => {
    const repo = { name: "dogs-and-cats", type: "user" };
    await engine.callPachyderm("pfs_v2.API/CreateRepo", { repo });
    const spec = JSON.parse(readFileSync(GOLDEN, "utf8").replace("hostpath", "hostPath"));
    delete spec.transform.secrets;
    const createPipelineRequestJson = JSON.stringify(spec);
    await engine.callPachyderm("pps_v2.API/CreatePipelineV2", { createPipelineRequestJson });
    try {
      const { code, problems } = await look();
      assert.equal(code, FAILED);
      assert.deepEqual(problems, [
        "pachyderm.existing: repo default/dogs-and-cats already exists and is not in this stack's state",
        "pachyderm.existing: pipeline default/dogs-and-cats-model already exists and is not in this stack's state",
      ]);
    } finally {
      const pipeline = { name: "dogs-and-cats-model" };
      await engine.callPachyderm("pps_v2.API/DeletePipeline", { pipeline });
      await engine.callPachyderm("pfs_v2.API/DeleteRepo", { repo });
    }
  });

  it("passes after an update, whose resources are the stack's own", async () => {
    await engine.up();
    const { code, problems, others, report } = await look();
    assert.deepEqual(problems, []);
    assert.deepEqual(others, ["googleCloud.artefacts: warning", ...OF_THE_SANDBOX]);
    const bucket = report.findings.find(({ check }) => check === "googleCloud.bucket");
    assert.match(bucket?.found ?? "", /belongs to this stack$/);
    assert.equal(code, 0);
  });

  it("reports a context that is missing, and checks the rest all the same", async () => {
    const { kubeconfig } = engine.sandbox;
    const before = engine.readStackFile();
    await engine.configure("kubernetes", JSON.stringify({ kubeconfig, context: "nope" }));
    try {
      const { code, problems, report } = await look();
      assert.equal(code, FAILED);
      assert.equal(
        problems[0],
        'cluster.server: the kubeconfig has no context "nope"; it has sandbox',
      );
      const pachyderm = report.findings.filter(({ area }) => area === "pachyderm");
      assert.ok(pachyderm.every(({ status }) => status === "passed"));
    } finally {
      engine.writeStackFile(before);
    }
  });

  it("reports a Pachyderm that is stopped, and checks the rest all the same", async () => {
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

  it("goes on without the passphrase, apart from what is encrypted", async () => {
    const env = { PULUMI_CONFIG_PASSPHRASE_FILE: undefined };
    const { code, problems, report } = await look(engine, env);
    assert.equal(code, FAILED);
    assert.match(problems[0] ?? "", /^configuration\.secrets: cannot be decrypted: passphrase/);
    const { action } = report.findings.find(({ check }) => check === "configuration.secrets") ?? {};
    assert.match(action ?? "", /PULUMI_CONFIG_PASSPHRASE/);
    const pachyderm = report.findings.filter(({ area }) => area === "pachyderm");
    assert.ok(pachyderm.length > 3 && pachyderm.every(({ status }) => status === "passed"));
  });

  it("names the permissions that a reader's token lacks, where auth is activated", async () => {
    const pachyderm = await startPachyderm({
      rootToken: ROOT,
      secrets: KubernetesSecrets.fromKubeconfig(engine.sandbox.kubeconfig),
    });
    const stack = await engine.beside("sandbox-e2e-doctor-auth");
    try {
      const call = (rpc: string, message: object) =>
        callPachyderm(pachyderm.address, rpc, message, { headers: { "authn-token": ROOT } });
      await call("pfs_v2.API/CreateRepo", { repo: { name: "dogs-and-cats", type: "user" } });
      const { body } = await call("auth_v2.API/GetRobotToken", { robot: "reader" });
      await call("auth_v2.API/ModifyRoleBinding", {
        resource: { type: "REPO", name: "default/dogs-and-cats" },
        principal: "robot:reader",
        roles: ["repoReader"],
      });
      await stack.configure("pachyderm.address", pachyderm.address);
      await stack.configure("namePrefix", "pr-1-");
      await stack.configure("useCases.image-classification.data.existing", "true");
      await stack.configure("useCases.image-classification.data.branch", "master");
      const { code, problems, shown } = await look(stack, { PACHYDERM_TOKEN: body.token });
      assert.equal(code, FAILED);
      assert.deepEqual(
        problems.filter((line) => line.startsWith("pachyderm.")),
        [
          "pachyderm.pac-token: credentials.pac_token is wrong, or has expired or been revoked",
          "pachyderm.permissions: repo default/dogs-and-cats robot:reader lacks REPO_CREATE_BRANCH, REPO_DELETE_BRANCH",
        ],
      );
      assert.ok(!shown.includes(body.token));
      const missing = await look(stack, { PACHYDERM_TOKEN: "wrong-token-canary" });
      assert.match(
        missing.problems.join("\n"),
        /pachyderm\.auth: auth is activated: provided auth/,
      );
      assert.ok(!missing.shown.includes("wrong-token-canary"));
    } finally {
      await stack.forget();
      await pachyderm.close();
    }
  });

  it("refuses a stack that does not exist, and arguments that it does not know", async () => {
    const options = { cwd: repository, env: engine.sandbox.env, allowFailure: true };
    const doctor = (...words: string[]) =>
      run("npm", ["run", "--silent", "doctor", "--", ...words], options);
    const { code, stderr } = await doctor("--stack", "nope");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^doctor: stack "nope" does not exist: no file Pulumi\.nope\.yaml; expected one of/,
    );
    const { stderr: usage } = await doctor();
    assert.match(usage, /^doctor: --stack is required\nusage: /);
  });

  it("shows none of the stack's secrets in any of this", async () => {
    assert.ok(visits.length >= 8);
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
    secrets.push(
      ROOT,
      readFileSync(engine.sandbox.env.PULUMI_CONFIG_PASSPHRASE_FILE ?? "", "utf8"),
    );
    assert.ok(secrets.length >= 9, `${secrets.length} secrets`);
    for (const secret of secrets.map((text) => text.trim())) {
      assert.ok(secret.length > 5, `too short to be searched: ${secret}`);
      const leak = visits.find(({ shown }) => shown.includes(secret));
      assert.equal(leak?.shown, undefined, secret);
    }
  });
});
