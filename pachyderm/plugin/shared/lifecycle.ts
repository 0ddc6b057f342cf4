import { type CreateRequest, type CreateResult, InitFailed } from "../../../provider-kit/handler";
import type { ValueMap } from "../../../provider-kit/values";
import { isAlreadyExists, ServerError } from "../api/errors";
import type { Connection } from "../connection/connection";
import { importCommand } from "./id";
import { OutcomeUnclear, settle } from "./settle";

/** A thing that is to be made on the server. */
export interface NewThing {
  /** What it is, for messages, such as `repo default/images`. */
  readonly what: string;
  readonly id: string;
  /** The state of the resource once the thing is there. */
  readonly state: ValueMap;
  /** What is there already in its place, such as `repo default/images exists already`, if anything. */
  existing(): Promise<string | undefined>;
  send(): Promise<void>;
}

/**
 * Makes a thing that must not be there already. Where nobody can tell whether it was made, because
 * the connection broke, it stays in the state as partly made.
 */
export async function createOnce(
  { api }: Connection,
  request: CreateRequest,
  thing: NewThing,
): Promise<CreateResult> {
  await refuseExisting(request, thing);
  try {
    await settle(api.client.patienceMs, thing.send, async () => {
      return (await thing.existing()) !== undefined;
    });
  } catch (error) {
    if (isAlreadyExists(error)) {
      throw existsAlready(thing.what, request, thing.id);
    }
    if (error instanceof OutcomeUnclear) {
      throw new InitFailed(thing.id, thing.state, [`${thing.what}: ${error.message}`]);
    }
    throw naming(thing.what, error);
  }
  return { id: thing.id, state: thing.state };
}

/** Fails with the import command if the thing is there already; only reads. */
export async function refuseExisting(
  request: CreateRequest,
  { existing, id }: Pick<NewThing, "existing" | "id">,
): Promise<void> {
  const found = await existing();
  if (found !== undefined) throw withImportCommand(found, request, id);
}

/** Deletes a thing on the cluster where it was made; `deleteUnreachable` applies. */
export async function deleteHere(
  connection: Connection,
  what: string,
  state: ValueMap,
  remove: () => Promise<void>,
): Promise<void> {
  await connection.unlessUnreachable(what, async () => {
    await connection.requireSameCluster(state, what);
    try {
      await remove();
    } catch (error) {
      throw naming(what, error);
    }
  });
}

/** The server's refusal with the thing that it is about in front; other errors as they are. */
export function naming(what: string, error: unknown): unknown {
  return error instanceof ServerError ? new Error(`${what}: ${error.message}`) : error;
}

/** Something is in the new thing's place: the error has the command that adopts it. */
export function existsAlready(what: string, request: CreateRequest, id: string): Error {
  return withImportCommand(`${what} exists already`, request, id);
}

function withImportCommand(found: string, { type, name }: CreateRequest, id: string): Error {
  return new Error(`${found}. To manage it with this stack: ${importCommand(type, name, id)}`);
}
