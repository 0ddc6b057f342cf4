import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendIdentity, currentBackend } from "../../../program/backend";

describe("the backend", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "backend-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const find = (environment: NodeJS.ProcessEnv = {}) =>
    currentBackend({
      environment: { PULUMI_HOME: folder, ...environment },
      project: folder,
      home: "/home/alice",
    });
  const logIn = (url: string) =>
    writeFileSync(join(folder, "credentials.json"), JSON.stringify({ current: url }));
  const setInProject = (url: string) =>
    writeFileSync(join(folder, "Pulumi.yaml"), `name: x\nbackend:\n  url: ${url}\n`);

  it("is that of the environment, else of Pulumi.yaml, else of the last login, else Pulumi Cloud", () => {
    assert.equal(find(), "https://api.pulumi.com");
    logIn("gs://login");
    assert.equal(find(), "gs://login");
    setInProject("gs://project");
    assert.equal(find(), "gs://project");
    assert.equal(find({ PULUMI_BACKEND_URL: "gs://variable" }), "gs://variable");
  });

  it("is found in a folder whatever the working directory is", () => {
    assert.equal(find({ PULUMI_BACKEND_URL: "file://~" }), "file:///home/alice");
    assert.equal(find({ PULUMI_BACKEND_URL: "file://~/state" }), "file:///home/alice/state");
    assert.equal(find({ PULUMI_BACKEND_URL: "file://./state" }), `file://${join(folder, "state")}`);
  });

  it("has the same identity for all its users, without a password in it", () => {
    assert.equal(backendIdentity("gs://bucket/"), backendIdentity("gs://bucket"));
    assert.equal(
      backendIdentity("postgres://me:secret@db.example.com/pulumi"),
      "postgres://db.example.com/pulumi",
    );
    assert.notEqual(backendIdentity("s3://a?region=x"), backendIdentity("s3://b?region=x"));
  });

  it("is a different one in the same folder of a different machine", () => {
    const url = "file:///home/alice";
    assert.notEqual(backendIdentity(url, "one"), backendIdentity(url, "two"));
    assert.equal(backendIdentity(url, "one"), backendIdentity(url, "one"));
  });
});
