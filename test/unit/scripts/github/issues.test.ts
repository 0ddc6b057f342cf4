import assert from "node:assert/strict";
import type { Repository } from "../../../../scripts/github/client";
import { closeIssue, upsertIssue } from "../../../../scripts/github/issues";
import { markerOf } from "../../../../scripts/github/marker";
import { GithubServer } from "../../../support/github-server";

describe("a stack's issue on GitHub", () => {
  let github: GithubServer;
  let repository: Repository;
  const marker = markerOf("drift", "prod");
  const issue = (title: string) => ({ marker, title, body: `${marker}\n${title}` });
  const open = () =>
    github.issues.filter(({ state }) => state === "open").map(({ title }) => title);

  beforeEach(async () => {
    github = await GithubServer.start();
    repository = {
      api: github.address,
      repository: "acme/ml",
      token: "t0ken",
      author: "github-actions[bot]",
    };
  });
  afterEach(() => github.stop());

  it("is opened once, kept up to date, and closed when nothing differs any more", async () => {
    await upsertIssue(repository, issue("1 resource"));
    await upsertIssue(repository, issue("2 resources"));
    assert.deepEqual(open(), ["2 resources"]);
    await closeIssue(repository, marker);
    await closeIssue(repository, marker);
    assert.deepEqual(open(), []);
    await upsertIssue(repository, issue("again"));
    assert.deepEqual(open(), ["again"]);
    assert.equal(github.issues.length, 2);
  });

  it("is never one of another author or stack", async () => {
    const user = { login: "mallory" };
    github.issues.push({ number: 1, title: "theirs", body: marker, state: "open", user });
    const other = markerOf("drift", "dev");
    await upsertIssue(repository, { marker: other, title: "dev", body: other });
    await closeIssue(repository, marker);
    assert.deepEqual(open(), ["theirs", "dev"]);
  });
});
