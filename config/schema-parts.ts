/** Parts of schemas. The message of each says what is expected. */
import { z } from "zod";
import { checkImageName } from "../components/common/names";
import { parseTimeLimit } from "../providers/pachyderm/rules";

/** A non-empty string. */
export const text = (expected: string) =>
  z.string({ error: expected }).min(1, { error: expected, abort: true });

/** A string with a check of the components, which describes the problem. */
export const checkedText = (expected: string, check: (value: string) => string | undefined) =>
  z.string({ error: expected }).superRefine((value, context) => {
    const problem = check(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: `it ${problem}` });
  });

export const flag = () => z.boolean({ error: "expected true or false" });

/** A whole number, 1 or more. */
export const count = (expected: string) => z.int({ error: expected }).positive({ error: expected });

export const IMAGE = "expected the name of a container image";
export const image = () => checkedText(IMAGE, checkImageName);

/** What is expected of a block. */
export const block = { error: "expected an object" };

/** A duration, for `budget` and `refuseWhileRunning`. */
export const duration = () => {
  const expected = "expected a time such as 4h, 90m or 1h30m";
  return z
    .string({ error: expected })
    .refine((value) => parseTimeLimit(value) !== undefined, { error: expected });
};
