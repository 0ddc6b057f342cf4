import type { CreateRequest } from "../../../kit/handler";
import { isAlreadyExists } from "../api/errors";
import type { Connection } from "../connection/connection";
import { existsAlready, withContext } from "../shared/lifecycle";

/** A repo or pipeline that a preview plans to make. */
export interface PlannedThing {
  /** What it is, for messages, such as `repo default/images`. */
  readonly what: string;
  readonly id: string;
  /** Whether the server has it now. */
  exists(): Promise<boolean>;
}

/**
 * What the user is told of the server's refusal of a planned create: the same as in an update, with
 * the way to import what exists already.
 */
export async function refusedCreate(
  connection: Connection,
  error: unknown,
  request: CreateRequest,
  thing: PlannedThing,
): Promise<unknown> {
  if (!isAlreadyExists(error)) return withContext(thing.what, error);
  if (await thing.exists()) return existsAlready(connection, request, thing);
  // it exists only in the preview's transaction
  return new Error(
    `${thing.what} is made twice: another resource of this program has the same name`,
  );
}
