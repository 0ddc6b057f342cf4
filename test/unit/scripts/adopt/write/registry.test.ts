import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "../../../../../scripts/adopt/write/format";
import { isTaken, register, registeredNames } from "../../../../../scripts/adopt/write/registry";

const FILE = "use-cases/index.ts";
const source = readFileSync(join(__dirname, "../../../../..", FILE), "utf8");

describe("the registry of use cases", () => {
  it("gets an additional use case, sorted and formatted", () => {
    const changed = format(FILE, register(source, "churn-model", "churnModel"));
    assert.deepEqual(registeredNames(changed), [...registeredNames(source), "churn-model"]);
    assert.match(changed, /^import \{ churnModel \} from "\.\/churn-model";\nimport type /);
    assert.match(changed, /^ {2}"churn-model": churnModel,\n\};$/m);
    const others = changed.split("\n").filter((line) => !line.includes("churn"));
    assert.deepEqual(others, source.split("\n"));
  });

  it("may be empty", () => {
    const empty = 'import type { A } from "./a";\n\nexport const useCases: A = {};\n';
    assert.deepEqual(registeredNames(empty), []);
    assert.deepEqual(registeredNames(format(FILE, register(empty, "x", "x"))), ["x"]);
  });

  it("knows which names it uses", () => {
    assert.ok(isTaken(source, "imageClassification"));
    assert.ok(!isTaken(source, "image"));
  });

  it("is refused if it has an unknown format", () => {
    assert.throws(() => register("export const useCases = load();", "x", "x"), {
      message: "use-cases/index.ts: expected `export const useCases = { … }`",
    });
  });
});
