import { type CreateRequest, type CreateResult, InitFailed } from "../../../kit/handler";
import { shellQuote } from "../../../kit/shell-quote";
import type { ValueMap } from "../../../kit/values";
import { isAlreadyExists, ServerError } from "../api/errors";
import type { Connection } from "../connection/connection";
import { OutcomeUnclear, settle } from "./settle";

/** Something to create on the server. */
export interface NewThing {
  /** Its kind and id for messages, such as `repo default/images`. */
  readonly what: string;
  readonly id: string;
  /** The state of the resource once the object exists. */
  readonly state: ValueMap;
  /**
   * Describes the object that already exists under its id, if any, such as `repo default/images
   * already exists`.
   */
  existing(): Promise<string | undefined>;
  send(): Promise<void>;
}

/**
 * Creates something that must not exist yet. If the connection breaks and it is unknown whether it
 * was created, it stays in the state as partly created.
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
      throw alreadyExists(connection, request, thing);
    }
    if (error instanceof OutcomeUnclear) {
      throw new InitFailed(thing.id, thing.state, [`${thing.what}: ${error.message}`]);
    }
    throw withContext(thing.what, error);
  }
  return { id: thing.id, state: thing.state };
}

/** Fails, and says how to import the object, if it already exists; only reads. */
export async function refuseExisting(
  connection: Connection,
  request: CreateRequest,
  { existing, id }: Pick<NewThing, "existing" | "id">,
): Promise<void> {
  const found = await existing();
  if (found !== undefined) throw withRemedy(connection, found, request, id);
}

/** Deletes an object on the cluster where it was created; `deleteUnreachable` applies. */
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

/** The server's refusal, prefixed with what it is about; other errors unchanged. */
export function withContext(what: string, error: unknown): unknown {
  if (!(error instanceof ServerError)) return error;
  return new Error(`${what}: ${error.message}${projectAdvice(error)}`);
}

/** How to create the project that the server does not find; empty for other refusals. */
function projectAdvice({ serverMessage }: ServerError): string {
  const [, project] = /project "([^"\s]+)" not found/.exec(serverMessage) ?? [];
  if (project === undefined) return "";
  return `. Create the project with \`pachctl create project ${project}\`, or set one that exists`;
}

/** An object with this id already exists: the error says how to adopt it. */
export function alreadyExists(
  connection: Connection,
  request: CreateRequest,
  { what, id }: Pick<NewThing, "what" | "id">,
): Error {
  return withRemedy(connection, `${what} already exists`, request, id);
}

/**
 * On request (`--replace`, `pulumi state taint`), the engine replaces a resource by creating the
 * new one first, without consulting the provider. Pachyderm cannot have two objects with one name.
 */
function recreateAdvice(urn: string): string {
  const quoted = shellQuote(urn);
  return (
    "because Pulumi creates a replacement before it deletes the old resource: run the command " +
    `without --replace (after \`pulumi state taint\`, first run \`pulumi state untaint ${quoted}\`). ` +
    "To process all data again, change `reprocess`; to start from scratch, run " +
    `\`pulumi destroy --target ${quoted} --target-dependents\`, which deletes the data, then \`pulumi up\``
  );
}

/**
 * Does not suggest a `pulumi import` command: the resource's parent and provider are not known
 * here, and without them the command creates a second resource.
 */
function withRemedy(
  { settings, costs }: Connection,
  found: string,
  { name, urn }: CreateRequest,
  id: string,
): Error {
  if (costs.isOwn(urn, id)) return new Error(`${found}, ${recreateAdvice(urn)}`);
  const remedy =
    settings.importHint ??
    `set the option \`import: ${JSON.stringify(id)}\` on the resource "${name}" for one ` +
      "`pulumi up`";
  return new Error(`${found}. To adopt it, ${remedy}`);
}
