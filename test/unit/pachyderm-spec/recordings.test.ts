import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkSpec, formatProblem } from "../../../pachyderm/spec/check";
import type { Value } from "../../../provider-kit/values";

const FIXTURES = join(__dirname, "../../fixtures");

interface Step {
  readonly step: string;
  readonly rpc: string;
  readonly request: { readonly createPipelineRequestJson: string };
  readonly response: { readonly status: number; readonly body: { readonly message?: string } };
}

/** Refusals that no look at the spec could foresee, by what the server says. */
const ONLY_THE_SERVER_KNOWS: readonly [reason: string, message: RegExp][] = [
  // the request named "in" is refused here too: it would read the repo that it writes
  ["what exists already", /pipeline "default\/\w+" already exists|pipeline "p" cannot be created/],
  ["which repos exist", /repo default\/(nope) not found/],
  ["which projects exist", /project "nope" not found/],
  ["which Secrets exist", /missing Kubernetes secret|missing key nope/],
  ["the licence", /pachyderm\.com\/trial/],
  ["who may do what", /is not authorized/],
  ["what else the transaction holds", /already has a commit in this transaction/],
];

function createRequests(file: string): Step[] {
  const text = readFileSync(join(FIXTURES, "pachyderm", file), "utf8");
  const { steps } = JSON.parse(text) as { steps: Step[] };
  return steps.filter(({ rpc }) => rpc === "pps_v2.API/CreatePipelineV2");
}

for (const file of ["recorded-2.11.6.json", "recorded-2.12-auth.json"]) {
  describe(`checkSpec on the requests in ${file}`, () => {
    for (const { step, request, response } of createRequests(file)) {
      const text = request.createPipelineRequestJson;
      // a spec that is no JSON can't be written in a program
      if (step === "create with malformed JSON") continue;
      const message = response.body.message ?? "";
      const known = ONLY_THE_SERVER_KNOWS.find(([, pattern]) => pattern.test(message));
      const isRefused = response.status !== 200 && known === undefined;
      const because = known === undefined ? "" : ` (only the server knows ${known[0]})`;
      it(`${isRefused ? "refuses" : "passes"}: ${step}${because}`, () => {
        const { failures } = checkSpec(JSON.parse(text) as Value, { project: "default" });
        const found = failures.map(formatProblem).join("\n");
        assert.equal(failures.length > 0, isRefused, `${message}\n${found}`);
      });
    }
  });
}

describe("checkSpec on the pipelines of the use cases", () => {
  for (const file of readdirSync(join(FIXTURES, "golden"))) {
    it(`finds nothing in ${file}`, () => {
      const spec = JSON.parse(readFileSync(join(FIXTURES, "golden", file), "utf8")) as Value;
      assert.deepEqual(checkSpec(spec, { project: "default" }), { failures: [], warnings: [] });
    });
  }
});
