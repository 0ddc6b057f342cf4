import assert from "node:assert/strict";
import { checkCredentials } from "../../../../config/checks/credentials";
import type { Values } from "../../../../config/schema";

/** The keys with a problem. */
const keys = (values: object) =>
  checkCredentials(values as Partial<Values>).map(({ path }) => path.join("."));

describe("the credentials", () => {
  it("are required if the selected use cases' pipelines read them", () => {
    assert.deepEqual(
      keys({ credentials: { det_user: "u" }, useCases: { "image-classification": {} } }),
      ["det_master", "det_password", "pac_token", "sel_url", "sel_secret"].map(
        (key) => `credentials.${key}`,
      ),
    );
    assert.deepEqual(keys({ credentials: {}, useCases: {} }), []);
  });

  it("do not include the key that the stack sets", () => {
    assert.deepEqual(keys({ credentials: { sel_namespace: "x" }, useCases: {} }), [
      "credentials.sel_namespace",
    ]);
  });

  it("are not checked if they could not be read", () => {
    assert.deepEqual(keys({ useCases: { "image-classification": {} } }), []);
  });
});
