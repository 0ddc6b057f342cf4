import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import {
  containsSecret,
  containsUnknown,
  decode,
  encode,
  isSecret,
  reveal,
  SECRET_SIGNATURE,
  Secret,
  SIGNATURE_KEY,
  UNKNOWN,
  UNKNOWN_ON_THE_WIRE,
  type Value,
} from "../../../../providers/kit/values";

const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string(),
    fc.constant(UNKNOWN as Value),
    fc.array(tie("value")),
    fc.dictionary(fc.string(), tie("value")),
    tie("value").map((value) => new Secret(value) as Value),
  ),
})).value;

describe("property values", () => {
  it("are unchanged by encoding and decoding", () => {
    fc.assert(
      fc.property(values, (value) => {
        const wire = JSON.parse(JSON.stringify(encode(value)));
        assert.deepEqual(encode(decode(wire)), wire);
      }),
    );
  });

  it("recognize unknowns and secrets by the engine's signatures", () => {
    const wire = { a: UNKNOWN_ON_THE_WIRE, b: { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: "x" } };
    const value = decode(wire) as { a: Value; b: Value };
    assert.equal(value.a, UNKNOWN);
    assert.ok(isSecret(value.b));
    assert.equal(reveal(value.b), "x");
  });

  it("find unknowns and secrets at any depth, even inside a secret", () => {
    assert.ok(containsUnknown({ a: [new Secret({ b: UNKNOWN })] }));
    assert.ok(containsSecret([{ a: new Secret(1) }]));
    assert.ok(!containsUnknown({ a: ["x", null, 1] }));
    assert.ok(!containsSecret({ a: ["x", null, UNKNOWN] }));
  });

  it("never show a secret's value when printed", () => {
    const secret = new Secret("hunter2");
    const prints = [String(secret), JSON.stringify({ secret }), inspect({ secret }), `${secret}`];
    for (const print of prints) {
      assert.doesNotMatch(print, /hunter2/);
      assert.match(print, /\[secret\]/);
    }
  });
});
