import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { checked, checkText } from "../../../../components/common/validation";

const even = (value: number) => (value % 2 === 0 ? undefined : "is odd");
const known = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

describe("a checked argument", () => {
  it("is passed on unchanged", async () => {
    assert.equal(await known(checked("x", 2, even)), 2);
    assert.equal(await known(checked("x", pulumi.output(4), even)), 4);
    assert.equal(await known(checked("x", Promise.resolve(6), even)), 6);
  });

  it("is refused immediately if its value is known, with its name and value", () => {
    assert.throws(
      () => checked('Component "c": size', 3, even),
      (error: Error) =>
        pulumi.RunError.isInstance(error) &&
        error.message === 'Component "c": size is 3, which is odd',
    );
  });

  it("is refused once it is known, before it is used", async () => {
    const output = checked("size", Promise.resolve(3), even) as unknown as {
      promise(): Promise<number>;
    };
    await assert.rejects(output.promise(), /^(Run)?Error: size is 3, which is odd$/);
  });

  it("is reported as missing if an untyped program omits it", () => {
    for (const nothing of [undefined, null]) {
      const input = nothing as unknown as number;
      assert.throws(() => checked("size", input, even), /size is missing/);
    }
  });

  it("stays a secret", async () => {
    assert.equal(await pulumi.isSecret(checked("size", pulumi.secret(2), even)), true);
  });
});

describe("text", () => {
  it("has at least one character, and is not a number", () => {
    assert.equal(checkText("x"), undefined);
    for (const other of ["", 5, undefined]) assert.ok(checkText(other as string));
  });
});
