import assert from "node:assert/strict";
import { parse } from "yaml";
import { secretsIn, withAnswers, withComments } from "../../../../scripts/new-env/stack-file";

const answers = {
  useCases: { "image-classification": {} },
  "gcp:project": "my-project",
  detectorBucket: { name: "my-bucket", location: "EU" },
  disposable: true,
  credentials: { det_user: "canary-user", pac_token: "" },
  seldon: { namespace: "seldon", serviceAccountKey: "canary-key" },
};

describe("the stack file that new-env writes", () => {
  it("has the values by their full keys, without any secret", () => {
    const text = withAnswers("encryptionsalt: v1:salt\n", answers);
    assert.doesNotMatch(text, /canary|credentials|serviceAccountKey/);
    assert.deepEqual(parse(text), {
      encryptionsalt: "v1:salt",
      config: {
        "pachyderm-seldon:useCases": { "image-classification": {} },
        "gcp:project": "my-project",
        "pachyderm-seldon:detectorBucket": { name: "my-bucket", location: "EU" },
        "pachyderm-seldon:disposable": true,
        "pachyderm-seldon:seldon": { namespace: "seldon" },
      },
    });
  });

  it("quotes a date, which Pulumi would read as a time", () => {
    const text = withAnswers("", { environment: { expires: "2099-12-31", owner: "ada" } });
    assert.match(text, /\n {4}expires: "2099-12-31"\n {4}owner: ada\n/);
  });

  it("leaves the secrets to be encrypted, except those that already are", () => {
    const encrypted = { ...answers.credentials, det_password: { secure: "v1:x" } };
    assert.deepEqual(secretsIn({ ...answers, credentials: encrypted }), [
      { path: ["credentials", "det_user"], value: "canary-user" },
      { path: ["credentials", "pac_token"], value: "" },
      { path: ["seldon", "serviceAccountKey"], value: "canary-key" },
    ]);
  });

  it("keeps the contents of an existing file: values, comments, overrides of a use case", () => {
    const before = `# ours
config:
  # where our data are
  gcp:project: my-project
  pachyderm-seldon:useCases:
    image-classification:
      training:
        gitRef: v1 # for now
  pachyderm-seldon:credentials:
    det_user:
      secure: v1:encrypted
`;
    const after = withAnswers(before, {
      ...answers,
      credentials: { det_user: { secure: "v1:encrypted" } },
    });
    assert.ok(after.startsWith(before), after);
    assert.equal(parse(after).config["pachyderm-seldon:detectorBucket"].name, "my-bucket");
  });

  it("explains each key above it, in lines of at most 100 characters", () => {
    const long = `The bucket: ${"name, location and so on, ".repeat(9)}`.trim();
    const text = withComments(withAnswers("", answers), "The environment prod.", {
      useCases: "The use cases",
      detectorBucket: long,
      "gcp:project": "the project",
      seldon: "Where models are deployed",
    });
    assert.match(text, /^# The environment prod\.\n\nconfig:\n {2}# The use cases\n {2}pachyderm/);
    assert.match(text, /\n\n {2}# the project\n {2}gcp:project: my-project\n/);
    for (const line of text.split("\n")) assert.ok(line.length <= 100, line);
    const comment = text.match(/(?: {2}# .*\n)+(?= {2}pachyderm-seldon:detectorBucket)/)?.[0] ?? "";
    assert.equal(comment.replaceAll(/\s*# /g, " ").trim(), long);
    assert.equal(withComments(text, "Another header", { seldon: "again" }), text);
  });
});
