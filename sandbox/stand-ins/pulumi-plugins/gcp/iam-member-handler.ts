import { diffValues } from "../../../../providers/kit/diff";
import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type Diff,
  type DiffRequest,
  isImport,
  type ReadRequest,
  type ReadResult,
  type ResourceHandler,
} from "../../../../providers/kit/handler";
import { isMap, UNKNOWN, type Value, type ValueMap } from "../../../../providers/kit/values";
import {
  keepSecrets,
  metaOf,
  missing,
  plainInputs,
  unknownProperties,
  withDefaults,
  withoutNotes,
} from "./bridged";
import {
  addMember,
  bindingOf,
  bindingsOf,
  conditionKey,
  type Grant,
  removeMember,
} from "./iam-policy";
import type { Service } from "./service";
import { GoogleApiError, isGone } from "./storage-api";

const META = metaOf({ create: 1200 });
const REQUIRED = ["bucket", "role", "member"];
const CONDITION_PROPERTIES = ["title", "expression", "description"];

/** How many times a policy is read and written again if it changes in between. */
const ATTEMPTS = 10;

/**
 * The lifecycle of one member of one role on a bucket; it does not manage the rest of the bucket's
 * policy.
 */
export class IamMemberHandler implements ResourceHandler {
  readonly #service: () => Service;

  constructor(service: () => Service) {
    this.#service = service;
  }

  async check({ inputs: given, name }: CheckRequest): Promise<CheckResult> {
    const inputs = withoutNotes(given) as ValueMap;
    const failures = [
      ...unknownProperties("", inputs, [...REQUIRED, "condition"]),
      ...unknownProperties("condition.", inputs.condition, CONDITION_PROPERTIES),
      ...REQUIRED.filter((key) => inputs[key] === undefined).map((key) => missing(name, key)),
    ];
    const { condition } = inputs;
    if (isMap(condition))
      for (const key of ["title", "expression"])
        if (condition[key] === undefined) failures.push(missing(`${name}.condition`, key));
    const noted = isMap(condition) ? { ...inputs, condition: withDefaults(condition, {}) } : inputs;
    return { inputs: withDefaults(noted, {}), failures };
  }

  /** A grant cannot be changed: any change replaces it. */
  async diff({ inputs, oldState }: DiffRequest): Promise<Diff> {
    const before = plainInputs(oldState);
    const after = withDescription(plainInputs(inputs));
    const changes = [...REQUIRED, "condition"].flatMap((key) =>
      diffValues(
        key === "bucket" ? shortName(before[key]) : (before[key] ?? null),
        key === "bucket" ? shortName(after[key]) : (after[key] ?? null),
        [key],
      ),
    );
    return {
      changes: changes.map((change) => ({ ...change, replace: true })),
      between: "state-and-inputs",
    };
  }

  async create({ inputs, preview }: CreateRequest): Promise<CreateResult> {
    const plain = plainInputs(inputs);
    if (preview) {
      const state = { condition: null, ...withDescription(plain), etag: UNKNOWN };
      return { id: "", state: keepSecrets(state, inputs) };
    }
    const grant = toGrant(plain);
    const policy = await this.#change(grant, addMember);
    return { id: idOf(grant), state: keepSecrets(toState(grant, policy), inputs) };
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const { id, inputs, state } = request;
    const imported = isImport(request) ? parseId(id) : undefined;
    const known = toGrant(plainInputs(state));
    let policy: ValueMap;
    try {
      policy = await this.#service().api.getIamPolicy((imported ?? known).bucket);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
    const grant = imported === undefined ? known : withCondition(imported, policy);
    if (!bindingOf(policy, grant)?.members.includes(grant.member)) return undefined;
    const { bucket, role, member, condition } = grant;
    const found = { bucket, role, member, ...(condition !== undefined && { condition }) };
    return {
      id: idOf(grant),
      inputs: imported === undefined ? inputs : { ...found, __defaults: [] },
      state: keepSecrets(toState(grant, policy), inputs),
    };
  }

  async update(): Promise<ValueMap> {
    throw new Error("a bucket's IAM member can't be changed, only replaced");
  }

  async delete({ state }: DeleteRequest): Promise<void> {
    try {
      await this.#change(toGrant(plainInputs(state)), removeMember);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  /** Reads, changes and writes the policy; retries if it was changed in between. */
  async #change(
    grant: Grant,
    change: (policy: ValueMap, grant: Grant) => ValueMap,
  ): Promise<ValueMap> {
    const { api } = this.#service();
    for (let attempt = 1; ; attempt++) {
      const policy = await api.getIamPolicy(grant.bucket);
      try {
        return await api.setIamPolicy(grant.bucket, change(policy, grant));
      } catch (error) {
        const isRace = error instanceof GoogleApiError && error.message.includes("conditionNotMet");
        const raced = isRace && (await api.getIamPolicy(grant.bucket)).etag !== policy.etag;
        if (!raced || attempt === ATTEMPTS) throw error;
      }
    }
  }
}

function toState({ bucket, role, member, condition }: Grant, policy: ValueMap): ValueMap {
  return {
    __meta: META,
    id: idOf({ bucket, role, member, condition }),
    bucket: `b/${bucket}`,
    role,
    member,
    condition: condition === undefined ? null : { description: "", ...condition },
    etag: policy.etag ?? null,
  };
}

function toGrant({ bucket, role, member, condition }: ValueMap): Grant {
  return {
    bucket: String(shortName(bucket)),
    role: String(role),
    member: String(member),
    ...(isMap(condition) && { condition }),
  };
}

/** A condition in a state has a description, even if it is empty. */
function withDescription(values: ValueMap): ValueMap {
  const { condition } = values;
  return isMap(condition) ? { ...values, condition: { description: "", ...condition } } : values;
}

/** `b/BUCKET/ROLE/MEMBER`, and the whole condition if there is one. */
function idOf({ bucket, role, member, condition }: Grant): string {
  const rest = condition === undefined ? "" : `/${conditionKey(condition)}`;
  return `b/${bucket}/${role}/${member}${rest}`;
}

/** What to import: a condition is identified by its title. */
type Imported = Omit<Grant, "condition"> & { readonly title: string };

/** Parses an id for an import: `b/BUCKET ROLE MEMBER`, followed by a condition's title. */
function parseId(id: string): Imported {
  const [bucket = "", role = "", member, ...title] = id.split(/\s+/);
  if (member === undefined)
    throw new Error(
      `"${id}" is not a valid IAM member id: use "b/BUCKET ROLE MEMBER", followed by the ` +
        "condition's title if there is one",
    );
  return { bucket: bucket.replace(/^b\//, ""), role, member, title: title.join(" ") };
}

function withCondition({ title, ...grant }: Imported, policy: ValueMap): Grant {
  const found = bindingsOf(policy).filter(
    ({ role, members, condition }) =>
      role === grant.role &&
      members.includes(grant.member) &&
      String(condition?.title ?? "") === title,
  );
  if (found.length > 1)
    throw new Error(
      `Cannot import IAM member with condition title "${title}", it matches multiple conditions`,
    );
  const [only] = found;
  if (only === undefined)
    throw new Error(
      `Cannot find binding for storage bucket "b/${grant.bucket}" with role "${grant.role}", member "${grant.member}", and condition title "${title}"`,
    );
  return { ...grant, condition: only.condition };
}

/** A bucket's name without the `b/` that the official plugin's state has. */
function shortName(bucket: Value | undefined): Value {
  return typeof bucket === "string" ? bucket.replace(/^b\//, "") : (bucket ?? null);
}
