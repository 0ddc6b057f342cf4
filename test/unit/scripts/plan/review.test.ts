import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunResult, run } from "../../../../command-line/processes/run";
import { repository } from "../../../../command-line/repository";
import { renderComment } from "../../../../scripts/comment/comment";
import { currentlyInPlace, currentPlan } from "../../../../scripts/plan/current-plan";
import { inPlaceIn } from "../../../../scripts/plan/in-place";
import { type Plan, planOf } from "../../../../scripts/plan/plan";
import {
  type Comparison,
  comparePlans,
  openReview,
  type ReviewOptions,
} from "../../../../scripts/plan/review";
import type { PreviewStep } from "../../../../scripts/preview/preview-json";
import { runPreview } from "../../../../scripts/preview/run-preview";
import { commentInput } from "../../../support/comment-examples";
import { costReport } from "../../../support/cost-report";
import { FakePulumi } from "../../../support/fake-pulumi";
import { GithubServer } from "../../../support/github-server";
import { runInProcess } from "../../../support/in-process-script";

const BOT = "github-actions[bot]";

function step(name: string, image: string, op = "update"): PreviewStep {
  const state = { type: "t:index:T", inputs: { image } };
  return {
    op,
    urn: `urn:pulumi:prod::p::t:index:T::${name}`,
    ...(op !== "delete" && { newState: state }),
    oldState: state,
    detailedDiff: op === "update" ? { image: { kind: "update" } } : null,
  };
}
const previewOf = (...steps: PreviewStep[]) => ({ steps, diagnostics: [] });
const planned = (...steps: PreviewStep[]) => plannedWith({}, ...steps);
const plannedWith = (ciphertexts: Readonly<Record<string, string>>, ...steps: PreviewStep[]) =>
  planOf(previewOf(...steps), { stack: "prod", key: "prod", ciphertexts });

/** The changes of pull requests 11 and 12. */
const ONE = step("one", "a:2");
const TWO = step("two", "b:2");

