import type { Log } from "../../../kit/engine-log";
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
  type UpdateRequest,
} from "../../../kit/handler";
import { UNKNOWN, type Value, type ValueMap } from "../../../kit/values";
import { isAuthOff, isNothingToBindTo } from "../api/auth-errors";
import { Deadline } from "../api/deadline";
import type { Connection } from "../connection/connection";
import { canUseAuth, diffLeftOut, isLeftOut } from "../shared/auth-required";
import {
  createOnce,
  deleteHere,
  type NewThing,
  refuseExisting,
  withContext,
} from "../shared/lifecycle";
import { checkBinding, unknownRoles } from "./check";
import { type BindingRef, describeResource, formatBindingId, parseBindingId } from "./id";
import { bindingRef, diffBinding, inputsOfRef, refInputs, rolesOf, withLiveRoles } from "./inputs";

/**
 * The lifecycle of a `pachyderm:index:RoleBinding`: the roles of one principal on one resource. It
 * does not touch the roles of other principals on that resource.
 */
export class RoleBindingHandler implements ResourceHandler {
  readonly #connection: () => Connection;
  readonly #log: Log;

  constructor(connection: () => Connection, log: Log) {
    this.#connection = connection;
    this.#log = log;
  }

  async check({ inputs, urn }: CheckRequest): Promise<CheckResult> {
    const failures = checkBinding(inputs);
    if (failures.length === 0) {
      for (const warning of unknownRoles(inputs)) await this.#log.log("warning", warning, urn);
    }
    return { inputs, failures };
  }

