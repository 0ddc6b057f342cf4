import assert from "node:assert/strict";
import { environmentSchema } from "../../../../config/environment";
import { nameUseCases } from "../../../../config/named-use-cases";
import type { UseCaseOverrides } from "../../../../config/overrides-schema";
import {
  type BaseUseCases,
  dayAfter,
  environmentConfig,
  ownerLabel,
  trainingsOf,
} from "../../../../scripts/preview-env/environment-config";
import { useCases } from "../../../../use-cases";

const IMAGES = "image-classification";
const TEXTS = "sentiment-analysis";
const SECRET = { secure: "v1:abc" };

function base(overrides: Record<string, UseCaseOverrides>, namePrefix = ""): BaseUseCases {
  const named = nameUseCases(useCases, { namePrefix, useCases: overrides });
  return { namePrefix, overrides, named };
}

interface Given {
  readonly overrides?: Record<string, UseCaseOverrides>;
  readonly namePrefix?: string;
  readonly deferred?: readonly string[];
  readonly repos?: readonly string[];
  readonly copied?: object;
  readonly environment?: Record<string, unknown>;
}

function derive(given: Given): Record<string, unknown> {
  const { deferred = [], repos = ["dogs-and-cats", "finbert-data"], environment = {} } = given;
  const stack = base(given.overrides ?? { [IMAGES]: {} }, given.namePrefix);
  const config = environmentConfig(
    { "pachyderm-seldon:credentials": { det_password: SECRET }, ...given.copied },
    { ...stack, environment },
    {
      number: 12,
      owner: "alice",
      expires: "2026-12-31",
      isDeferred: (name) => deferred.includes(name),
      hasRepo: (repo) => repos.includes(repo),
    },
  );
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("pachyderm-seldon:", ""), value]),
  );
}

const ofUseCase = (given: Given, name = IMAGES) =>
  (derive(given).useCases as Record<string, unknown>)[name];

