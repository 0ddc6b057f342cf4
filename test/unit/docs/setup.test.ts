import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../command-line/processes/run";
import { commandBlocks, readDocument } from "../../support/documents";
import { jobs } from "../../support/workflows";

/** Each program logs its calls; creating the same thing twice fails, as with the real one. */
const PROGRAMS = `
call() {
  # what a pipe or a here-document brings
  local line="$*"
  case "$line" in *"--input -"*) line="$line $(tr -d '\\n')" ;; esac
  case "$line" in
    *" create "*|"pulumi stack init "*)
      if grep --quiet --line-regexp --fixed-strings -- "$line" "$LOG"; then
        echo "already exists: $line" >&2; exit 1
      fi ;;
  esac
  printf '%s\\n' "$line" >> "$LOG"
  case "$line" in
    *"--jq .id"*|*"--jq .owner.id"*|*projectNumber*) echo 42 ;;
    *"stack export"*) echo '{"deployment":{"resources":[]}}' ;;
  esac
}
for program in gcloud gh kubectl pachctl pulumi; do
  eval "$program() { call $program \\"\\$@\\"; }"
done
jq() { cat > /dev/null; }
`;

interface Environment {
  readonly reviewers: readonly object[];
  readonly branches: readonly string[];
}

describe("the setup of GitHub and Google Cloud, as documented", () => {
  const document = readDocument("docs/pull-requests.md");
  let calls: readonly string[];

  const commandsOf = (step: number) => {
    const [, section = ""] = document.split(`\n### ${step}. `);
    return commandBlocks("", section.split("\n### ")[0])
      .map(({ commands }) => commands)
      .join("\n");
  };

  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), "setup-"));
    try {
      const [, start = ""] = document.split("\n## Setup on GitHub and Google Cloud\n");
      const variables = commandBlocks("", start.split("\n### ")[0])[0]?.commands ?? "";
      const stack = [3, 4, 5, 6, 8].map(commandsOf).join("\n");
      const script = [
        "set -eu -o pipefail",
        PROGRAMS,
        variables,
        commandsOf(1),
        commandsOf(2),
        stack,
        "STACK=dev",
        // the environment of the repository
        stack.replace(/^gh label create .*$/m, ""),
      ].join("\n");
      const log = join(folder, "log");
      await run("bash", ["-c", `: > "$LOG"\n${script}`], { env: { ...process.env, LOG: log } });
      calls = readFileSync(log, "utf8").trimEnd().split("\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  function environment(name: string): Environment {
    const path = `repos/acme/ml/environments/${name}`;
    const json = calls.find((call) => call.includes(`--method PUT ${path} `))?.split("--input - ");
    const branch = `--method POST ${path}/deployment-branch-policies --field name=`;
    return {
      reviewers: json?.[1] === undefined ? [] : JSON.parse(json[1]).reviewers,
      branches: calls.flatMap((call) => call.split(branch)[1] ?? []),
    };
  }

  it("creates each environment of the workflows, including for a second stack", () => {
    const used = jobs.flatMap(({ job }) => job.environment ?? []).filter((one) => one !== "sweep");
    const names = used.map((name) => name.replace(/\$\{\{.*\}\}|\bdev$/, "STACK"));
    for (const name of new Set(names)) {
      for (const stack of ["prod", "dev"]) {
        const own = name.replace("STACK", stack);
        const made = calls.filter((call) => call.includes(`repos/acme/ml/environments/${own}`));
        assert.notEqual(made.length, 0, own);
        const variables = calls.filter((call) => call.includes(` --env ${own} `));
        assert.equal(variables.length, 5, own);
        const account = /SERVICE_ACCOUNT .* --body (\S+)@/.exec(variables.join("\n"))?.[1] ?? "";
        assert.match(account, /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
        const binding = calls.find((call) => call.endsWith(`attribute.environment/${own}`));
        assert.ok(binding?.includes(`add-iam-policy-binding ${account}@`), own);
      }
    }
  });

  it("requires reviewers where a pull request's code can write, and elsewhere admits only main", () => {
    assert.deepEqual(environment("preview-prod"), { reviewers: [], branches: [] });
    const reviewers = [{ type: "Team", id: 42 }];
    assert.deepEqual(environment("prod"), { reviewers, branches: ["main"] });
    assert.deepEqual(environment("preview-env-prod"), {
      reviewers,
      branches: ["refs/pull/*/merge"],
    });
    assert.deepEqual(environment("preview-env-destroy-prod"), {
      reviewers: [],
      branches: ["main"],
    });
  });

  it("gives the previews of a stack no write permissions", () => {
    const roles = calls
      .filter((call) => call.includes("--member serviceAccount:prod-previews@"))
      .map((call) => /--role (\S+)/.exec(call)?.[1]);
    assert.deepEqual(roles, [
      "roles/storage.objectViewer",
      "roles/cloudkms.cryptoKeyDecrypter",
      "roles/container.viewer",
      "projects/my-project/roles/pulumiPreviews",
    ]);
  });
});
