import { checkDeclared, text } from "../../../kit/arguments";
import { diffValues } from "../../../kit/diff";
import {
  type CheckFailure,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type Diff,
  type DiffRequest,
  InitFailed,
  type ReadRequest,
  type ReadResult,
  type ResourceHandler,
  type UpdateRequest,
} from "../../../kit/handler";
import {
  containsUnknown,
  reveal,
  Secret,
  UNKNOWN,
  type Value,
  type ValueMap,
} from "../../../kit/values";
import { isAuthOff } from "../api/auth-errors";
import { Deadline } from "../api/deadline";
import type { Connection } from "../connection/connection";
import { RESOURCES } from "../schema/resources";
import { canUseAuth, diffLeftOut, isLeftOut } from "../shared/auth-required";
import { deleteHere, withContext } from "../shared/lifecycle";
import { settle } from "../shared/settle";

/** The outputs if auth is off: an empty token, as a server without auth accepts it. */
const NO_TOKEN = { token: new Secret(""), expiration: null, active: false };

/** Longer ones overflow in the server: Go counts a duration's nanoseconds in 63 bits. */
const MAX_TTL_SECONDS = 9_223_372_036;

/** A token is renewed in the last third of its life, as cert-manager does with certificates. */
const RENEWED_PART = 1 / 3;

/**
 * The lifecycle of a `pachyderm:index:RobotToken`. Its id is the robot's principal. A renewal is a
 * replacement, because the engine then revokes the old token last, when everything that used it has
 * the new one.
 */
export class RobotTokenHandler implements ResourceHandler {
  readonly #connection: () => Connection;
  readonly #now: () => number;

  /** @param now the clock, Unix time in milliseconds */
  constructor(connection: () => Connection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
  }

  async check({ inputs }: CheckRequest): Promise<CheckResult> {
    const failures = checkDeclared(inputs, RESOURCES["pachyderm:index:RobotToken"]);
    if (failures.length > 0) return { inputs, failures };
    const robot = reveal(inputs.robot ?? null);
    const ttl = reveal(inputs.ttl ?? null);
    return { inputs, failures: [...checkRobot(robot), ...checkTtl(ttl)] };
  }

  async diff({ oldInputs, oldState, inputs }: DiffRequest): Promise<Diff> {
    const changes = diffValues(makingOf(oldInputs), makingOf(inputs)).map((change) => ({
      ...change,
      replace: true,
    }));
    if (changes.length > 0) return { changes };
    if (this.#isOld(oldInputs, oldState)) {
      changes.push({ path: ["expiration"], kind: "update", replace: true });
      return { changes, between: "state-and-inputs" };
    }
    const leftOut = await diffLeftOut(this.#connection().api.auth, oldState, inputs);
    return { changes: leftOut, between: "state-and-inputs" };
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const { inputs, preview, urn, timeoutSeconds } = request;
    const robot = reveal(inputs.robot ?? null);
    const what = `token of robot ${containsUnknown(robot) ? "" : text(robot)}`.trim();
    if (preview) {
      await this.#connection().validation.look(urn, async () => {
        await this.#isActive(inputs, what);
      });
      return { id: "", state: this.#plannedState(inputs) };
    }
    const deadline = new Deadline("create", timeoutSeconds);
    return { id: principalOf(inputs), state: await this.#make(inputs, what, deadline) };
  }

  async read({ id, inputs, state }: ReadRequest): Promise<ReadResult | undefined> {
    const what = `token of ${id}`;
    const token = text(state.token);
    if (token === "" && !isLeftOut(state)) {
      throw new Error(
        `${what}: cannot be imported, because Pachyderm shows a token only once: let the ` +
          "stack create its own",
      );
    }
    await this.#connection().requireSameCluster(state, what);
    // a token that was skipped while auth was off is not gone: the next update creates it
    if (isLeftOut(state) || !(await this.#isActive(inputs, what))) {
      return { id, inputs, state: { ...state, ...NO_TOKEN } };
    }
    const live = await this.#connection().api.auth.describeToken(token);
    if (live === undefined) return undefined;
    return {
      id,
      inputs,
      state: { ...state, token: new Secret(token), expiration: live.expiration },
    };
  }

  /** Creates a token that was skipped; any other change that creates a token is a replacement. */
  async update(request: UpdateRequest): Promise<ValueMap> {
    const { id, inputs, oldState, preview, urn, timeoutSeconds } = request;
    const what = `token of ${id}`;
    if (preview) {
      if (!isLeftOut(oldState)) return { ...oldState, ...inputs };
      await this.#connection().validation.look(urn, async () => {
        await this.#isActive(inputs, what);
      });
      return { ...this.#plannedState(inputs), clusterId: oldState.clusterId ?? null };
    }
    await this.#connection().requireSameCluster(oldState, what);
    if (isLeftOut(oldState)) {
      return await this.#make(inputs, what, new Deadline("update", timeoutSeconds));
    }
    const token = text(oldState.token);
    const expiration = await this.#expiration(token, what);
    return { ...oldState, ...inputs, token: new Secret(token), expiration };
  }

  async delete({ id, state, timeoutSeconds }: DeleteRequest): Promise<void> {
    if (isLeftOut(state)) return;
    const deadline = new Deadline("delete", timeoutSeconds);
    await deleteHere(this.#connection(), `token of ${id}`, state, async () => {
      try {
        await this.#connection().api.auth.revokeToken(text(state.token), deadline);
      } catch (error) {
        if (!isAuthOff(error)) throw error; // without auth, tokens have no effect
      }
    });
  }

