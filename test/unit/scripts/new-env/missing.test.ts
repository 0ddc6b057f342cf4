import assert from "node:assert/strict";
import { answered } from "../../../../scripts/new-env/answers";
import { wrongAnswers } from "../../../../scripts/new-env/interview";
import { missingOptions, wrongAnswer } from "../../../../scripts/new-env/missing";
import { complete } from "../../../support/stack-config";

const file = { file: "Pulumi.prod.yaml" };

describe("what the options do not answer", () => {
  it("is listed at once, with credentials once the use cases are known", () => {
    const words = (lines: readonly string[]) => lines.map((line) => line.split(" ")[0]);
    assert.deepEqual(words(missingOptions({})), [
      "--use-case",
      "--pachyderm-address",
      "--context",
      "--gcp-project",
      "--bucket",
      "--location",
    ]);
    const selected = missingOptions({ useCases: { "image-classification": {} } });
    assert.match(
      selected.at(-1) ?? "",
      /^--credentials FILE .* with det_master, det_user, det_password, pac_token, sel_url, sel_secret$/,
    );
  });

  it("is empty if an existing bucket needs no location, and nothing else is missing", () => {
    const detectorBucket = { name: "b-1", existing: true };
    assert.deepEqual(missingOptions({ ...complete, detectorBucket }), []);
  });
});

describe("invalid values of the options", () => {
  it("are reported with the option, or with the file and the command that fixes it", () => {
    const given = {
      useCases: { nope: {} },
      pachyderm: { address: "a b" },
      credentials: { det_user: 7 },
    };
    const stored = answered({ ...complete, region: "EU" }, ["detectorBucket", "name"], "A");
    const answers = { ...stored, ...given };
    const lines = wrongAnswers(answers).map((problem) => wrongAnswer(problem, given, file));
    assert.match(
      lines.join("\n"),
      /^--pachyderm-address is "a b"; expected http:.*, without a path$/m,
    );
    assert.match(lines.join("\n"), /^--use-case: nope is not a use case/m);
    assert.match(lines.join("\n"), /^--credentials: det_user has a value of the wrong type/m);
    assert.match(
      lines.join("\n"),
      /^Pulumi\.prod\.yaml: pachyderm-seldon:region is not a valid key; .*`pulumi config rm region`/m,
    );
    assert.match(
      lines.join("\n"),
      /^Pulumi\.prod\.yaml: pachyderm-seldon:detectorBucket\.name is "A"/m,
    );
  });
});
