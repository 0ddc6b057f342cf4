import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Value } from "../../../../../providers/kit/values";
import type { ServerVersion } from "../../../../../providers/pachyderm/spec/canonical";
import { checkSpec, formatProblem } from "../../../../../providers/pachyderm/spec/check";

const FIXTURES = join(__dirname, "../../../../fixtures");

interface Step {
  readonly step: string;
  readonly rpc: string;
  readonly request: { readonly createPipelineRequestJson: string };
  readonly response: { readonly status: number; readonly body: { readonly message?: string } };
}

/** Refusals that cannot be predicted from the spec, by the server's message. */
const ONLY_THE_SERVER_KNOWS: readonly [reason: string, message: RegExp][] = [
  // the request named "in" is also refused here: it would read the repo that it writes
  ["what already exists", /pipeline "default\/\w+" already exists|pipeline "p" cannot be created/],
  ["which repos exist", /repo default\/(nope) not found/],
  ["which projects exist", /project "nope" not found/],
  ["which Secrets exist", /missing Kubernetes secret|missing key nope/],
  ["the licence", /pachyderm\.com\/trial/],
  ["who may do what", /is not authorized/],
  ["what else the transaction holds", /already has a commit in this transaction/],
  ["which branches exist", /updating branch trigger: branch \(.*\) not found/],
  ["which repos of that type exist", /repo default\/in\.meta not found/],
];

/**
 * What the servers accept although it then fails or has an unexpected effect, by step: the check's
 * warnings, as documented. The check warns about no other accepted step.
 */
const WARNED_OF: Readonly<Record<string, readonly RegExp[]>> = {
  "create with bad glob": [/glob: has a \[ without/],
  "create with no transform": [/transform: is not set/],
  "create with a secret, snake_case": [/transform\.image: is not set/],
  "create with service with autoscaling": [
    /autoscaling: cannot be combined with service/,
    /externalPort: must be from 30000 to 32767/,
  ],
  "datumTimeout negative": [/datumTimeout: must not be negative/],
  "requests above limits": [/resourceRequests\.cpu: is more than resourceLimits\.cpu/],
  "node port out of Kubernetes' range": [/externalPort: must be from 30000 to 32767/],
};

const RECORDINGS: readonly [file: string, server: ServerVersion][] = [
  ["recorded-2.11.6.json", { major: 2, minor: 11 }],
  ["recorded-2.11.6-edges.json", { major: 2, minor: 11 }],
  ["recorded-2.12-auth.json", { major: 2, minor: 12 }],
  ["recorded-2.12-edges-auth.json", { major: 2, minor: 12 }],
];

function createRequests(file: string): Step[] {
  const text = readFileSync(join(FIXTURES, "pachyderm", file), "utf8");
  const { steps } = JSON.parse(text) as { steps: Step[] };
  return steps.filter(({ rpc }) => rpc === "pps_v2.API/CreatePipelineV2");
}

for (const [file, server] of RECORDINGS) {
  describe(`checkSpec on the requests in ${file}`, () => {
    for (const { step, request, response } of createRequests(file)) {
      const text = request.createPipelineRequestJson;
      // a spec that is not JSON cannot be written in a program
      if (step === "create with malformed JSON") continue;
      const message = response.body.message ?? "";
      const known = ONLY_THE_SERVER_KNOWS.find(([, pattern]) => pattern.test(message));
      const isRefused = response.status !== 200 && known === undefined;
      const because = known === undefined ? "" : ` (only the server knows ${known[0]})`;
      it(`${isRefused ? "refuses" : "passes"}: ${step}${because}`, () => {
        const spec = JSON.parse(text) as Value;
        const { failures, warnings } = checkSpec(spec, { project: "default", server });
        const found = failures.map(formatProblem).join("\n");
        assert.equal(failures.length > 0, isRefused, `${message}\n${found}`);
        if (response.status !== 200) return;
        const shown = warnings.map(formatProblem);
        const expected = WARNED_OF[step] ?? [];
        assert.equal(shown.length, expected.length, shown.join("\n"));
        for (const [index, pattern] of expected.entries())
          assert.match(shown[index] ?? "", pattern);
      });
    }
  });
}

describe("the steps that the check warns about", () => {
  it("are all in the recordings, where the server accepts them", () => {
    const accepted = RECORDINGS.flatMap(([file]) => createRequests(file))
      .filter(({ response }) => response.status === 200)
      .map(({ step }) => step);
    for (const step of Object.keys(WARNED_OF)) assert.ok(accepted.includes(step), step);
  });
});

describe("checkSpec on the pipelines of the use cases", () => {
  for (const file of readdirSync(join(FIXTURES, "golden"))) {
    it(`finds nothing in ${file}`, () => {
      const spec = JSON.parse(readFileSync(join(FIXTURES, "golden", file), "utf8")) as Value;
      assert.deepEqual(checkSpec(spec, { project: "default" }), { failures: [], warnings: [] });
    });
  }
});
