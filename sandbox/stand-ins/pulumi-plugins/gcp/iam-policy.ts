import { isMap, type ValueMap } from "../../../../providers/kit/values";

/** One member of one role, on one bucket. */
export interface Grant {
  readonly bucket: string;
  readonly role: string;
  readonly member: string;
  /** Grants of one role under different conditions are different grants. */
  readonly condition?: ValueMap;
}

export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: ValueMap;
}

/** Only policies of this version can have conditions. */
const POLICY_VERSION = 3;

/** The binding that contains, or would contain, a grant. */
export function bindingOf(policy: ValueMap, grant: Grant): Binding | undefined {
  return bindingsOf(policy).find((binding) => isBindingOf(binding, grant));
}

/** The policy to write, with the grant. */
export function addMember(policy: ValueMap, grant: Grant): ValueMap {
  const { role, member, condition } = grant;
  const before = bindingOf(policy, grant);
  const members = [...new Set([...(before?.members ?? []), member])].sort();
  return write(policy, [
    ...others(policy, grant),
    { role, members, ...(condition !== undefined && { condition }) },
  ]);
}

/** The policy to write, without the grant. */
export function removeMember(policy: ValueMap, grant: Grant): ValueMap {
  const before = bindingOf(policy, grant);
  const members = before?.members.filter((member) => member !== grant.member) ?? [];
  const rest = before !== undefined && members.length > 0 ? [{ ...before, members }] : [];
  return write(policy, [...others(policy, grant), ...rest]);
}

/** `TITLE/DESCRIPTION/EXPRESSION`, which identifies a condition; empty without one. */
export function conditionKey(condition: ValueMap | undefined): string {
  if (condition === undefined) return "";
  return [condition.title, condition.description ?? "", condition.expression].join("/");
}

/** With the etag, the service refuses the policy if it was changed in between. */
function write(policy: ValueMap, bindings: readonly Binding[]): ValueMap {
  const key = ({ role, condition }: Binding) => role + conditionKey(condition);
  const sorted = [...bindings].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return {
    ...(sorted.length > 0 && { bindings: sorted as unknown as ValueMap[] }),
    etag: policy.etag ?? null,
    version: POLICY_VERSION,
  };
}

function others(policy: ValueMap, grant: Grant): Binding[] {
  return bindingsOf(policy).filter((binding) => !isBindingOf(binding, grant));
}

function isBindingOf({ role, condition }: Binding, grant: Grant): boolean {
  return role === grant.role && conditionKey(condition) === conditionKey(grant.condition);
}

export function bindingsOf({ bindings }: ValueMap): Binding[] {
  return Array.isArray(bindings) ? (bindings.filter(isMap) as unknown as Binding[]) : [];
}
