import assert from "node:assert/strict";
import { ciphertextsOf } from "../../../../scripts/plan/ciphertexts";

describe("the encrypted values of a stack file", () => {
  it("are found by path at any depth, without plain values", () => {
    const config = {
      "p:credentials": { det_password: { secure: "v1:a" }, det_user: "ml" },
      "p:list": [{ token: { secure: "v1:b" } }],
      "gcp:accessToken": { secure: "v1:c" },
    };
    assert.deepEqual(ciphertextsOf(config), {
      "p:credentials.det_password": "v1:a",
      "p:list[0].token": "v1:b",
      "gcp:accessToken": "v1:c",
    });
  });

  it("do not include blocks that have a key `secure` among others", () => {
    assert.deepEqual(ciphertextsOf({ "p:tls": { secure: "yes", port: 1 } }), {});
  });
});
