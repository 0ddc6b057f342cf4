import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeStack, type NewStackOptions } from "../../../../scripts/new-env/make-stack";
import type { StackCommands } from "../../../../scripts/new-env/pulumi";

const file = join(mkdtempSync(join(tmpdir(), "environment-")), "Pulumi.prod.yaml");

/** The parts of the CLI that create a stack; the given step fails. */
class FakePulumi implements StackCommands {
  readonly made = new Set<string>();
  readonly encrypted: string[] = [];

  constructor(private readonly failing: Partial<Record<keyof StackCommands, string>> = {}) {}

  with(): this {
    return this;
  }

  async stacks() {
    return [...this.made].map((name) => ({ name }));
  }

  async createStack(stack: string) {
    this.#fail("createStack");
    this.made.add(stack);
    writeFileSync(
      file,
      `${existsSync(file) ? readFileSync(file, "utf8") : ""}encryptionsalt: v1\n`,
    );
  }

  async removeStack(stack: string) {
    this.#fail("removeStack");
    this.made.delete(stack);
    rmSync(file);
  }

  async setSecret(_stack: string, path: readonly (string | number)[]) {
    if (path.at(-1) === "det_password") this.#fail("setSecret");
    this.encrypted.push(path.join("."));
  }

  #fail(step: keyof StackCommands): void {
    const message = this.failing[step];
    if (message !== undefined) throw new Error(message);
  }
}

const options: NewStackOptions = {
  stack: "prod",
  file,
  answers: {
    namePrefix: "a-",
    credentials: { det_user: "canary-user", det_password: "canary-password" },
  },
  secretsProvider: undefined,
  isThere: false,
  header: "The environment prod.",
  descriptions: { namePrefix: "A prefix" },
  signal: new AbortController().signal,
};

describe("an environment", () => {
  beforeEach(() => rmSync(file, { force: true }));

  it("consists of a stack, its file with comments, and its encrypted secrets", async () => {
    const pulumi = new FakePulumi();
    await makeStack(pulumi, options);
    assert.deepEqual([...pulumi.made], ["prod"]);
    assert.deepEqual(pulumi.encrypted, ["credentials.det_user", "credentials.det_password"]);
    const text = readFileSync(file, "utf8");
    assert.match(
      text,
      /^# The environment prod\.\n.*# A prefix\n {2}pachyderm-seldon:namePrefix: a-\n/s,
    );
    assert.doesNotMatch(text, /canary/);
  });

  it("leaves nothing behind if a step fails, and says so", async () => {
    const pulumi = new FakePulumi({ setSecret: "no key" });
    await assert.rejects(makeStack(pulumi, options), {
      message: "no key; stack prod was not created, and no stack file remains",
    });
    assert.equal(pulumi.made.size, 0);
    assert.ok(!existsSync(file));
  });

  it("restores an existing file if a step fails", async () => {
    const before = "config:\n  pachyderm-seldon:adopt: true\n";
    writeFileSync(file, before);
    await assert.rejects(makeStack(new FakePulumi({ setSecret: "no key" }), options), {
      message: "no key; stack prod was not created, and Pulumi.prod.yaml is unchanged",
    });
    assert.equal(readFileSync(file, "utf8"), before);
  });

  it("keeps a stack that already existed", async () => {
    const pulumi = new FakePulumi({ setSecret: "no key" });
    pulumi.made.add("prod");
    writeFileSync(file, "encryptionsalt: v1\n");
    await assert.rejects(makeStack(pulumi, { ...options, isThere: true }), {
      message: "no key; Pulumi.prod.yaml is unchanged",
    });
    assert.deepEqual([...pulumi.made], ["prod"]);
    assert.equal(readFileSync(file, "utf8"), "encryptionsalt: v1\n");
  });

  it("keeps a stack that someone else created in the meantime", async () => {
    const pulumi = new FakePulumi({ createStack: "stack 'prod' already exists" });
    pulumi.made.add("prod");
    await assert.rejects(makeStack(pulumi, options), /already exists; no stack file remains/);
    assert.deepEqual([...pulumi.made], ["prod"]);
  });

  it("is undone if it is interrupted", async () => {
    const controller = new AbortController();
    const pulumi = new FakePulumi();
    const setSecret = pulumi.setSecret.bind(pulumi);
    pulumi.setSecret = async (...args) => {
      await setSecret(...args);
      controller.abort(new Error("interrupted (SIGINT)"));
    };
    await assert.rejects(makeStack(pulumi, { ...options, signal: controller.signal }), {
      message: "interrupted (SIGINT); stack prod was not created, and no stack file remains",
    });
    assert.equal(pulumi.made.size, 0);
  });

  it("says how to remove what could not be undone", async () => {
    const pulumi = new FakePulumi({ setSecret: "no key", removeStack: "no connection" });
    await assert.rejects(makeStack(pulumi, options), {
      message:
        "no key; what was created could not be removed (no connection): run `pulumi stack rm prod` to remove it",
    });
  });
});
