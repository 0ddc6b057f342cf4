import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackFacts } from "../../../../scripts/adopt/stack-facts";

const VALID = `config:
  gcp:project: my-project
  pachyderm-seldon:pachyderm:
    address: grpc://pachyderm.example.com:30650
    project: vision
  pachyderm-seldon:kubernetes:
    context: dev
  pachyderm-seldon:detectorBucket:
    name: my-detectors
    location: EU
  pachyderm-seldon:namePrefix: dev-
  pachyderm-seldon:useCases:
    image-classification: {}
`;

describe("a stack file that adopt reads", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "facts-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function facts(text: string) {
    writeFileSync(join(folder, "Pulumi.mine.yaml"), text);
    return readStackFacts("mine", folder);
  }

  it("has the location and names of its pipelines", () => {
    assert.deepEqual(facts(VALID), {
      stack: "mine",
      prefix: "dev-",
      project: "vision",
      secret: "dev-pipeline-secret",
      address: "grpc://pachyderm.example.com:30650",
      detectBucketUri: "gs://dev-my-detectors",
      pipelines: new Map([
        ["dev-dogs-and-cats-model", "image-classification"],
        ["dev-dogs-and-cats-deploy", "image-classification"],
      ]),
      repos: new Map(
        ["dogs-and-cats", "dogs-and-cats-model", "dogs-and-cats-deploy"].map((repo) => [
          `dev-${repo}`,
          "image-classification",
        ]),
      ),
    });
  });

  it("that is invalid is refused with all problems, before anything is contacted", () => {
    const wrong = VALID.replace("project: vision", "projekt: vision").replace("dev-\n", "Dev_\n");
    assert.throws(
      () => facts(wrong),
      ({ message }: Error) => {
        const [heading, ...problems] = message.split("\n");
        assert.equal(heading, `Pulumi.mine.yaml has ${problems.length} problems:`);
        assert.match(
          message,
          /^ {2}pachyderm-seldon:pachyderm\.projekt is not a valid key; did you mean project\?/m,
        );
        assert.match(message, /^ {2}pachyderm-seldon:namePrefix is "Dev_"/m);
        return true;
      },
    );
  });

  it("that lacks the address is refused with the command for this stack", () => {
    assert.throws(() => facts(VALID.replace(/ {4}address.*\n/, "")), {
      message:
        "pachyderm-seldon:pachyderm.address is missing; expected the address of Pachyderm, such as https://pachyderm.example.com: `pulumi config set --stack mine --path pachyderm.address VALUE`",
    });
  });

  for (const [what, text] of [
    ["is empty", ""],
    ["has no block `config`", "encryptionsalt: x\n"],
    ["is a list", "- a\n"],
    ["is not YAML", "config: {\n"],
  ] as const) {
    it(`that ${what} is refused without a stack trace`, () => {
      assert.throws(
        () => facts(text),
        ({ message }: Error) => {
          assert.match(message, /Pulumi\.mine\.yaml|pachyderm-seldon:/);
          assert.doesNotMatch(message, /^\s+at /m);
          return true;
        },
      );
    });
  }
});
