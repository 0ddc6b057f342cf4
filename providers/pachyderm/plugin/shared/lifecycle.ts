import { type CreateRequest, type CreateResult, InitFailed } from "../../../kit/handler";
import type { ValueMap } from "../../../kit/values";
import { isAlreadyExists, ServerError } from "../api/errors";
import type { Connection } from "../connection/connection";
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
  connection: Connection,
  request: CreateRequest,
  thing: NewThing,
): Promise<CreateResult> {
  await refuseExisting(connection, request, thing);
  try {
    await settle(connection.api.client.patienceMs, thing.send, async () => {
      return (await thing.existing()) !== undefined;
    });
  } catch (error) {
    if (isAlreadyExists(error)) {
      throw existsAlready(connection, request, thing);
    }
    if (error instanceof OutcomeUnclear) {
      throw new InitFailed(thing.id, thing.state, [`${thing.what}: ${error.message}`]);
    }
    throw withContext(thing.what, error);
  }
  return { id: thing.id, state: thing.state };
}

/** Fails with the way to import it if the thing is there already; only reads. */
export async function refuseExisting(
  connection: Connection,
  request: CreateRequest,
  { existing, id }: Pick<NewThing, "existing" | "id">,
): Promise<void> {
  const found = await existing();
  if (found !== undefined) throw withRemedy(connection, found, request, id);
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
      throw withContext(what, error);
    }
  });
}

/** The server's refusal with the thing that it is about in front; other errors as they are. */
export function withContext(what: string, error: unknown): unknown {
  if (!(error instanceof ServerError)) return error;
  return new Error(`${what}: ${error.message}${projectAdvice(error)}`);
}

/** How to make the project that the server does not find; empty if it refuses something else. */
function projectAdvice({ serverMessage }: ServerError): string {
  const [, project] = /project "([^"\s]+)" not found/.exec(serverMessage) ?? [];
  if (project === undefined) return "";
  return `. Create the project with \`pachctl create project ${project}\`, or name one that exists`;
}

/** Something is in the new thing's place: the error says how to take it over. */
export function existsAlready(
  connection: Connection,
  request: CreateRequest,
  { what, id }: Pick<NewThing, "what" | "id">,
): Error {
  return withRemedy(connection, `${what} exists already`, request, id);
}

/**
 * Not with a `pulumi import` command: nothing here tells the resource's parent and provider, and
 * without them the command makes a second resource.
 */
function withRemedy(
  { settings }: Connection,
  found: string,
  { name }: CreateRequest,
  id: string,
): Error {
  const remedy =
    settings.importHint ??
    `give the resource "${name}" the option \`import: ${JSON.stringify(id)}\` for one \`pulumi up\``;
  return new Error(`${found}. To take it over, ${remedy}`);
}
