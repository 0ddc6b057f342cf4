import assert from "node:assert/strict";
import { repositoryFromEnvironment } from "../../../../scripts/github/variables";
import { BASE_TAG } from "../../../../scripts/preview-env/ownership";
import {
  commentOnExpired,
  environmentsAmong,
} from "../../../../scripts/sweep/environment-comments";
import { GithubServer } from "../../../support/github-server";

const expired = (stack: string) => ({
  organization: "organization",
  project: "pachyderm-seldon",
  stack,
  expired: "2026-11-20",
  resources: 13,
});
const MARKER = "<!-- pachyderm-seldon:environment:dev -->";
const UP = `${MARKER}\n### Environment \`pr-12\` is up until 2026-11-20\n\nIt belongs to`;

describe("the comment about an environment that a sweep finds expired", () => {
  let github: GithubServer;

  beforeEach(async () => {
    github = await GithubServer.start();
  });
  afterEach(() => github.stop());

  const comments = () => github.comments.map(({ body }) => body);

  async function commentOn(remains: boolean, numbers = [12]): Promise<string[]> {
    const environments = numbers.map((number) => ({
      stack: expired(`pr-${number}`),
      number,
      base: "dev",
    }));
    const repository = repositoryFromEnvironment(github.environment);
    return await commentOnExpired(environments, () => remains, repository);
  }

  it("is only edited for stacks that preview-env created", async () => {
    const tags: Record<string, Record<string, string>> = { "pr-12": { [BASE_TAG]: "dev" } };
    const stacks = ["pr-12", "pr-13", "mine"].map(expired);
    const found = await environmentsAmong(stacks, {
      readTags: async (stack) => tags[stack.split("/").at(-1) ?? ""] ?? {},
    });
    assert.deepEqual(
      found.map(({ stack, number, base }) => [stack.stack, number, base]),
      [["pr-12", 12, "dev"]],
    );
  });

  it("says that the sweep destroyed it", async () => {
    github.add("github-actions[bot]", UP);
    assert.deepEqual(await commentOn(false), []);
    assert.deepEqual(comments(), [
      `${MARKER}\n### Environment \`pr-12\` is destroyed: it expired on 2026-11-20\n`,
    ]);
  });

  it("says that it still exists, and keeps how to access it", async () => {
    github.add("github-actions[bot]", UP);
    for (const _ of ["first night", "second night"]) await commentOn(true);
    assert.deepEqual(comments(), [
      `${MARKER}\n### Environment \`pr-12\` is not destroyed yet: it expired on 2026-11-20\n\nIt belongs to`,
    ]);
  });

  it("is not created by a sweep, and never edited if another user wrote it", async () => {
    github.add("mallory", UP);
    assert.deepEqual(await commentOn(false), []);
    assert.deepEqual(comments(), [UP]);
  });

  it("does not prevent the next sweep if GitHub refuses", async () => {
    github.refusal = { status: 502, message: "Bad gateway" };
    const problems = await commentOn(false, [12, 13]);
    assert.deepEqual(
      problems.map(
        (problem) => /^the comment about stack (pr-\d+): GitHub returned 502/.exec(problem)?.[1],
      ),
      ["pr-12", "pr-13"],
    );
  });
});