describe("the decision whether a plan is applied", function () {
  this.timeout(20_000);
  let folder: string;
  let gitFolder: string;
  let pulumi: FakePulumi;
  let github: GithubServer;
  let commits: Readonly<Record<"old" | "eleven" | "twelve" | "elsewhere", string>>;

  const git = async (...args: string[]): Promise<string> => {
    const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    return (await run("git", [...author, ...args], { cwd: folder })).stdout.trim();
  };

  /** The last of this many commits on top of a parent, created by one process. */
  async function commitsOn(parent: string, count: number): Promise<string> {
    const commit = "commit refs/heads/many\ncommitter a <a@example.com> 0 +0000\ndata 1\nc\n";
    const input = `reset refs/heads/many\nfrom ${parent}\n\n${commit.repeat(count)}`;
    await run("git", ["fast-import", "--quiet"], { cwd: folder, input });
    return await git("rev-parse", "many");
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "deploy-"));
    gitFolder = folder;
    await git("init", "--quiet", ".");
    const commit = async (message: string) => {
      await git("commit", "--quiet", "--allow-empty", "-m", message);
      return await git("rev-parse", "HEAD");
    };
    const old = await commit("old");
    await git("checkout", "--quiet", "-b", "branch");
    const elsewhere = await commit("work on a branch");
    await git("checkout", "--quiet", "-");
    await git("merge", "--quiet", "--no-ff", "-m", "merge 11", "branch");
    const eleven = await git("rev-parse", "HEAD");
    commits = { old, elsewhere, eleven, twelve: await commit("squashed 12") };
  });
  after(() => rmSync(folder, { recursive: true }));

  beforeEach(async () => {
    github = await GithubServer.start();
    for (const [number, sha] of [
      [11, commits.eleven],
      [12, commits.twelve],
    ] as const) {
      github.pulls[sha] = [{ number, merged_at: "2026-01-01T00:00:00Z", merge_commit_sha: sha }];
    }
    pulumi = new FakePulumi();
    pulumi.accept("up");
  });
  afterEach(async () => {
    pulumi.remove();
    await github.stop();
  });

  /** Sets the deployed commit and the checked-out commit, which plans these steps. */
  async function at(deployed: string, checkedOut: string, ...steps: PreviewStep[]): Promise<void> {
    const environment = { "git.head": deployed };
    pulumi.answer("stack history", [{ kind: "update", result: "succeeded", environment }]);
    pulumi.answer("preview", previewOf(...steps));
    await git("checkout", "--quiet", "--detach", checkedOut);
  }

  /** The comment of a pull request about these steps. */
  function reviewed(number: number, ...steps: PreviewStep[]): void {
    const preview = previewOf(...steps);
    const plan = planned(...steps);
    const input = commentInput("update.preview.json", { preview, plan, costs: costReport([]) });
    github.add(BOT, renderComment(input), number);
  }

  const GIT = () => ({ GIT_DIR: join(gitFolder, ".git") });
  const started = () => pulumi.calls().map((line) => line.split(" ").slice(0, 2).join(" "));

  /** What the scripts do before an update, without their start-up time. */
  async function deploy(
    option: "reviewed" | "fingerprint" | "plan",
    value = "",
    more: ReviewOptions = {},
  ) {
    const options = option === "reviewed" ? { reviewed: true } : { [option]: value, ...more };
    const outside = process.env;
    process.env = { ...outside, ...github.environment, ...pulumi.environment(), ...GIT() };
    try {
      const { refusal, remark } = await compare(options);
      const lines = refusal?.lines ?? (remark === undefined ? [] : [remark]);
      const stderr = lines.map((line) => `${line}\n`).join("");
      return { code: refusal?.code ?? 0, stderr, started: started() };
    } catch (error) {
      return { code: 1, stderr: (error as Error).message, started: started() };
    } finally {
      process.env = outside;
    }
  }

  async function compare(options: ReviewOptions): Promise<Comparison> {
    const review = await openReview("prod", options);
    if ("code" in review) return { refusal: review };
    const { preview } = await runPreview("prod", { showSames: true });
    return review.compare(await currentPlan(preview, "prod"), currentlyInPlace(preview, "prod"));
  }

  const PREVIEWED = ["stack history", "preview --show-sames"];

  it("refuses a commit that is older than the deployed one before the engine starts", async () => {
    reviewed(11, ONE);
    await at(commits.twelve, commits.eleven, ONE);
    const { fingerprint } = planned(ONE);
    for (const option of ["reviewed", "fingerprint"] as const) {
      const { code, stderr, started } = await deploy(option, fingerprint);
      assert.equal(code, 5);
      const [older, newer] = [commits.eleven.slice(0, 9), commits.twelve.slice(0, 9)];
      assert.equal(
        stderr,
        `commit ${older} is older than ${newer}, the last deployed one: deploy the newest commit, or revert the changes on the branch\n`,
      );
      assert.deepEqual([...new Set(started)], ["stack history"]);
    }
  });

  it("refuses if a shallow clone lacks the deployed commit", async () => {
    const clone = mkdtempSync(join(tmpdir(), "shallow-"));
    try {
      await git("clone", "--quiet", "--depth=1", `file://${folder}`, clone);
      await at("f".repeat(40), commits.twelve, TWO);
      gitFolder = clone;
      const { code, stderr, started } = await deploy("fingerprint", planned(TWO).fingerprint);
      assert.equal(code, 5);
      assert.match(stderr, /^commit f{9}, the last deployed one, is not in this .*--unshallow/);
      assert.deepEqual(started, ["stack history"]);
    } finally {
      gitFolder = folder;
      rmSync(clone, { recursive: true });
    }
  });

  it("requires a reviewed fingerprint if the deployed commit is not on any branch", async () => {
    reviewed(12, TWO);
    await at("f".repeat(40), commits.twelve, TWO);
    const refused = await deploy("reviewed");
    assert.equal(refused.code, 5);
    assert.match(
      refused.stderr,
      /^commit f{9}, .*: run `git fetch origin`, unless it is no longer on any branch; in that case, review the plan \(`npm run plan -- --stack prod`\) and deploy it with .* --fingerprint F`\)\n$/,
    );
    const out = join(folder, "gone");
    const shown = await script("plan", "--reviewed", "--out", out);
    assert.equal(shown.code, 5);
    const { fingerprint } = planned(TWO);
    const comment = readFileSync(join(out, "comment.md"), "utf8");
    assert.match(comment, /\*\*Not deployed:\*\*\n\n```\ncommit f{9}, /);
    assert.match(
      comment,
      new RegExp(`by hand with stack \`prod\` and fingerprint \`${fingerprint}`),
    );
    const deployed = await script("deploy", "--fingerprint", fingerprint);
    assert.equal(deployed.code, 0, deployed.stderr);
    assert.match(deployed.stderr, /^commit f{9}, the last deployed one, is not in this clone/);
    assert.ok(started().includes("up --yes"));
  });

  /** The environment of a workflow's job. */
  function job(): NodeJS.ProcessEnv {
    const variables = { GITHUB_OUTPUT: join(folder, "outputs"), ...GIT() };
    rmSync(variables.GITHUB_OUTPUT, { force: true });
    return { ...process.env, ...github.environment, ...pulumi.environment(), ...variables };
  }

  /** Runs a script as a workflow's job does. */
  const script = (name: string, ...args: string[]): Promise<RunResult> =>
    runInProcess(name, ["--stack", "prod", ...args], job());

  /** The same in a separate process. */
  function command(name: string, ...args: string[]): Promise<RunResult> {
    const program = ["--require", "tsx/cjs", `scripts/${name}.ts`, "--stack", "prod", ...args];
    return run(process.execPath, program, { cwd: repository, env: job(), allowFailure: true });
  }

  it("decides whether npm run deploy updates the stack", async () => {
    reviewed(12, TWO);
    await at(commits.eleven, commits.twelve, TWO);
    assert.equal((await command("deploy", "--reviewed")).code, 0);
    assert.deepEqual(started(), [...PREVIEWED, "up --yes"]);
    await at(commits.eleven, commits.twelve, step("two", "b:3"));
    const { code, stderr } = await script("deploy", "--reviewed");
    assert.equal(code, 4);
    assert.match(stderr, /^stack prod now plans \w{12}, not the reviewed \w{12}: /);
    assert.equal(started().filter((call) => call === "up --yes").length, 1);
  });

  it("names the holder of the stack's lock, and says what to do if that update was killed", async () => {
    reviewed(12, TWO);
    await at(commits.eleven, commits.twelve, TWO);
    const url = "file:///state/.pulumi/locks/organization/p/prod/0.json";
    const holder = "created by runner@host1 (pid 7) at 2026-01-01T10:00:00Z";
    pulumi.fail("up", `the stack is currently locked by 1 lock(s).\n  ${url}: ${holder}`);
    const { code, stderr } = await script("deploy", "--reviewed");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /\nstack prod is locked by runner@host1 \(pid 7\) since 2026-01-01T10:00:00Z, so nothing was changed: wait .* If it was killed, run `pulumi cancel --yes --stack prod` and `pulumi refresh --yes --clear-pending-creates --stack prod` first/,
    );
  });

  it("makes npm run plan show a merged commit's plan to those who approve it, without an update", async () => {
    const out = join(folder, "plan");
    const comment = () => readFileSync(join(out, "comment.md"), "utf8");
    reviewed(12, TWO);
    await at(commits.eleven, commits.twelve, TWO);
    const same = await command("plan", "--reviewed", "--out", out);
    assert.equal(same.code, 0, same.stderr);
    const { fingerprint } = planned(TWO);
    assert.match(same.stdout, new RegExp(`\nfingerprint ${fingerprint}\n$`));
    assert.equal(
      readFileSync(join(folder, "outputs"), "utf8"),
      `fingerprint=${fingerprint}\nchanges=true\n`,
    );
    const next = `**Next:** approve the deployment of \`prod\`. Only the plan with fingerprint \`${fingerprint}\` is applied.`;
    assert.ok(comment().includes(`\n${next}\n`), comment());
    assert.doesNotMatch(comment(), /merge|preview-env/);

    await at(commits.eleven, commits.twelve, step("two", "b:3"));
    const other = await script("plan", "--reviewed", "--out", out);
    assert.equal(other.code, 4);
    assert.match(other.stderr, /^stack prod now plans \w{12}, not the reviewed \w{12}: /);
    assert.match(comment(), /\n\*\*Not deployed:\*\*\n\n```\nstack prod now plans /);
    assert.match(
      comment(),
      /run the workflow `up` by hand with stack `prod` and fingerprint `\w{12}`/,
    );
    assert.equal(started().includes("up --yes"), false);
  });

  it("shows a plan that was not reviewed, and fails", async () => {
    const out = join(folder, "unreviewed");
    github.pulls[commits.twelve] = [];
    await at(commits.eleven, commits.twelve, TWO);
    const { code, stderr } = await script("plan", "--reviewed", "--out", out);
    assert.equal(code, 1);
    assert.match(stderr, /^commit \w+ does not belong to a merged pull request, /m);
    const comment = readFileSync(join(out, "comment.md"), "utf8");
    assert.match(comment, /\*\*Not deployed:\*\*\n\n```\ncommit \w{40} does not belong/);
    assert.ok(comment.includes(`fingerprint \`${planned(TWO).fingerprint}\``));
  });

  it("applies what the pull request's comment shows", async () => {
    reviewed(12, TWO);
    await at(commits.eleven, commits.twelve, TWO);
    const { code, stderr, started } = await deploy("reviewed");
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
    assert.deepEqual(started, PREVIEWED);
  });

  it("refuses a different plan, with the differences and what to do", async () => {
    reviewed(12, TWO);
    await at(commits.eleven, commits.twelve, step("two", "b:3"), step("three", "c", "create"));
    const { code, stderr, started } = await deploy("reviewed");
    const [was, now] = [planned(TWO), planned(step("two", "b:3"), step("three", "c", "create"))];
    assert.equal(code, 4);
    assert.deepEqual(stderr.split("\n"), [
      `stack prod now plans ${now.fingerprint}, not the reviewed ${was.fingerprint}: review the new plan (\`npm run plan -- --stack prod\`), then deploy it (\`npm run deploy -- --stack prod --fingerprint ${now.fingerprint}\`)`,
      "  create of three is planned and was not reviewed",
      "  update of two: image differs from the reviewed value",
      "",
    ]);
    assert.deepEqual(started, PREVIEWED);
    const again = await deploy("fingerprint", now.fingerprint);
    assert.equal(again.code, 0, again.stderr);
  });

  it("refuses the plan of a pull request whose last preview failed, although it shows an older plan", async () => {
    const preview = { steps: [], diagnostics: [{ severity: "error", message: "no namespace" }] };
    github.add(BOT, renderComment(commentInput("failed.preview.json", { preview })), 12);
    await at(commits.eleven, commits.twelve, TWO);
    const { code, stderr, started } = await deploy("reviewed");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^the last preview of pull request 12 failed for stack prod, so its plan was not reviewed; .*; to deploy it, review the plan \(`npm run plan -- --stack prod`\) and deploy it with .* \(`npm run deploy -- --stack prod --fingerprint F`\)/,
    );
    assert.deepEqual(started, ["stack history"]);
  });

  it("reports a commit without a pull request, or without a plan in it", async () => {
    await at(commits.eleven, commits.twelve, TWO);
    assert.match(
      (await deploy("reviewed")).stderr,
      /^pull request 12 has no comment with a plan for stack prod; to deploy it, review the plan /,
    );
    github.pulls[commits.twelve] = [];
    assert.match(
      (await deploy("reviewed")).stderr,
      /^commit \w{40} does not belong to a merged pull request, so its plan was not reviewed; to/,
    );
  });

  describe("after two pull requests since the last deployment", () => {
    it("applies both plans together, although each was reviewed without the other", async () => {
      reviewed(11, ONE);
      reviewed(12, TWO);
      await at(commits.old, commits.twelve, ONE, TWO);
      const { code, stderr, started } = await deploy("reviewed");
      assert.equal(code, 0, stderr);
      const { fingerprint } = planned(ONE, TWO);
      assert.equal(
        stderr,
        `plan ${fingerprint} matches the combined plans of pull requests 11 and 12, merged since the last deployment\n`,
      );
      assert.deepEqual(started, PREVIEWED);
    });

    it("also applies the second plan if it includes the first one's changes", async () => {
      reviewed(12, ONE, TWO);
      await at(commits.old, commits.twelve, ONE, TWO);
      assert.deepEqual((await deploy("reviewed")).started, PREVIEWED);
    });

    it("refuses changes that neither plan contained", async () => {
      reviewed(11, ONE);
      reviewed(12, TWO);
      await at(commits.old, commits.twelve, ONE, TWO, step("three", "c", "delete"));
      const { code, stderr } = await deploy("reviewed");
      assert.equal(code, 4);
      assert.deepEqual(stderr.split("\n").slice(1), [
        "  delete of three is planned and was not reviewed",
        "  compared with the combined plans of pull requests 11 and 12, merged since the last deployment",
        "",
      ]);
    });

    it("refuses a change of the first plan if the second one changes it again", async () => {
      reviewed(11, ONE);
      reviewed(12, step("one", "a:3"));
      await at(commits.old, commits.twelve, ONE);
      assert.match(
        (await deploy("reviewed")).stderr,
        /update of one: image differs from the reviewed value/,
      );
    });

    it("refuses the first one's change if it was not reviewed", async () => {
      reviewed(12, TWO);
      github.pulls[commits.eleven] = [];
      await at(commits.old, commits.twelve, ONE, TWO);
      const { code, stderr } = await deploy("reviewed");
      assert.equal(code, 4);
      assert.deepEqual(stderr.split("\n").slice(1), [
        "  update of one is planned and was not reviewed",
        `  commit ${commits.eleven} does not belong to a merged pull request, so its plan was not reviewed`,
        "",
      ]);
    });

    it("reports if there are more commits than it checks", async () => {
      const tip = await commitsOn(commits.old, 101);
      const merged = { number: 12, merged_at: "2026-01-01T00:00:00Z", merge_commit_sha: tip };
      github.pulls[tip] = [merged];
      reviewed(12, TWO);
      await at(commits.old, tip, ONE, TWO);
      assert.match(
        (await deploy("reviewed")).stderr,
        /\n {2}only the newest 100 commits since the last deployment were checked\n$/,
      );
    });

    it("queries GitHub only about the merges, not about the commits that they merged", async () => {
      reviewed(12, TWO);
      await at(commits.old, commits.twelve, ONE, TWO);
      await deploy("reviewed");
      assert.ok(!github.requests.join().includes(commits.elsewhere));
    });
  });

  describe("if part of the reviewed plan is already applied", () => {
    it("applies the rest", async () => {
      reviewed(12, ONE, TWO, step("three", "c", "create"), step("four", "d", "delete"));
      await at(
        commits.old,
        commits.twelve,
        TWO,
        step("one", "a:2", "same"),
        step("three", "c", "same"),
      );
      const { code, stderr, started } = await deploy("reviewed");
      assert.equal(code, 0, stderr);
      assert.deepEqual(started, PREVIEWED);
    });

    it("refuses if that part has other values, or does not exist", async () => {
      reviewed(12, ONE, TWO, step("three", "c", "create"), step("four", "d", "delete"));
      await at(
        commits.old,
        commits.twelve,
        TWO,
        step("one", "a:1", "same"),
        step("four", "d", "same"),
      );
      const { code, stderr } = await deploy("reviewed");
      assert.equal(code, 4);
      assert.deepEqual(stderr.split("\n").slice(1, 4), [
        "  delete of four was reviewed and is no longer planned",
        "  update of one was reviewed and is no longer planned",
        "  create of three was reviewed and is no longer planned",
      ]);
    });

    it("accepts a protection that was already removed, but not the removal of another one", async () => {
      const unprotect = (name: string, before: boolean): PreviewStep => {
        const one = step(name, "a:1", "same");
        const [oldState, newState] = [one.oldState, one.newState].map(
          (state) => state && { ...state, protect: false },
        );
        return { ...one, newState, oldState: oldState && { ...oldState, protect: before } };
      };
      reviewed(12, TWO, unprotect("one", true));
      await at(commits.old, commits.twelve, TWO, unprotect("one", false));
      const { code, stderr } = await deploy("reviewed");
      assert.equal(code, 0, stderr);
      await at(commits.old, commits.twelve, TWO, unprotect("other", true));
      assert.deepEqual((await deploy("reviewed")).stderr.split("\n").slice(1, 3), [
        "  unset protect of one was reviewed and is no longer planned",
        "  unset protect of other is planned and was not reviewed",
      ]);
    });

    it("considers a secret as applied only if the ciphertexts are the reviewed ones", async () => {
      const inPlace = inPlaceIn(previewOf(step("one", "[secret]", "same")), "prod");
      const [rotation, three] = [step("one", "[secret]"), step("three", "c:2")];
      const differences = (now: string, ...plans: [Plan, ...Plan[]]) =>
        comparePlans(
          plans,
          plannedWith({ a: now }, TWO, three),
          inPlace,
          plannedWith({ a: "v1:old" }).secrets,
        ).refusal?.lines.slice(1);
      const all = plannedWith({ a: "v1:new" }, rotation, TWO, three);
      assert.equal(differences("v1:new", all), undefined);
      const rotated = plannedWith({ a: "v1:new" }, rotation, three);
      // the merge of the next pull request restored the old value
      assert.deepEqual(differences("v1:old", rotated, plannedWith({ a: "v1:old" }, TWO)), [
        "  update of one was reviewed and is no longer planned",
        "  secret: a differs from the reviewed value",
      ]);
    });

    it("applies the rest of the approved plan, and names other planned changes", async () => {
      const file = join(folder, "approved.json");
      const approved = planned(ONE, TWO);
      writeFileSync(file, JSON.stringify(approved));
      const args = ["--plan", file, "--fingerprint", approved.fingerprint];
      await at(commits.old, commits.twelve, TWO, step("one", "a:2", "same"));
      const rest = await script("deploy", ...args);
      assert.equal(rest.code, 0, rest.stderr);
      await at(commits.old, commits.twelve, ONE, TWO, step("three", "c", "delete"));
      const other = await script("deploy", ...args);
      assert.equal(other.code, 4);
      assert.match(other.stderr, /\n {2}delete of three is planned and was not reviewed\n/);
      assert.equal(started().filter((call) => call === "up --yes").length, 1);
    });

    it("refuses a file that is not the plan of the approved fingerprint", async () => {
      const file = join(folder, "forged.json");
      const { fingerprint } = planned(ONE);
      await at(commits.old, commits.twelve, ONE, TWO);
      for (const plan of [planned(ONE, TWO), { ...planned(ONE, TWO), fingerprint }]) {
        writeFileSync(file, JSON.stringify(plan));
        const { code, stderr } = await deploy("plan", file, { fingerprint });
        assert.equal(code, 1);
        assert.match(stderr, /forged\.json is not the plan with the fingerprint \w{12}: approve/);
      }
    });

    it("reports that it applies the remainder of a plan in a file", async () => {
      const file = join(folder, "plan.json");
      writeFileSync(file, JSON.stringify(planned(ONE, TWO)));
      await at(commits.old, commits.twelve, TWO, step("one", "a:2", "same"));
      const { code, stderr } = await deploy("plan", file);
      assert.equal(code, 0, stderr);
      assert.match(
        stderr,
        /^plan \w+ is the remainder of the reviewed plan \w+; the other changes are already in place\n$/,
      );
    });
  });
});
