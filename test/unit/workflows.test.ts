import assert from "node:assert/strict";
import { run } from "../../command-line/processes/run";
import { VARIABLES } from "../../scripts/check-setup/problems";
import { npmProblem } from "../support/npm-commands";
import {
  actions,
  allSteps,
  callersOf,
  calls,
  hasCredentials,
  type Job,
  jobs,
  type Workflow,
  workflows,
} from "../support/workflows";

const expression = (text: string) => `\${{ ${text} }}`;

const steps = [
  ...jobs.flatMap(({ name, job }) => job.steps.map((step) => ({ name, step }))),
  ...actions.flatMap(({ uses, steps }) => steps.map((step) => ({ name: uses, step }))),
];

/** The commands of a job that change a stack or its resources. */
const CHANGES =
  /(?:npm run --silent |node --require tsx\/cjs scripts\/)(?:deploy|destroy|preview-env|sweep)\b/;
const changesAStack = (job: Job) => job.steps.some(({ run }) => CHANGES.test(run ?? ""));

/** Events that start a workflow with a fork's code, or with its results. */
const FORK_EVENTS = ["pull_request", "pull_request_target", "workflow_run", "issue_comment"];
const OWN_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository";

/** Whether a fork's pull request can start a job: no required condition refuses it. */
function isReachedByForks(events: object, { if: condition = "" }: Pick<Job, "if">): boolean {
  if (!Object.keys(events).some((event) => FORK_EVENTS.includes(event))) return false;
  let top = condition;
  while (/\([^()]*\)/.test(top)) top = top.replaceAll(/\([^()]*\)/g, "");
  return top.includes("||") || !top.split("&&").some((part) => part.trim() === OWN_REPOSITORY);
}

/** The workflows that list the stacks. */
const STACK_LISTS = ["drift", "fork-comment", "fork-preview", "preview", "sweep", "up"];

describe("a job's condition", () => {
  const reached = (condition: string) =>
    isReachedByForks({ pull_request: null }, { if: condition });

  it("excludes forks only if it requires this repository in every case", () => {
    assert.equal(reached(""), true);
    assert.equal(reached(OWN_REPOSITORY), false);
    assert.equal(
      reached(`${OWN_REPOSITORY} && (github.event.action == 'closed' || f(g(h)))`),
      false,
    );
    assert.equal(reached(`${OWN_REPOSITORY} || github.event.action == 'closed'`), true);
    assert.equal(reached(OWN_REPOSITORY.replace("==", "!=")), true);
    assert.equal(isReachedByForks({ push: null }, {}), false);
  });
});

