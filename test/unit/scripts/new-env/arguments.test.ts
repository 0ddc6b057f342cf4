import assert from "node:assert/strict";
import { readArguments, usage } from "../../../../scripts/new-env/arguments";
import { questions } from "../../../../scripts/new-env/questions";

const read = (line: string) => readArguments(line.split(" ").filter((word) => word !== ""));

describe("the arguments of new-env", () => {
  it("become answers by the key that each option sets", () => {
    const { stack, answers, credentials } = read(
      "prod --use-case a --use-case b --pachyderm-address x:1 --pachyderm-project p --context c " +
        "--gcp-project g --bucket b --existing-bucket --location EU --name-prefix pr- " +
        "--disposable --owner ada --expires 2026-12-31 --credentials -",
    );
    assert.equal(stack, "prod");
    assert.equal(credentials, "-");
    assert.deepEqual(answers, {
      useCases: { a: {}, b: {} },
      pachyderm: { address: "x:1", project: "p" },
      kubernetes: { context: "c" },
      "gcp:project": "g",
      detectorBucket: { name: "b", existing: true, location: "EU" },
      namePrefix: "pr-",
      disposable: true,
      environment: { owner: "ada", expires: "2026-12-31" },
    });
  });

  it("do not read the key of a service account, only the name of its file", () => {
    const { answers, servingKey } = read("prod --service-account-key key.json");
    assert.equal(servingKey, "key.json");
    assert.deepEqual(answers, {});
  });

  it("are described without a value if they take none", () => {
    assert.match(usage, /--disposable +whether its data may be lost/);
    assert.match(usage, /--existing-bucket +whether that bucket already exists/);
    assert.doesNotMatch(usage, /true or false/);
    assert.throws(() => read("prod --disposable=true"), /disposable/);
  });

  it("are all in the usage, which has no option for a secret", () => {
    for (const { option } of questions) assert.ok(usage.includes(`--${option}`), option);
    assert.doesNotMatch(usage, /--(det|pac|sel)_|--password|--token/);
  });

  it("are refused if they are not valid", () => {
    assert.throws(() => read(""), /expected the name of the stack/);
    assert.throws(() => read("prod test"), /unexpected argument "test"/);
    assert.throws(() => read("prod --buckett x"), /--buckett/);
    assert.throws(() => read("acme/prod"), /"acme\/prod" is not a valid .*`pulumi org set-default/);
    assert.throws(() => read("../prod"), /is not a valid stack name/);
    assert.throws(() => read("a b".replace(" ", "\u00a0")), /is not a valid stack name/);
  });
});
