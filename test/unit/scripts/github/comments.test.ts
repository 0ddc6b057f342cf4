import assert from "node:assert/strict";
import { readComment, upsertComment } from "../../../../scripts/github/comments";
import { markerOf } from "../../../../scripts/github/marker";
import { type PullRequest, pullRequestOf } from "../../../../scripts/github/pull-requests";
import { repositoryFromEnvironment } from "../../../../scripts/github/variables";
import { startConnectProxy } from "../../../support/connect-proxy";
import { GithubServer } from "../../../support/github-server";

const BOT = "github-actions[bot]";

describe("a stack's comment on GitHub", () => {
  let github: GithubServer;
  const pullRequest = (more: Partial<PullRequest> = {}): PullRequest => ({
    api: github.address,
    repository: "acme/ml",
    number: 12,
    token: "t0ken",
    author: BOT,
    ...more,
  });
  const marker = markerOf("preview", "prod");
  const bodies = () => github.comments.map(({ body }) => body);

  beforeEach(async () => {
    github = await GithubServer.start();
  });
  afterEach(() => github.stop());

  it("is created once and then edited in place", async () => {
    await upsertComment(pullRequest(), marker, `${marker}\none`);
    await upsertComment(pullRequest(), marker, `${marker}\ntwo`);
    assert.deepEqual(bodies(), [`${marker}\ntwo`]);
  });

  it("is found even if other comments fill the first pages", async () => {
    for (let index = 0; index < 250; index += 1) github.add("alice", `comment ${index}`);
    const id = github.add(BOT, `${marker}\nold`);
    assert.equal(await upsertComment(pullRequest(), marker, `${marker}\nnew`), `#${id}`);
    assert.equal(github.comments.length, 251);
    assert.equal(github.requests.filter((request) => request.startsWith("GET")).length, 3);
  });

  it("is separate for each stack", async () => {
    await upsertComment(pullRequest(), marker, `${marker}\nprod`);
    const dev = markerOf("preview", "dev");
    await upsertComment(pullRequest(), dev, `${dev}\ndev`);
    assert.deepEqual(bodies(), [`${marker}\nprod`, `${dev}\ndev`]);
  });

  it("is never another author's comment that contains the marker", async () => {
    github.add("mallory", `${marker}\nlooks good`);
    github.add(BOT, `quoted: ${marker}`);
    await upsertComment(pullRequest(), marker, `${marker}\nprod`);
    assert.equal(bodies()[0], `${marker}\nlooks good`);
    assert.equal(github.comments.length, 3);
  });

  it("is read back with the reviewed plan", async () => {
    await upsertComment(pullRequest(), marker, `${marker}\none`);
    assert.equal(await readComment(pullRequest(), marker), `${marker}\none`);
    assert.equal(await readComment(pullRequest(), markerOf("preview", "dev")), undefined);
  });

  it("is in the merged pull request that brought the commit", async () => {
    const merged = { number: 7, merged_at: "2026-01-01T00:00:00Z", merge_commit_sha: "abc" };
    const open = { number: 8, merged_at: null, merge_commit_sha: "abc" };
    const earlier = { ...merged, number: 6, merge_commit_sha: "def" };
    github.pulls.abc = [open, earlier, merged];
    github.pulls.def = [open];
    assert.equal(await pullRequestOf(pullRequest(), "abc"), 7);
    assert.equal(await pullRequestOf(pullRequest(), "def"), undefined);
    assert.equal(await pullRequestOf(pullRequest(), "0"), undefined);
  });

  it("reports why GitHub refuses it, without the token", async () => {
    await assert.rejects(
      upsertComment(pullRequest({ token: "other" }), marker, "x"),
      (error: Error) => {
        assert.match(
          error.message,
          /^GitHub returned 401 for GET \/repos\/acme\/ml.*: Bad credentials$/,
        );
        assert.ok(!error.message.includes("other"));
        return true;
      },
    );
    github.refusal = { status: 403, message: "Resource not accessible by integration" };
    await assert.rejects(
      upsertComment(pullRequest(), marker, "x"),
      /403 .*Resource not accessible by integration \(the job does not have a required permission\)$/,
    );
  });

  it("uses the proxy of the environment", async () => {
    const proxy = await startConnectProxy(github.address);
    const environment = { ...github.environment, GITHUB_API_URL: "http://api.github.example" };
    const repository = repositoryFromEnvironment({ ...environment, HTTP_PROXY: proxy.address });
    await upsertComment({ ...repository, number: 12 }, marker, `${marker}\nprod`);
    proxy.close();
    assert.deepEqual(bodies(), [`${marker}\nprod`]);
    assert.equal(proxy.asked[0], "api.github.example:80");
  });

  it("is found after comments of the largest size", async () => {
    for (let index = 0; index < 100; index += 1) github.add("alice", "\u0001".repeat(65_535));
    const id = github.add(BOT, `${marker}\nold`);
    assert.equal(await upsertComment(pullRequest(), marker, `${marker}\nnew`), `#${id}`);
  });

  it("names the address if it cannot connect to GitHub", async () => {
    await assert.rejects(
      upsertComment(pullRequest({ api: "http://127.0.0.1:1" }), marker, "x"),
      /^Error: cannot connect to GitHub at http:\/\/127\.0\.0\.1:1: /,
    );
  });
});
