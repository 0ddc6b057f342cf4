import assert from "node:assert/strict";
import { blake2b } from "../../../../../../sandbox/stand-ins/pachyderm/datums/blake2b";

/** Generated with Python's hashlib, digest_size=32. */
const KNOWN: readonly (readonly [text: string, hash: string])[] = [
  ["", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"],
  ["abc", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"],
  ["b".repeat(128), "3be061d8b7919eea8948a3d8c6f466abf2b177dc34f81378171305ccc6fc98d9"],
  ["c".repeat(129), "9088ae45b9d8bbf20a290b6a1a71ed5d0b6dd8e2a7c52f56c4b521c6a0f2fcd0"],
  ["a".repeat(1000), "e00b0ddbf1e2cdaf5c898e1a5e8826ea3a2c339bcf2a478da2e5fca9ff126672"],
];

describe("BLAKE2b", () => {
  for (const [text, hash] of KNOWN)
    it(`hashes ${text.length} bytes`, () =>
      assert.equal(blake2b(Buffer.from(text)).toString("hex"), hash));
});
