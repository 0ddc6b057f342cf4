import assert from "node:assert/strict";
import { checkSeldon } from "../../../../config/checks/seldon";
import type { Values } from "../../../../config/schema";

/** The keys with a problem. */
const keys = (values: object) =>
  checkSeldon(values as Partial<Values>).map(({ path }) => path.join("."));

describe("the settings of Seldon's namespace", () => {
  it("name users only if it is restricted to them", () => {
    const users = { ada: "read" };
    assert.deepEqual(keys({ seldon: { users } }), ["seldon.users"]);
    assert.deepEqual(keys({ seldon: { restricted: true, users } }), []);
  });

  it("name users and groups that can be part of a label", () => {
    const seldon = { restricted: true, users: { "a@b": "read" }, groups: { "-": "write" } };
    assert.deepEqual(keys({ seldon }), ["seldon.users.a@b", "seldon.groups.-"]);
  });

  it("do not label an existing namespace", () => {
    const seldon = { existing: true, restricted: true, users: { ada: "read" }, groups: {} };
    assert.deepEqual(keys({ seldon }), ["seldon.restricted", "seldon.users"]);
    assert.deepEqual(keys({ seldon: { existing: true, restricted: false } }), []);
  });

  it("have either keys or an account, and the message shows no key", () => {
    const account = { googleServiceAccount: "a@p.iam.gserviceaccount.com" };
    const values = { seldon: { ...account, storageKey: "canary" } } as Partial<Values>;
    assert.deepEqual(keys(values), ["seldon.storageKey"]);
    assert.doesNotMatch(JSON.stringify(checkSeldon(values)), /canary/);
    assert.deepEqual(keys({ seldon: account }), []);
  });
});
