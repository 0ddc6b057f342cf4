import assert from "node:assert/strict";
import { answered } from "../../../../scripts/new-env/answers";
import { wrongAnswers } from "../../../../scripts/new-env/interview";
import { missingOptions, wrongAnswer } from "../../../../scripts/new-env/missing";
import { complete } from "../../../support/stack-config";

const file = { file: "Pulumi.prod.yaml" };

describe("what options leave open", () => {
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

  it("is nothing where a bucket that exists needs no location, and nothing else is open", () => {
    const detectorBucket = { name: "b-1", existing: true };
    assert.deepEqual(missingOptions({ ...complete, detectorBucket }), []);
  });
});

describe("what options have wrong", () => {
  it("is named by the option, or by the file and the command that mends it", () => {
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