  #isActive(inputs: ValueMap, what: string): Promise<boolean> {
    return canUseAuth(this.#connection().api.auth, inputs, "robot token", what);
  }

  /**
   * Creates a token and returns the state; without a token if auth is off and the user allows that.
   */
  async #make(inputs: ValueMap, what: string, deadline: Deadline): Promise<ValueMap> {
    const clusterId = await this.#connection().clusterId();
    const known = { ...this.#plannedState(inputs), clusterId, active: true };
    if (!(await this.#isActive(inputs, what))) return { ...known, ...NO_TOKEN };
    const token = await this.#send(inputs, what, deadline);
    const made = { ...known, token: new Secret(token) };
    try {
      return { ...made, expiration: await this.#expiration(token, what) };
    } catch (error) {
      // the token must not be lost: nothing else could revoke it
      const reason = error instanceof Error ? error.message : String(error);
      throw new InitFailed(principalOf(inputs), { ...made, expiration: null }, [reason]);
    }
  }

  /** Requests a token only once: each request creates another one, and tokens cannot be listed. */
  async #send(inputs: ValueMap, what: string, deadline: Deadline): Promise<string> {
    const { api } = this.#connection();
    const ttl = reveal(inputs.ttl ?? null);
    let token = "";
    try {
      await settle(
        api.client.patienceMs,
        async () => {
          const seconds = typeof ttl === "number" ? ttl : undefined;
          token = await api.auth.makeRobotToken(text(inputs.robot), seconds, deadline);
        },
        async () => {
          throw new Error(
            `${what}: Pachyderm's response did not arrive, so there may now be an unknown ` +
              "token. To be safe, revoke all tokens of the robot: pachctl auth revoke --user " +
              `${principalOf(inputs)}`,
          );
        },
      );
    } catch (error) {
      throw withContext(what, error);
    }
    return token;
  }

  /** When the token expires, as reported by the server; null: never. */
  async #expiration(token: string, what: string): Promise<string | null> {
    const live = await this.#connection().api.auth.describeToken(token);
    if (live !== undefined) return live.expiration;
    throw new Error(
      `${what}: was revoked or has expired; \`pulumi up --refresh\` creates a new one`,
    );
  }

  /** Whether the token is near its expiration, or expired. */
  #isOld(oldInputs: ValueMap, oldState: ValueMap): boolean {
    const { expiration } = oldState;
    const ttl = reveal(oldInputs.ttl ?? null);
    if (typeof expiration !== "string" || typeof ttl !== "number") return false;
    return this.#now() >= Date.parse(expiration) - ttl * 1000 * RENEWED_PART;
  }

  #plannedState(inputs: ValueMap): ValueMap {
    const unknown = {
      token: UNKNOWN,
      expiration: UNKNOWN,
      active: UNKNOWN,
      clusterId: UNKNOWN,
    };
    const robot = reveal(inputs.robot ?? null);
    const principal = containsUnknown(robot) ? UNKNOWN : principalOf(inputs);
    return { ...inputs, principal, ...unknown };
  }
}

/** The arguments that identify a token. */
function makingOf({ ignoreWhenAuthDisabled: _, ...making }: ValueMap): ValueMap {
  return making;
}

function checkRobot(robot: Value): CheckFailure[] {
  if (typeof robot !== "string") return [];
  if (robot === "") return [{ reason: "robot: must not be empty" }];
  if (!robot.includes(":")) return [];
  const bare = robot.replace(/^robot:/, "");
  const hint = bare === robot || bare.includes(":") ? "" : `; use ${JSON.stringify(bare)}`;
  return [{ reason: `robot: must be the name alone, without a prefix or colons${hint}` }];
}

function checkTtl(ttl: Value): CheckFailure[] {
  if (typeof ttl !== "number") return [];
  if (Number.isInteger(ttl) && ttl > 0 && ttl <= MAX_TTL_SECONDS) return [];
  return [
    {
      reason:
        `ttl: must be an integer from 1 to ${MAX_TTL_SECONDS} (seconds), found ${ttl}; ` +
        "leave it out for a token that never expires",
    },
  ];
}

/** The principal for role bindings, such as `robot:seldon`. */
function principalOf(inputs: ValueMap): string {
  return `robot:${text(inputs.robot)}`;
}
