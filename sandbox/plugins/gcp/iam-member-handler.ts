import { diffValues } from "../../../provider-kit/diff";
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
} from "../../../provider-kit/handler";
import { isMap, UNKNOWN, type Value, type ValueMap } from "../../../provider-kit/values";
import {
  keepSecrets,
  metaOf,
  missing,
  plainInputs,
  unknownProperties,
  withDefaults,
  withoutNotes,
} from "./bridged";
import { addMember, bindingOf, type Grant, removeMember } from "./iam-policy";
import type { Service } from "./service";
import { GoogleApiError, isGone } from "./storage-api";

const META = metaOf({ create: 1200 });
const REQUIRED = ["bucket", "role", "member"];
const CONDITION_PROPERTIES = ["title", "expression", "description"];

/** How often a policy is read and written again when somebody else changes it in between. */
const ATTEMPTS = 10;

/** The life of one member of one role on a bucket; the rest of the bucket's policy is not its own. */
export class IamMemberHandler implements ResourceHandler {
  constructor(private readonly service: () => Service) {}

  async check({ inputs: given, name }: CheckRequest): Promise<CheckResult> {
    const inputs = withoutNotes(given) as ValueMap;
    const failures = [
      ...unknownProperties("", inputs, [...REQUIRED, "condition"]),
      ...unknownProperties("condition.", inputs.condition, CONDITION_PROPERTIES),
      ...REQUIRED.filter((key) => inputs[key] === undefined).map((key) => missing(name, key)),
    ];
    const { condition } = inputs;
    const noted = isMap(condition) ? { ...inputs, condition: withDefaults(condition, {}) } : inputs;
    return { inputs: withDefaults(noted, {}), failures };
  }

  /** Nothing of a grant can be changed: another grant is another resource. */
  async diff({ inputs, oldState }: DiffRequest): Promise<Diff> {
    const before = plainInputs(oldState);
    const after = plainInputs(inputs);
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
      const state = { ...plain, condition: plain.condition ?? null, etag: UNKNOWN };
      return { id: "", state: keepSecrets(state, inputs) };
    }
    const grant = toGrant(plain);
    const policy = await this.#change(grant, addMember);
    return { id: idOf(grant), state: keepSecrets(toState(grant, policy), inputs) };
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const { id, inputs, state } = request;
    const imported = isImport(request);
    const grant = imported ? parseId(id) : toGrant(plainInputs(state));
    let policy: ValueMap;
    try {
      policy = await this.service().api.getIamPolicy(grant.bucket);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
    if (!bindingOf(policy, grant)?.members.includes(grant.member)) return undefined;
    const { bucket, role, member } = grant;
    return {
      id: idOf(grant),
      inputs: imported ? { bucket, role, member, __defaults: [] } : inputs,
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

  /** Reads, changes and writes the policy; again if somebody else was faster. */
  async #change(
    grant: Grant,
    change: (policy: ValueMap, grant: Grant) => ValueMap,
  ): Promise<ValueMap> {
    const { api } = this.service();
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
    condition: condition ?? null,
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

/** `b/BUCKET/ROLE/MEMBER`, and the title of the condition where there is one. */
function idOf({ bucket, role, member, condition }: Grant): string {
  const title = condition === undefined ? "" : `/${condition.title}`;
  return `b/${bucket}/${role}/${member}${title}`;
}

/** Reads an id for an import: `b/BUCKET ROLE MEMBER`, or with slashes. */
function parseId(id: string): Grant {
  const match = /^(?:b\/)?([^/ ]+)[ /]((?:.+\/)?roles\/[^/ ]+)[ /](\S+)$/.exec(id);
  if (match === null)
    throw new Error(`"${id}" is no id of an IAM member: write "b/BUCKET ROLE MEMBER"`);
  const [, bucket = "", role = "", member = ""] = match;
  return { bucket, role, member };
}

/** A bucket's name without the `b/` that the official plugin's state has. */
function shortName(bucket: Value | undefined): Value {
  return typeof bucket === "string" ? bucket.replace(/^b\//, "") : (bucket ?? null);
}
