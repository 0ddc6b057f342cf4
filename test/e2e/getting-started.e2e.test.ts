import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type RunResult, run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { isEmpty } from "../../sandbox/inventory";
import { linesRunBy } from "../support/documents";
import { Engine } from "../support/engine";
import { runOnTerminal } from "../support/pseudo-terminal";
import { googleKey } from "../support/stack-config";

const SANDBOX = "sandbox-e2e-getting-started";
const STACK = `${SANDBOX}-prod`;
const DOCUMENT = "docs/getting-started.md";

/** What a new user knows when a message asks for it; the rest comes from the messages. */
type Answers = Readonly<Record<string, string>>;

const MAX_ROUNDS = 6;

/** Commands that messages offer, as typed by a user who fills in the values. */
function commandsIn(shown: string, answers: Answers): string[] {
  const offered = [...shown.matchAll(/`(pulumi config set [^`]+)`/g)].map(([, text = ""]) => text);
  return [...new Set(offered)]
    .filter((command) => !command.includes("acknowledge"))
    .map((command) => {
      const words = command.split(" ");
      const asks = words.at(-1) === "VALUE" || words.includes("--secret");
      if (!asks) return command;
      const key = words.at(words.at(-1) === "VALUE" ? -2 : -1) ?? "";
      const answer = answers[key];
      assert.ok(answer !== undefined, `a newcomer cannot know ${key}: ${command}`);
      // the value of a secret is prompted for
      return words.includes("--secret")
        ? `printf %s '${answer}' | ${command}`
        : command.replace(/VALUE$/, `'${answer}'`);
    });
}

/** The guide's commands, word for word, on a sandbox instead of Google Cloud. */
describe("the first steps", () => {
  let engine: Engine;
  let folder: string;

  before(async () => {
    engine = await Engine.start(SANDBOX);
    folder = mkdtempSync(join(tmpdir(), "getting-started-"));
  });
  after(async () => {
    await engine?.stop();
    rmSync(stackFile, { force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  const stackFile = join(repository, `Pulumi.${STACK}.yaml`);
  /** As the block for the sandbox exports it. */
  const env = () => ({ ...engine.sandbox.env, PULUMI_STACK: STACK });

  /** The only line of a block, or the one line of several that contains a word. */
  const lineOf = (title: string, word = "") => {
    const [line = ""] = linesRunBy(DOCUMENT, title).filter((one) => one.includes(word));
    return line.replace(/\bprod\b/, STACK);
  };

  async function shell(documented: string): Promise<RunResult> {
    const confirms = documented.startsWith("pulumi ") && { PULUMI_SKIP_CONFIRMATIONS: "true" };
    // the guide runs a separate preview first
    const line = documented.replace(/^pulumi (up|destroy)/, "pulumi $1 --skip-preview");
    return await run("sh", ["-c", line], {
      cwd: repository,
      env: { ...env(), ...confirms },
      timeout: 240_000,
    });
  }

  it("begins on a sandbox", async () => {
    const [evaluate, ...lines] = linesRunBy(DOCUMENT, "begins on a sandbox");
    assert.match(evaluate ?? "", /sandbox -- env\)"$/); // the test has set this environment
    assert.ok(lines.includes("export PULUMI_STACK=prod"), "what the next steps have");
    const script = lines.map((line) => line.replace(/\bprod\b/, STACK)).join(" && ");
    await run("sh", ["-c", script], {
      cwd: repository,
      env: { ...engine.sandbox.env, PULUMI_STACK: SANDBOX },
    });
    const { config } = parse(readFileSync(stackFile, "utf8"));
    assert.match(config["gcp:storageCustomEndpoint"], /^http:/);
  });

  it("creates an environment that the doctor finds healthy", async () => {
    const key = join(folder, "key.json");
    writeFileSync(key, googleKey);
    const answers: Readonly<Record<string, string>> = {
      useCases: "image-classification",
      disposable: "true",
      "environment.owner": "ada",
      "environment.expires": "2099-12-31",
      namePrefix: "",
      "pachyderm.address": "", // offered, as the context is
      "pachyderm.project": "",
      "kubernetes.context": "",
      "gcp:project": "my-project",
      "detectorBucket.name": "my-detectors",
      "detectorBucket.existing": "",
      "detectorBucket.location": "us-central1",
      "seldon.serviceAccountKey": key,
      "credentials.det_master": "determined-master-service-determined.default:8080",
      "credentials.det_user": "determined",
      "credentials.det_password": "canary-password",
      "credentials.pac_token": "",
      "credentials.sel_url": "https://canary-host",
      "credentials.sel_secret": "canary-secret",
    };
    const title = "creates an environment that the doctor finds healthy";
    assert.deepEqual(linesRunBy("README.md", title), linesRunBy(DOCUMENT, title));
    const line = lineOf(title);
    const { code, shown } = await runOnTerminal(line, {
      cwd: repository,
      env: env(),
      replies: Object.values(answers),
    });
    assert.equal(code, 0, shown);
    const asked = [...shown.matchAll(/^([\w.:]+), /gm)].map(([, question]) => question);
    assert.deepEqual(asked, Object.keys(answers), "the guide's table has other questions");
    assert.doesNotMatch(shown, /canary|FAILED/);
  });

  it("runs the doctor again", async () => {
    const { stdout } = await shell(lineOf("runs the doctor again"));
    assert.match(stdout, / passed/);
  });

  it("previews, and creates what it previewed", async () => {
    await shell(lineOf("previews, and creates what it previewed", "preview"));
    assert.ok(isEmpty(await engine.inventory()));
    await shell(lineOf("previews, and creates what it previewed", "up"));
    const { pipelines } = await engine.inventory();
    assert.deepEqual(pipelines.map(({ name }) => name).sort(), [
      "dogs-and-cats-deploy",
      "dogs-and-cats-model",
    ]);
  });

  it("has the command that uploads the detectors' artefacts", async () => {
    const { stdout } = await shell(lineOf("has the command that uploads the detectors' artefacts"));
    assert.match(stdout, /seldon gs:\/\/my-detectors\/seldon$/m);
  });

  it("has the command that adds data", async () => {
    const { stdout } = await shell(lineOf("has the command that adds data"));
    assert.match(stdout, /^pachctl put file dogs-and-cats@/);
  });

  it("shows the states of pipelines and model", async () => {
    const title = "shows the states of pipelines and model";
    await shell(lineOf(title, "up"));
    const { stdout } = await shell(lineOf(title, "output"));
    assert.match(stdout, /training PIPELINE_RUNNING, deployment PIPELINE_RUNNING/);
  });

  it("is deleted without a trace", async () => {
    await shell(lineOf("is deleted without a trace", "destroy"));
    assert.ok(isEmpty(await engine.inventory()));
    await shell(lineOf("is deleted without a trace", "rm"));
  });

  describe("a new user with an empty stack file, without the guide,", () => {
    it("gets a successful up within six rounds by following the messages", async () => {
      const { config, encryptionsalt } = parse(readFileSync(engine.stackFile, "utf8"));
      const answers: Answers = {
        "pachyderm.address": config["pachyderm-seldon:pachyderm"].address,
        "detectorBucket.name": "first-steps",
        "detectorBucket.location": "EU",
        "gcp:project": "sandbox",
        "credentials.det_master": "determined:8080",
        "credentials.det_user": "ada",
        "credentials.det_password": "first-password",
        "credentials.pac_token": "",
        "credentials.sel_url": "https://seldon.example.com",
        "credentials.sel_secret": "first-secret",
        ...contextOf(engine),
      };
      // Google as the sandbox provides it: outside the sandbox, its address is known, and kubectl
      // and gcloud authenticate
      const google = ["gcp:storageCustomEndpoint", "gcp:accessToken"];
      const given = Object.fromEntries(google.map((key) => [key, config[key]]));
      writeFileSync(engine.stackFile, stringify({ encryptionsalt, config: given }));
      const env = { KUBECONFIG: engine.sandbox.kubeconfig };

      let shown = "";
      for (let round = 1; round <= MAX_ROUNDS; round++) {
        const result = await engine.pulumi(["up", "--yes", "--color", "never"], {
          env,
          allowFailure: true,
        });
        shown = result.stdout + result.stderr;
        const commands = commandsIn(shown, answers);
        if (result.code === 0 && commands.length === 0) {
          const { pipelines } = await engine.inventory();
          assert.equal(pipelines.length, 4);
          // selecting a use case does not prevent setting the keys below it
          await engine.configure("useCases.image-classification.training.reprocess", "again");
          return;
        }
        assert.notDeepEqual(commands, [], `the messages offer nothing to do:\n${shown}`);
        for (const command of commands) await engine.shell(command);
      }
      assert.fail(`no green up within ${MAX_ROUNDS} rounds:\n${shown}`);
    });
  });
});

/** The kubeconfig's context, as kubectl names it. */
function contextOf({ sandbox }: Engine): Answers {
  return {
    "kubernetes.context": parse(readFileSync(sandbox.kubeconfig, "utf8"))["current-context"],
  };
}
