import assert from "node:assert/strict";
import { askPassphrase, lacksPassphrase } from "../../../../scripts/new-env/passphrase";

describe("the passphrase of a stack", () => {
  const lacks = (changes: Partial<Parameters<typeof lacksPassphrase>[0]>) =>
    lacksPassphrase({
      backend: "gs://b",
      secretsProvider: undefined,
      file: {},
      env: {},
      ...changes,
    });

  it("is required if nothing else encrypts", () => {
    assert.equal(lacks({}), true);
    assert.equal(lacks({ secretsProvider: "default" }), true);
    assert.equal(lacks({ secretsProvider: "gcpkms://k" }), false);
    assert.equal(lacks({ backend: "https://api.pulumi.com" }), false);
    assert.equal(lacks({ backend: "https://api.pulumi.com", secretsProvider: "passphrase" }), true);
  });

  it("is required if the stack's file says so", () => {
    assert.equal(lacks({ file: { secretsprovider: "gcpkms://k" } }), false);
    assert.equal(lacks({ file: { encryptionsalt: "v1:s" }, backend: "https://x" }), true);
  });

  it("is read from the environment, even if it is empty", () => {
    assert.equal(lacks({ env: { PULUMI_CONFIG_PASSPHRASE: "" } }), false);
    assert.equal(lacks({ env: { PULUMI_CONFIG_PASSPHRASE_FILE: "f" } }), false);
  });

  const asking = async (isNew: boolean, replies: string[]) => {
    const said: string[] = [];
    const ask = async (_question: string, hidden?: boolean) => {
      assert.equal(hidden, true);
      return replies.shift() ?? assert.fail("asked too often");
    };
    const passphrase = await askPassphrase({ ask, say: (line) => said.push(line) }, isNew);
    return { passphrase, said };
  };

  it("is prompted for until it is repeated correctly, and once for a stack that has one", async () => {
    const { passphrase, said } = await asking(true, ["a", "b", "", "", "c", "c"]);
    assert.equal(passphrase, "c");
    assert.deepEqual(said, ["  the passphrases do not match", "  the passphrase is empty"]);
    assert.equal((await asking(false, ["a"])).passphrase, "a");
  });
});