  async diff({ id, oldInputs, oldState, inputs }: DiffRequest): Promise<Diff> {
    const before = parseBindingId(id);
    const changes = diffBinding(before, oldInputs, inputs, this.#defaultProject());
    if (changes.length > 0) return { changes };
    const { auth } = this.#connection().api;
    const leftOut = await diffLeftOut(auth, oldState, inputs);
    return { changes: leftOut, between: "state-and-inputs" };
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const { inputs, preview } = request;
    if (preview) {
      await this.#previewCreate(request);
      return { id: "", state: this.#state(inputs, UNKNOWN, UNKNOWN) };
    }
    const deadline = new Deadline("create", request.timeoutSeconds);
    const ref = this.#ref(inputs);
    const clusterId = await this.#connection().clusterId();
    if (!(await this.#isActive(inputs, describe(ref)))) {
      return { id: formatBindingId(ref), state: this.#state(inputs, clusterId, false) };
    }
    const binding = this.#newBinding(ref, inputs, clusterId, deadline);
    return await createOnce(this.#connection(), request, binding);
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const { id, inputs, state } = request;
    const ref = parseBindingId(id);
    const what = describe(ref);
    await this.#connection().requireSameCluster(state, what);
    const clusterId = await this.#connection().clusterId();
    // a binding that was skipped while auth was off is not gone: the next update creates it
    if (isLeftOut(state) || !(await this.#isActive(inputs, what))) {
      return { id, inputs, state: { ...state, active: false, clusterId } };
    }
    const live = await this.#liveRoles(ref);
    if (live.length === 0) return undefined;
    const liveInputs = withLiveRoles(isImport(request) ? inputsOfRef(ref) : inputs, live);
    return { id, inputs: liveInputs, state: this.#state(liveInputs, clusterId, true) };
  }

  async update(request: UpdateRequest): Promise<ValueMap> {
    const { id, inputs, oldState, preview, urn, timeoutSeconds } = request;
    const ref = parseBindingId(id);
    const what = describe(ref);
    if (preview) {
      const { validation } = this.#connection();
      await validation.look(urn, async () => void (await this.#isActive(inputs, what)));
      return this.#state(inputs, oldState.clusterId ?? null, UNKNOWN);
    }
    await this.#connection().requireSameCluster(oldState, what);
    const active = await this.#isActive(inputs, what);
    if (active) {
      const roles = rolesOf(inputs) ?? [];
      if (isLeftOut(oldState)) await this.#refuseOthersRoles(ref, roles);
      await this.#setRoles(ref, roles, new Deadline("update", timeoutSeconds));
    }
    return this.#state(inputs, await this.#connection().clusterId(), active);
  }

  async delete({ id, state, timeoutSeconds }: DeleteRequest): Promise<void> {
    const deadline = new Deadline("delete", timeoutSeconds);
    const ref = parseBindingId(id);
    if (isLeftOut(state)) return;
    await deleteHere(this.#connection(), describe(ref), state, async () => {
      try {
        await this.#connection().api.auth.setRoles(ref.resource, ref.principal, [], deadline);
      } catch (error) {
        // without auth, or without the resource, no principal has roles
        if (!isAuthOff(error) && !isNothingToBindTo(error)) throw error;
      }
    });
  }

  #isActive(inputs: ValueMap, what: string): Promise<boolean> {
    return canUseAuth(this.#connection().api.auth, inputs, "role binding", what);
  }

  async #previewCreate(request: CreateRequest): Promise<void> {
    const { inputs, urn } = request;
    const ref = bindingRef(inputs, this.#defaultProject());
    await this.#connection().validation.look(urn, async () => {
      const what = ref === undefined ? "role binding" : describe(ref);
      if (!(await this.#isActive(inputs, what)) || ref === undefined) return;
      const binding = this.#newBinding(ref, inputs, UNKNOWN);
      await refuseExisting(this.#connection(), request, binding);
    });
  }

  #newBinding(ref: BindingRef, inputs: ValueMap, clusterId: Value, deadline?: Deadline): NewThing {
    return {
      what: describe(ref),
      id: formatBindingId(ref),
      state: this.#state(inputs, clusterId, true),
      existing: async () => {
        const live = await this.#liveRoles(ref);
        return live.length === 0 ? undefined : alreadyThere(ref, live);
      },
      send: () => this.#setRoles(ref, rolesOf(inputs) ?? [], deadline),
    };
  }

  /** Roles that were granted while the binding was skipped are not ours. */
  async #refuseOthersRoles(ref: BindingRef, roles: readonly string[]): Promise<void> {
    const live = await this.#liveRoles(ref);
    if (live.length === 0 || live.every((role) => roles.includes(role))) return;
    throw new Error(
      `${alreadyThere(ref, live)}, which this stack did not grant: revoke them, or remove ` +
        "the role binding from the stack's state with `pulumi state delete` and import it",
    );
  }

  async #liveRoles(ref: BindingRef): Promise<string[]> {
    try {
      return await this.#connection().api.auth.roles(ref.resource, ref.principal);
    } catch (error) {
      throw withContext(describe(ref), error);
    }
  }

  async #setRoles(
    ref: BindingRef,
    roles: readonly string[],
    deadline: Deadline | undefined,
  ): Promise<void> {
    const { resource, principal } = ref;
    try {
      await this.#connection().api.auth.setRoles(resource, principal, roles, deadline);
    } catch (error) {
      if (isNothingToBindTo(error)) {
        throw new Error(`${describe(ref)}: ${describeResource(resource)} does not exist`);
      }
      throw withContext(describe(ref), error);
    }
  }

  #ref(inputs: ValueMap): BindingRef {
    const ref = bindingRef(inputs, this.#defaultProject());
    if (ref === undefined) throw new Error("the role binding's resource is not known yet");
    return ref;
  }

  #state(inputs: ValueMap, clusterId: Value, active: Value): ValueMap {
    const { project = null } = refInputs(inputs, this.#defaultProject());
    return { ...inputs, project, active, clusterId };
  }

  #defaultProject(): string {
    return this.#connection().settings.project;
  }
}

function describe({ principal, resource }: BindingRef): string {
  return `role binding of ${principal} on ${describeResource(resource)}`;
}

function alreadyThere({ principal, resource }: BindingRef, live: readonly string[]): string {
  return `${principal} already has roles on ${describeResource(resource)} (${live.join(", ")})`;
}
