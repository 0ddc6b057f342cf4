/** Whether the objects that the stack would create already exist, and who owns them. */
import { ADOPT_HINT } from "../../../components/common/adopted";
import { failed, type Outcome, passed } from "../check";

/** An object that the stack creates, and whether it exists. */
export interface Found {
  /** Such as `pipeline default/cats`. */
  readonly thing: string;
  readonly exists: boolean;
  /** Whether the stack's state has it. */
  readonly own: boolean;
  /**
   * What else to do about an object of this kind that has a different owner, such as "choose
   * another namePrefix".
   */
  readonly advice: string;
}

/** One finding for each object that is in the way, and one for all others. */
export function existingOutcomes(
  found: readonly Found[],
  { adopt, stateKnown }: { readonly adopt: boolean; readonly stateKnown: boolean },
): Outcome[] {
  const others = found.filter(({ exists, own }) => exists && !own);
  const own = found.filter((one) => one.exists && one.own).length;
  const free = found.length - others.length - own;
  return [
    ...(own + free === 0 ? [] : [passed(describeRest(own, free))]),
    ...others.map((one) => describeOther(one, adopt, stateKnown)),
  ];
}

function describeRest(own: number, free: number): string {
  const parts = [
    ...(free > 0 ? [`${free} names are available`] : []),
    ...(own > 0 ? [`${own} objects belong to this stack`] : []),
  ];
  return parts
    .join(", ")
    .replace(/\b1 names are/, "1 name is")
    .replace(/\b1 objects belong/, "1 object belongs");
}

function describeOther({ thing, advice }: Found, adopt: boolean, stateKnown: boolean): Outcome {
  const subject = thing;
  if (adopt)
    return passed("already exists; adopt is set, so the next update imports it", { subject });
  const whose = stateKnown ? " and is not in this stack's state" : "";
  return failed(`already exists${whose}`, `${advice}; or, to adopt it, ${ADOPT_HINT}`, { subject });
}
