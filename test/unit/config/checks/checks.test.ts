import assert from "node:assert/strict";
import { checkTogether } from "../../../../config/checks";
import { checkBucket } from "../../../../config/checks/bucket";
import { checkCredentials } from "../../../../config/checks/credentials";
import { checkNames } from "../../../../config/checks/names";
import { checkShared } from "../../../../config/checks/shared";
import { checkUseCaseNames } from "../../../../config/checks/use-case-names";
import { fullKey, type Problem } from "../../../../config/messages";
import { nameUseCases } from "../../../../config/named-use-cases";
import type { Values } from "../../../../config/schema";
import { useCases } from "../../../../use-cases";

/** Values, as far as checks read them. */
type Some = { readonly [K in keyof Values]?: Partial<Values[K]> };

const LOCATED = { name: "bucket", location: "EU", existing: false };
const NAMES = {
  namePrefix: "",
  pachyderm: { project: "default", namespace: "pachyderm" },
  seldon: { namespace: "seldon", detectorNamespace: "seldon-logs" },
  detectorBucket: LOCATED,
};

const named = (values: Some) => nameUseCases(useCases, values as Partial<Values>);
const withNames = (check: typeof checkNames) => (values: Partial<Values>) =>
  check(values, nameUseCases(useCases, values));

/** By check: its input, and the keys in which it finds a problem. */
const CASES: readonly [
  title: string,
  check: (values: Partial<Values>) => Problem[],
  values: Some,
  keys: readonly string[],
][] = [
  ["a bucket that is right", checkBucket, { detectorBucket: LOCATED, disposable: false }, []],
  ["a bucket nowhere", checkBucket, { detectorBucket: {} }, ["detectorBucket.location"]],
  ["an existing bucket nowhere", checkBucket, { detectorBucket: { existing: true } }, []],
  [
    "no soft delete where the stack is kept",
    checkBucket,
    { detectorBucket: { ...LOCATED, softDeleteDays: 0 }, disposable: false },
    ["detectorBucket.softDeleteDays"],
  ],
  [
    "no soft delete where the stack is disposable",
    checkBucket,
    { detectorBucket: { ...LOCATED, softDeleteDays: 0 }, disposable: true },
    [],
  ],
  [
    "numbers that are none of Google's",
    checkBucket,
    { detectorBucket: { ...LOCATED, keepVersions: 0.5, retentionDays: -1 } },
    ["detectorBucket.keepVersions", "detectorBucket.retentionDays"],
  ],
  [
    "labels and members",
    checkBucket,
    { detectorBucket: { ...LOCATED, labels: { A: "x", b: "B" }, readers: ["a@b.de"] } },
    ["detectorBucket.labels.A", "detectorBucket.labels.b", "detectorBucket.readers[0]"],
  ],
  [
    "settings of an existing bucket",
    checkBucket,
    { detectorBucket: { existing: true, keepVersions: 2 } },
    ["detectorBucket"],
  ],
  ["users who all see it", checkShared, { seldon: { users: { ada: "read" } } }, ["seldon.users"]],
  [
    "users who alone see it",
    checkShared,
    { seldon: { restricted: true, users: { ada: "read" } } },
    [],
  ],
  [
    "labels of an existing namespace",
    checkShared,
    { seldon: { existing: true, restricted: true, users: { ada: "read" }, groups: {} } },
    ["seldon.restricted", "seldon.users"],
  ],
  [
    "an existing namespace alone",
    checkShared,
    { seldon: { existing: true, restricted: false } },
    [],
  ],
  [
    "keys beside an account",
    checkShared,
    { seldon: { googleServiceAccount: "a@p.iam.gserviceaccount.com", storageKey: "canary" } },
    ["seldon.storageKey"],
  ],
  [
    "a dedicated bucket beside an existing one",
    checkShared,
    {
      useCases: { "image-classification": { dedicated: { bucket: true } } },
      detectorBucket: { existing: true },
    },
    ["useCases.image-classification.dedicated.bucket"],
  ],
  [
    "credentials that pipelines read",
    checkCredentials,
    { credentials: { det_user: "u" }, useCases: { "image-classification": {} } },
    ["det_master", "det_password", "pac_token", "sel_url", "sel_secret"].map(
      (key) => `credentials.${key}`,
    ),
  ],
  [
    "the key that the stack sets",
    checkCredentials,
    { credentials: { sel_namespace: "x" }, useCases: {} },
    ["credentials.sel_namespace"],
  ],
  ["names that are right", withNames(checkNames), NAMES, []],
  [
    "deployments beside detectors",
    withNames(checkNames),
    { ...NAMES, seldon: { namespace: "seldon", detectorNamespace: "seldon" } },
    ["seldon.detectorNamespace"],
  ],
  [
    "Seldon in Pachyderm's namespace",
    withNames(checkNames),
    { ...NAMES, seldon: { namespace: "pachyderm", detectorNamespace: "logs" } },
    ["seldon.namespace"],
  ],
  [
    "a prefix that is too long for pipelines",
    withNames(checkUseCaseNames),
    { ...NAMES, namePrefix: `${"p".repeat(45)}-`, useCases: { "image-classification": {} } },
    ["namePrefix"],
  ],
  [
    "a data repo with a pipeline's name",
    withNames(checkUseCaseNames),
    {
      ...NAMES,
      useCases: {
        "image-classification": { data: { repo: "finbert-train" } },
        "sentiment-analysis": {},
      },
    },
    ["useCases.image-classification.data.repo"],
  ],
];

describe("the checks of values together", () => {
  for (const [title, check, values, keys] of CASES) {
    it(`${check.name || "checkNames"}: ${title}`, () => {
      const problems = check(values as Partial<Values>);
      assert.deepEqual(
        problems.map(({ path }) => fullKey(path)),
        keys.map((key) => `pachyderm-seldon:${key}`),
      );
      for (const { text } of problems) assert.ok(!text.includes("canary"), text);
    });
  }

  it("all run, even if some values could not be read", () => {
    const values: Some = {
      kubernetes: {},
      credentials: { sel_namespace: "x" },
      detectorBucket: {},
      seldon: { users: { ada: "read" } },
      useCases: { "no-such": {} },
    };
    const keys = checkTogether(values as Partial<Values>, named(values)).map(({ path }) => path[0]);
    for (const key of ["kubernetes", "credentials", "detectorBucket", "seldon", "useCases"])
      assert.ok(keys.includes(key), key);
    assert.deepEqual(checkTogether({}, {}), []);
  });
});
