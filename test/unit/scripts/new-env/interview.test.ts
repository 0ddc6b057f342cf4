import assert from "node:assert/strict";
import { partAt } from "../../../../providers/kit/property-path";
import type { Answers } from "../../../../scripts/new-env/answers";
import {
  type Hints,
  interview,
  type Respondent,
  wrongAnswers,
} from "../../../../scripts/new-env/interview";
import { googleKey } from "../../../support/stack-config";

/** Answers each question about a key with the next one of its replies. */
class Scripted implements Respondent {
  readonly asked: { readonly question: string; readonly hidden: boolean }[] = [];
  readonly said: string[] = [];

  constructor(private readonly replies: Readonly<Record<string, readonly string[]>>) {}

  async ask(question: string, hidden = false): Promise<string> {
    this.asked.push({ question, hidden });
    const [key = ""] = question.split(",");
    const before = this.asked.filter((one) => one.question.startsWith(`${key},`)).length - 1;
    const reply = this.replies[key]?.[before];
    assert.ok(reply !== undefined, `nobody knows what to say to: ${question}`);
    return reply;
  }

  say(line: string): void {
    this.said.push(line);
  }
}

const credentials = {
  "credentials.det_master": ["determined:8080"],
  "credentials.det_user": ["ada"],
  "credentials.det_password": ["canary-password"],
  "credentials.pac_token": [""],
  "credentials.sel_url": ["https://seldon.example.com"],
  "credentials.sel_secret": ["canary-secret"],
};

const replies = {
  useCases: ["image-classification"],
  disposable: [""],
  namePrefix: [""],
  "pachyderm.address": ["https://pachyderm.example.com"],
  "pachyderm.project": [""],
  "kubernetes.context": [""],
  "gcp:project": ["my-project"],
  "detectorBucket.name": ["my-bucket"],
  "detectorBucket.existing": [""],
  "detectorBucket.location": ["EU"],
  "seldon.serviceAccountKey": [""],
  ...credentials,
};

const hints = {
  contexts: ["prod", "test"],
  readKey: (file: string) => {
    if (file === "key.json") return googleKey;
    throw new Error(`--service-account-key: cannot read ${file}: ENOENT`);
  },
};

const interviewed = async (
  changes: Readonly<Record<string, readonly string[]>>,
  more: Partial<Hints>,
) => {
  const respondent = new Scripted({ ...replies, ...changes });
  return await interview({}, respondent, { ...hints, ...more });
};

const ask = async (
  changes: Readonly<Record<string, readonly string[]>> = {},
  given: Answers = {},
) => {
  const respondent = new Scripted({ ...replies, ...changes });
  const answers = await interview(given, respondent, hints);
  return { answers, asked: respondent.asked, said: respondent.said };
};

/** The keys that were asked for, in order. */
const keys = ({ asked }: { readonly asked: readonly { readonly question: string }[] }) =>
  asked.map(({ question }) => question.split(",")[0]);

describe("the questions about an environment", () => {
  it("result in a complete configuration, in which defaults are not set explicitly", async () => {
    const { answers, said } = await ask();
    assert.deepEqual(said, []);
    assert.deepEqual(wrongAnswers(answers), []);
    assert.deepEqual(answers, {
      useCases: { "image-classification": {} },
      pachyderm: { address: "https://pachyderm.example.com" },
      kubernetes: { context: "prod" },
      "gcp:project": "my-project",
      detectorBucket: { name: "my-bucket", location: "EU" },
      credentials: {
        det_master: "determined:8080",
        det_user: "ada",
        det_password: "canary-password",
        pac_token: "",
        sel_url: "https://seldon.example.com",
        sel_secret: "canary-secret",
      },
    });
  });

  it("offer the current context, and name the others", async () => {
    const { asked } = await ask();
    const { question } = asked.find(({ question }) => question.startsWith("kubernetes")) ?? {};
    assert.equal(question, "kubernetes.context, the name of a context, of prod, test [prod]: ");
  });

  it("offer Pachyderm's address if the environment has it", async () => {
    const answers = await interviewed({ "pachyderm.address": [""] }, { address: "pachd:80" });
    assert.equal(partAt(answers, ["pachyderm", "address"]), "pachd:80");
  });

  it("hide typed secrets, and nothing else", async () => {
    const { asked } = await ask();
    for (const { question, hidden } of asked) {
      assert.equal(hidden, question.startsWith("credentials."), question);
    }
  });

  it("are only those that other answers require", async () => {
    assert.ok(!keys(await ask()).includes("environment.owner"));
    const development = await ask({
      disposable: ["true"],
      "environment.owner": ["ada"],
      "environment.expires": [""],
    });
    assert.equal(development.answers.disposable, true);
    assert.deepEqual(development.answers.environment, { owner: "ada" });
    const existing = await ask({ "detectorBucket.existing": ["true"] });
    assert.ok(!keys(existing).includes("detectorBucket.location"));
  });

  it("skip given answers", async () => {
    const given = {
      useCases: { "sentiment-analysis": {} },
      "gcp:project": "given",
      credentials: { det_master: { secure: "v1:encrypted" } },
    };
    const result = await ask({}, given);
    for (const key of ["useCases", "gcp:project", "credentials.det_master"]) {
      assert.ok(!keys(result).includes(key), key);
    }
    assert.equal(partAt(result.answers, ["gcp:project"]), "given");
  });

  it("check each answer immediately, with the configuration's own messages, and ask again", async () => {
    const { answers, said } = await ask({
      useCases: ["", "image-clasification", "image-classification sentiment-analysis"],
      disposable: ["perhaps", "false"],
      namePrefix: ["PR", "pr-12-"],
      "pachyderm.address": ["", "no address", "pachyderm:80"],
      "detectorBucket.name": ["My_Bucket", "my-bucket"],
      "detectorBucket.location": ["nowhere", "EU"],
      "seldon.serviceAccountKey": ["nothing.json", "key.json"],
      "credentials.det_password": ["", "canary-password"],
    });
    assert.deepEqual(
      said.map((line) => line.trim().replace(/;.*/, "")),
      [
        "useCases.image-clasification is not a use case in use-cases/",
        'disposable is "perhaps"',
        'namePrefix is "PR"',
        'pachyderm.address is ""',
        'pachyderm.address is "no address"',
        'detectorBucket.name with namePrefix results in the bucket name "pr-12-My_Bucket", which may contain only lowercase letters, digits, -, _ and .',
        'detectorBucket.location is "nowhere", which is not a known location',
        "--service-account-key: cannot read nothing.json: ENOENT",
        "credentials.det_password is empty",
      ],
    );
    for (const line of said) assert.doesNotMatch(line, /pulumi config|canary/);
    assert.deepEqual(wrongAnswers(answers), []);
    assert.equal(partAt(answers, ["seldon", "serviceAccountKey"]), googleKey);
  });

  it("show nothing of an invalid service account key", async () => {
    const { said } = await ask({ "seldon.serviceAccountKey": ["key.json", ""] }, {}).then(
      () => ({ said: [] as string[] }),
      (error: Error) => ({ said: [error.message] }),
    );
    assert.deepEqual(said, []);
    const bad = { ...hints, readKey: () => "canary-no-key" };
    const respondent = new Scripted({ ...replies, "seldon.serviceAccountKey": ["a", ""] });
    await interview({}, respondent, bad);
    assert.match(
      respondent.said.join(),
      /serviceAccountKey has a value of the wrong type; expected/,
    );
    assert.doesNotMatch(respondent.said.join(), /canary/);
  });
});