describe("the workflows", () => {
  it("grant no permissions at the top level, and each job only those that it names", () => {
    for (const { file, permissions } of workflows) assert.deepEqual(permissions, {}, file);
    for (const { name, job } of [...jobs, ...calls]) {
      assert.notEqual(job.permissions, undefined, name);
      assert.equal(job.permissions?.contents, "read", name);
    }
  });

  it("pin every action by commit, with its version in a comment", () => {
    const uses = [...workflows, ...actions].flatMap(({ text }) =>
      [...text.matchAll(/^ *(?:- )?uses: (.+)$/gm)].map(([, value = ""]) => value),
    );
    assert.ok(uses.length > 20);
    const own = [...actions, ...calls.map(({ job }) => job)].map((one) => one.uses);
    const floating = uses.filter((value) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+/.test(value));
    assert.deepEqual([...new Set(floating)].sort(), own.sort());
  });

  it("use one version of each action", () => {
    const versions = new Map<string, Set<string>>();
    for (const { step } of steps) {
      const [action = "", commit = ""] = step.uses?.split("@") ?? [];
      versions.set(action, (versions.get(action) ?? new Set()).add(commit));
    }
    const several = [...versions].filter(([, commits]) => commits.size > 1);
    assert.deepEqual(several, []);
  });

  it("give no secrets and no cloud tokens to jobs that a fork can start", () => {
    const reached = jobs.filter(({ workflow, job }) => isReachedByForks(workflow.on, job));
    assert.ok(reached.length >= 3);
    for (const { name, job } of reached) {
      assert.equal(hasCredentials(job), false, name);
      assert.equal(job.environment, undefined, name);
      assert.equal(
        allSteps(job).some(({ uses }) => uses?.startsWith("google-github-actions/")),
        false,
        name,
      );
    }
    // a called workflow has the events of its callers
    for (const { workflow, job, name } of calls) {
      assert.equal(isReachedByForks(workflow.on, job), false, name);
    }
  });

  it("give credentials only to jobs of an environment, whose setup is checked first", () => {
    const credentialed = jobs.filter(({ job }) => hasCredentials(job));
    assert.ok(credentialed.length >= 7);
    for (const { name, job } of credentialed) {
      assert.ok(job.environment, name);
      const connect = job.steps.findIndex(({ uses }) => uses === "./.github/actions/connect");
      const first = job.steps.findIndex((step) => JSON.stringify(step).includes("secrets."));
      assert.ok(connect > 0 && (first === -1 || connect < first), name);
      // the environment's name, with the variables of both expressions replaced
      const { environment, stack, variables } = job.steps[connect]?.with ?? {};
      const given = String(environment).replace(expression("env.STACK"), job.env?.STACK ?? "");
      assert.equal(given, job.environment, name);
      assert.equal(stack, expression("env.STACK"), name);
      assert.equal(variables, expression("toJSON(vars)"), name);
    }
  });

  it("run only main's code if the event grants the permissions of main", () => {
    const lent = jobs.filter(({ workflow: { on } }) =>
      ["pull_request_target", "workflow_run"].some((event) => event in on),
    );
    assert.deepEqual(lent.map(({ name }) => name).sort(), [
      "fork-comment: comment",
      "preview-env-destroy: cancel",
      "preview-env-destroy: destroy",
    ]);
    for (const { name, job } of lent) {
      if (name === "preview-env-destroy: cancel") {
        assert.ok(job.steps.every(({ uses }) => uses === undefined));
        continue;
      }
      const checkouts = job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
      assert.deepEqual(
        checkouts.map((step) => step.with?.ref),
        [
          expression("github.event.repository.default_branch"),
          // the base of the fork's branch: a commit of main
          ...(name === "fork-comment: comment" ? [expression("steps.base.outputs.commit")] : []),
        ],
        name,
      );
    }
  });

  it("compare a fork with the commit of main on which it is based", () => {
    const [render, comment] = ["fork-preview: render", "fork-comment: comment"].map(
      (name) => jobs.find((one) => one.name === name)?.job.steps ?? [],
    );
    // its merge with main also contains changes of main
    assert.equal(render?.[0]?.with?.ref, expression("github.event.pull_request.head.sha"));
    const base = comment?.find(({ id }) => id === "base");
    assert.match(base?.run ?? "", /compare\/\$BRANCH\.\.\.\$HEAD" --jq \.merge_base_commit\.sha/);
    assert.equal(base?.env?.HEAD, expression("github.event.workflow_run.head_sha"));
    const { on } = workflows.find(({ file }) => file === "fork-preview") ?? {};
    assert.deepEqual(on, { pull_request: { branches: ["main"] } });
  });

  it("destroy a pull request's environment without approval, in an environment that only main can use", () => {
    const [up, destroy] = ["preview-env", "preview-env-destroy"].map(
      (name) => workflows.find(({ file }) => file === name) as Workflow,
    );
    assert.ok(up && destroy);
    // pull_request would run the branch's own workflow, and nothing at all if main conflicts
    assert.deepEqual(destroy.on, { pull_request_target: { types: ["unlabeled", "closed"] } });
    assert.deepEqual(up.on, { pull_request: { types: ["labeled", "synchronize", "reopened"] } });
    const environments = jobs
      .filter(({ workflow, job }) => [up, destroy].includes(workflow) && job.environment)
      .map(({ job }) => [job.environment, job.concurrency?.group]);
    const group = `preview-env-${expression("github.event.number")}`;
    // an update that waits for its approval must not delay it
    const [cancel, main] = Object.values(destroy.jobs) as Job[];
    assert.deepEqual([main?.needs, cancel?.concurrency], ["cancel", undefined]);
    assert.deepEqual(
      environments.sort(),
      [
        ["preview-env-dev", group],
        ["preview-env-destroy-dev", group],
      ].sort(),
    );
  });

  it("cancel each waiting update once, even if another ended in the meantime", async () => {
    const { cancel } = workflows.find(({ file }) => file === "preview-env-destroy")?.jobs ?? {};
    assert.ok(cancel && "steps" in cancel);
    // run 1 is listed twice, and run 2 has ended
    const gh = `gh() {
      echo "$*" >&2
      case "$*" in
        *"--status queued"*) echo 1 ;;
        *"--status waiting"*) printf '1\\n2\\n3\\n' ;;
        "run cancel 2") return 1 ;;
      esac
    }`;
    const script = `set -e -o pipefail\n${gh}\n${cancel.steps[0]?.run}`;
    const branch = "x'$(false);--all";
    const env = { ...process.env, BRANCH: branch };
    const { stderr } = await run("bash", ["-c", script], { env });
    const calls = stderr.trimEnd().split("\n");
    const statuses = ["pending", "queued", "requested", "waiting"];
    assert.deepEqual(calls, [
      ...statuses.map(
        (status) =>
          `run list --workflow preview-env.yaml --branch ${branch} --status ${status} --json databaseId --jq .[].databaseId`,
      ),
      ...[1, 2, 3].map((id) => `run cancel ${id}`),
    ]);
  });

  it("check every variable before logging in", () => {
    const connect = actions.find(({ uses }) => uses.endsWith("/connect"))?.steps ?? [];
    const check = connect.findIndex(({ run }) => run?.includes("check-setup"));
    assert.ok(check >= 0 && check < connect.findIndex(({ uses }) => uses?.includes("/auth@")));
    const { ENVIRONMENT: _, STACK: __, ...variables } = connect[check]?.env ?? {};
    const expected = Object.keys(VARIABLES).map((name) => [
      name,
      expression(`fromJSON(inputs.variables).${name}`),
    ]);
    assert.deepEqual(variables, Object.fromEntries(expected));
    for (const { text } of actions) {
      const read = [...text.matchAll(/fromJSON\(inputs\.variables\)\.(\w+)/g)].map(([, x]) => x);
      assert.deepEqual(
        read.filter((name) => !Object.hasOwn(VARIABLES, name ?? "")),
        [],
      );
    }
  });

  it("change a stack in one job at a time, and never cancel it", () => {
    const changing = jobs.filter(({ job }) => changesAStack(job));
    assert.deepEqual(changing.map(({ name }) => name).sort(), [
      "destroy: destroy",
      "preview-env-destroy: destroy",
      "preview-env: up",
      "sweep: sweep",
      "up-stack: up",
    ]);
    for (const { name, workflow, job } of changing) {
      const isCalled = Object.keys(workflow.on).includes("workflow_call");
      for (const { concurrency } of isCalled
        ? callersOf(workflow).map((call) => call.job)
        : [job]) {
        assert.deepEqual(
          { ...concurrency, group: "" },
          // otherwise the next job replaces a waiting one
          { group: "", "cancel-in-progress": false, queue: "max" },
          name,
        );
        assert.match(
          concurrency?.group ?? "",
          /^sweep$|\$\{\{ .*(?:stack|event\.number) \}\}$/,
          name,
        );
      }
      assert.equal(workflow.concurrency, undefined, name);
    }
    const groups = [...jobs, ...calls]
      .filter(({ name }) => name === "up: up" || name === "destroy: destroy")
      .map(({ job }) => job.concurrency?.group.replace(/\$\{\{.*/, ""));
    assert.deepEqual(groups, ["stack-", "stack-"]);
  });

  it("sweep one stack at a time, because two stacks on one cluster find the same objects", () => {
    const { sweep } = workflows.find(({ file }) => file === "sweep")?.jobs ?? {};
    assert.ok(sweep && "steps" in sweep);
    assert.equal(sweep.concurrency?.group, "sweep");
    assert.equal(sweep.strategy?.["max-parallel"], 1);
  });

  it("plan again for a different base branch, and revoke a plan of an earlier commit", () => {
    const workflow = workflows.find(({ file }) => file === "preview");
    const { preview } = workflow?.jobs ?? {};
    assert.ok(preview && "steps" in preview);
    assert.deepEqual(workflow?.on.pull_request?.types, [
      "opened",
      "synchronize",
      "reopened",
      "edited",
    ]);
    assert.match(preview.if ?? "", /action != 'edited' \|\| github\.event\.changes\.base != null/);
    const last = preview.steps.at(-1);
    assert.equal(last?.if, expression("failure() && hashFiles('plan/comment.md') == ''"));
    assert.match(last?.run ?? "", /--failed --commit "\$COMMIT"/);
  });

  it("name the same stacks everywhere", () => {
    const listed = workflows.flatMap(({ file, text }) =>
      [...text.matchAll(/(?:stack|options): \[([\w, -]+)\]|fromJSON\('\["([^{]+)"\]'\)/g)]
        .map(([, list, quoted]) => list ?? quoted?.replaceAll('", "', ", ") ?? "")
        .filter((list) => !/synchronize/.test(list))
        .map((list) => ({ file, list })),
    );
    const files = new Set(listed.map(({ file }) => file));
    assert.deepEqual([...files].sort(), STACK_LISTS);
    assert.deepEqual([...new Set(listed.map(({ list }) => list))], [listed[0]?.list]);
  });

  it("show the approver the plan of main's own code, and apply only that", () => {
    const { plan, up } = workflows.find(({ file }) => file === "up-stack")?.jobs ?? {};
    assert.ok(plan && up && "steps" in plan && "steps" in up);
    assert.equal(plan.environment, `preview-${expression("inputs.stack")}`);
    assert.equal(up.environment, expression("inputs.stack"));
    assert.equal(up.needs, "plan");
    assert.deepEqual(plan.outputs, {
      changes: expression("steps.plan.outputs.changes"),
      fingerprint: expression("steps.plan.outputs.fingerprint"),
    });
    // no approval is requested for nothing
    assert.equal(up.if, "needs.plan.outputs.changes == 'true'");
    const deploy = up.steps.at(-1);
    assert.equal(deploy?.env?.FINGERPRINT, expression("needs.plan.outputs.fingerprint"));
    assert.match(
      deploy?.run ?? "",
      // replaces the shell, which gets the signals of a cancelled job and does not pass them on
      /^exec node --require tsx\/cjs scripts\/deploy\.ts .* \\\n *--plan plan\/plan\.json --fingerprint "\$FINGERPRINT"\n$/,
    );
    // both jobs run only the commit that was merged
    for (const { steps } of [plan, up]) assert.equal(steps[0]?.with?.ref, undefined);
    assert.deepEqual(
      callersOf({ file: "up-stack" } as Workflow).map(({ workflow }) => Object.keys(workflow.on)),
      [["push", "workflow_dispatch"]],
    );
  });

  it("queue only with values that GitHub supports", () => {
    const all = [...workflows, ...[...jobs, ...calls].map(({ job }) => job)].map(
      ({ concurrency }) => concurrency,
    );
    for (const { queue, ...concurrency } of all.flatMap((one) => one ?? [])) {
      assert.ok(queue === undefined || queue === "single" || queue === "max", queue);
      // GitHub refuses both together
      if (queue === "max") assert.equal(concurrency["cancel-in-progress"], false);
    }
  });

  it("keep no credentials of the checkout, and have time limits", () => {
    for (const { name, step } of steps) {
      if (!step.uses?.startsWith("actions/checkout@")) continue;
      assert.equal(step.with?.["persist-credentials"], false, name);
    }
    for (const { name, job } of jobs) {
      const minutes = job["timeout-minutes"];
      assert.ok(minutes !== undefined && minutes <= 90, name);
      // the token for the cluster is valid for an hour
      if (job.environment !== undefined) assert.ok(minutes <= 60, name);
    }
  });

  it("run only existing npm scripts, with options that they accept", () => {
    const lines = steps.flatMap(({ step }) =>
      (step.run ?? "")
        .replaceAll("\\\n", " ")
        .split("\n")
        .map((line) => line.trim().replace(/ > \S+$/, ""))
        .filter((line) => line.startsWith("npm ")),
    );
    assert.ok(lines.length > 10);
    assert.deepEqual(lines.map(npmProblem).filter(Boolean), []);
  });

  it("never insert text from others into a command", () => {
    for (const { name, step } of steps)
      assert.equal(step.run?.includes("${{") ?? false, false, name);
  });

  it("pass only existing inputs to the repository's own actions", () => {
    for (const { name, step } of steps) {
      const action = actions.find(({ uses }) => uses === step.uses);
      if (action === undefined) continue;
      assert.deepEqual(
        Object.keys(step.with ?? {}).sort(),
        Object.keys(action.inputs).sort(),
        name,
      );
    }
  });
});