describe("the configuration of a pull request's environment", () => {
  it("has a prefix, is disposable, and contains its owner and expiry", () => {
    const config = derive({});
    assert.equal(config.namePrefix, "pr-12-");
    assert.equal(config.disposable, true);
    assert.deepEqual(config.environment, { owner: "alice", expires: "2026-12-31" });
  });

  it("keeps the rest, with encrypted secrets, except what protects the base stack or was for one update", () => {
    const copied = {
      "gcp:project": "p",
      "pachyderm-seldon:pachyderm": { address: "a" },
      "pachyderm-seldon:adopt": true,
      "pachyderm-seldon:budget": { killedJobs: 0 },
      "pachyderm-seldon:data": { keep: true },
    };
    const config = derive({ copied, environment: { maxWorkers: 1, paused: true, owner: "bob" } });
    assert.deepEqual(Object.keys(config).sort(), [
      "credentials",
      "disposable",
      "environment",
      "gcp:project",
      "namePrefix",
      "pachyderm",
      "useCases",
    ]);
    assert.deepEqual(config.credentials, { det_password: SECRET });
    assert.deepEqual(config.environment, {
      maxWorkers: 1,
      owner: "alice",
      expires: "2026-12-31",
    });
  });

  it("reads the base stack's data through its own branch", () => {
    const overrides = {
      [IMAGES]: { data: { keep: true }, training: { image: "i:1" }, refuseWhileRunning: "1h" },
    };
    assert.deepEqual(ofUseCase({ overrides }), {
      data: { repo: "dogs-and-cats", existing: true, branch: "master" },
      training: { image: "i:1" },
      refuseWhileRunning: "1h",
    });
  });

  it("reads the same repo, branch or commit as the base stack if that names one", () => {
    const reading = (data: NonNullable<UseCaseOverrides["data"]>) =>
      (ofUseCase({ overrides: { [IMAGES]: { data } }, repos: [] }) as { data: object }).data;
    const existing = { repo: "pets", existing: true };
    assert.deepEqual(reading(existing), { ...existing, branch: "master" });
    assert.deepEqual(reading({ ...existing, branch: "cats" }), { ...existing, branch: "cats" });
    assert.deepEqual(reading({ ...existing, commit: "abc" }), { ...existing, commit: "abc" });
    assert.deepEqual(reading({ ...existing, grantReader: true }), {
      ...existing,
      branch: "master",
    });
  });

  it("reads the repo of a base stack that has a prefix itself", () => {
    const given = { namePrefix: "dev-", repos: ["dev-dogs-and-cats"] };
    assert.deepEqual(ofUseCase(given), {
      data: { repo: "dev-dogs-and-cats", existing: true, branch: "master" },
    });
  });

  it("has its own data repo for a use case that the base stack does not have yet", () => {
    assert.deepEqual(ofUseCase({ repos: [] }), {});
    const overrides = { [IMAGES]: { data: { repo: "new", keep: true } } };
    assert.deepEqual(ofUseCase({ overrides, repos: [] }), { data: { repo: "new" } });
  });

  it("has neither data nor parameters of a training if models are deferred", () => {
    const overrides = {
      [IMAGES]: {
        data: { repo: "pets" },
        training: { image: "i:1" },
        deployment: { image: "d:1" },
      },
    };
    assert.deepEqual(ofUseCase({ overrides, deferred: [IMAGES] }), {
      training: { defer: true },
      deployment: { image: "d:1" },
    });
  });

  it("does not change a use case without a training", () => {
    const overrides = { report: { pipelines: { weekly: { image: "i:2" } } } };
    const spec = { pipeline: { name: "weekly" }, input: { pfs: { repo: "sales", glob: "/" } } };
    const named = { report: { repos: { sales: {} }, pipelines: { weekly: { spec } } } };
    const given = { namePrefix: "", overrides, named };
    const options = { isDeferred: () => true, hasRepo: () => true };
    assert.deepEqual(trainingsOf(given, options), {});
    const config = environmentConfig(
      {},
      { ...given, environment: {} },
      { ...options, number: 12, owner: "alice", expires: "2026-12-31" },
    );
    assert.deepEqual(config["pachyderm-seldon:useCases"], overrides);
  });

  it("reads what another of its use cases creates, unless that is deferred or data of the base stack", () => {
    const models = { data: { repo: "dogs-and-cats-model", existing: true } };
    const overrides = { [IMAGES]: {}, [TEXTS]: models };
    const repos = ["dogs-and-cats", "dogs-and-cats-model"];
    assert.deepEqual(ofUseCase({ overrides, repos }, TEXTS), models);
    const read = { data: { ...models.data, branch: "master" } };
    assert.deepEqual(ofUseCase({ overrides, repos, deferred: [IMAGES] }, TEXTS), read);
    const shared = { [IMAGES]: {}, [TEXTS]: { data: { repo: "dogs-and-cats", existing: true } } };
    const options = { isDeferred: () => false, hasRepo: () => true };
    assert.deepEqual(trainingsOf(base(shared, "dev-"), options)[TEXTS], {
      source: "branch",
      repo: "dev-dogs-and-cats",
    });
  });
});

describe("the owner and expiry of a pull request's environment", () => {
  it("are a label that Kubernetes accepts, whatever the name on GitHub", () => {
    assert.equal(ownerLabel("Alice-B"), "alice-b");
    assert.equal(ownerLabel("renovate[bot]"), "renovate-bot");
    assert.equal(ownerLabel("--"), "unknown");
    assert.equal(ownerLabel("x".repeat(90)).length, 63);
    for (const name of ["Alice-B", "renovate[bot]", "--", "_a_", "Ä", `${"x".repeat(62)}-y`]) {
      const { success } = environmentSchema.safeParse({ owner: ownerLabel(name) });
      assert.ok(success, name);
    }
  });

  it("are a day in UTC", () => {
    assert.equal(dayAfter(3, new Date("2026-12-30T23:59:59Z")), "2027-01-02");
  });
});
