import assert from "node:assert/strict";
import * as names from "../../../../components/common/names";
import { checkLocation } from "../../../../components/detector-bucket/locations";

/** Checks a table: the problem with each name, undefined if there is none. */
function table(check: (name: string) => string | undefined, rows: [string, string | undefined][]) {
  for (const [name, problem] of rows) {
    it(`${problem === undefined ? "accepts" : "refuses"} "${name.slice(0, 40)}"`, () => {
      assert.equal(check(name), problem);
    });
  }
}

describe("bucket names", () => {
  table(names.checkBucketName, [
    ["determined-seldon-detector", undefined],
    ["a_b.c-1", undefined],
    ["0ab", undefined],
    ["a".repeat(63), undefined],
    [`${"a".repeat(63)}.${"b".repeat(63)}`, undefined],
    ["ab", "is too short: at least 3 characters are required"],
    ["a".repeat(64), "is 64 characters long, but at most 63 are allowed"],
    [`${"a".repeat(64)}.b`, "has a part of 64 characters between dots, but at most 63 are allowed"],
    [`a${".bb".repeat(74)}`, "is 223 characters long, but at most 222 are allowed with dots"],
    ["Upper", "may contain only lowercase letters, digits, -, _ and ."],
    ["gs://bucket", "may contain only lowercase letters, digits, -, _ and ."],
    ["-abc", "must start and end with a letter or digit"],
    ["abc_", "must start and end with a letter or digit"],
    ["a..b", "must not contain two dots in a row"],
    ["192.168.5.4", "looks like an IP address"],
    ["goog-bucket", "must not start with goog"],
    ["my-google-bucket", "must not contain google or a misspelling of it"],
    ["my-g00gle-bucket", "must not contain google or a misspelling of it"],
  ]);
});

describe("pipeline names", () => {
  table(names.checkPipelineName, [
    ["dogs-and-cats_Model2", undefined],
    ["a".repeat(51), undefined],
    ["a".repeat(52), "is 52 characters long, but at most 51 are allowed"],
    ["-a", "must start with a letter or digit"],
    ["a.b", "must consist of letters, digits, _ and -"],
    ["", "must consist of letters, digits, _ and -"],
  ]);
});

describe("repo names", () => {
  table(names.checkRepoName, [
    ["-data_1", undefined],
    ["a/b", "must consist of letters, digits, _ and -"],
    ["", "must consist of letters, digits, _ and -"],
  ]);
});

describe("deployment names", () => {
  table(names.checkDeploymentName, [
    ["d".repeat(53), undefined],
    ["d".repeat(54), "is 54 characters long, but at most 53 are allowed"],
    [
      "dog_cat",
      "may contain only lowercase letters, digits and -, and must start and end with a letter or digit",
    ],
  ]);
});

describe("Secret names", () => {
  table(names.checkSecretName, [
    ["pipeline-secret.v1", undefined],
    ["a..b", "must have a letter or digit on both sides of each dot"],
    ["a.", "must have a letter or digit on both sides of each dot"],
    ["", "must not be empty"],
    ["a".repeat(254), "is 254 characters long, but at most 253 are allowed"],
  ]);
});

const checkLabel =
  "may contain only lowercase letters, digits and -, and must start and end with a letter or digit";

describe("namespaces that the stack creates", () => {
  const kept =
    "belongs to Kubernetes, and would be deleted with the stack: choose another namespace";
  table(names.checkOwnNamespace, [
    ["seldon", undefined],
    ["default", kept],
    ["kube-system", kept],
    ["Seldon", checkLabel],
  ]);
});

describe("bucket locations and labels", () => {
  const source = "(https://cloud.google.com/storage/docs/locations)";
  table(checkLocation, [
    ["EU", undefined],
    ["eur4", undefined],
    ["us-central1", undefined],
    ["US-CENTRAL1", undefined],
    ["europe-west13", undefined], // Google may add one
    ["us-centrall", `is not a known location; did you mean us-central1? ${source}`],
    ["us-cental1", `is not a known location; did you mean us-central1? ${source}`],
    ["EU ", `is not a known location; did you mean eu? ${source}`],
    ["Frankfurt", `is not a known location; expected one such as EU or us-central1 ${source}`],
  ]);
  table(names.checkLabelKey, [
    ["team", undefined],
    ["1st", "must start with a lowercase letter"],
    ["Bad Key", "must start with a lowercase letter"],
    ["a".repeat(64), "is 64 characters long, but at most 63 are allowed"],
  ]);
  table(names.checkLabelValue, [
    ["", undefined],
    ["a_b-1", undefined],
    ["UPPER", "may contain only lowercase letters, digits, _ and -"],
  ]);
});

describe("image names", () => {
  const expected = "; expected one such as registry.example.com/team/train:1.0";
  table(names.checkImageName, [
    ["gcr.io/determined-ai/pachyderm-seldon/train:0.0.19", undefined],
    ["train", undefined],
    [`localhost:5000/a@sha256:${"0123456789abcdef".repeat(4)}`, undefined],
    ["a b;c", `contains a space${expected}`],
    ["a;c", `is not a valid image name${expected}`],
    ["", `is not a valid image name${expected}`],
    ["team/Train:1", `contains uppercase letters${expected}`],
    ["train:1+2", `has a malformed tag after the :${expected}`],
    ["train@sha256:0123456789abcdef", `has a malformed digest after the @${expected}`],
    ["a_b.io/train:1", `has a malformed registry${expected}`],
  ]);
});
