import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readServingKey, withCredentials } from "../../../../scripts/new-env/credentials";

describe("a file with credentials", () => {
  const folder = mkdtempSync(join(tmpdir(), "credentials-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = (text: string) => {
    const path = join(folder, "credentials.json");
    writeFileSync(path, text);
    return path;
  };

  it("is added to the answers by key", () => {
    const answers = withCredentials({ namePrefix: "a-" }, file('{"det_user": "ada"}\n'));
    assert.deepEqual(answers, { namePrefix: "a-", credentials: { det_user: "ada" } });
    assert.deepEqual(withCredentials({ a: 1 }, undefined), { a: 1 });
  });

  for (const text of ["canary", '["canary"]', '{"det_user": "canary"', ""]) {
    it(`is refused without showing it if it contains ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => withCredentials({}, file(text)),
        ({ message }: Error) =>
          /^--credentials: .* is not a JSON object; expected/.test(message) &&
          !message.includes("canary"),
      );
    });
  }

  it("is named if it cannot be read, like that of a service account", () => {
    assert.throws(
      () => withCredentials({}, join(folder, "none.json")),
      /^Error: --credentials: file .*none\.json does not exist$/,
    );
    assert.throws(
      () => readServingKey(folder),
      /^Error: --service-account-key: .* is a folder; expected a file$/,
    );
  });
});
