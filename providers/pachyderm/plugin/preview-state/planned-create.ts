import type { CreateRequest } from "../../../kit/handler";
import { isAlreadyExists } from "../api/errors";
import type { Connection } from "../connection/connection";
import { alreadyExists, withContext } from "../shared/lifecycle";

/** A repo or pipeline that a preview plans to create. */
export interface PlannedThing {
  /** Its kind and id for messages, such as `repo default/images`. */
  readonly what: string;
  readonly id: string;
  /** Whether it exists on the server now. */
  exists(): Promise<boolean>;
}

/**
 * The error for the server's refusal of a planned create. As in an update, it says how to import
 * what already exists.
 */
export async function refusedCreate(
  connection: Connection,
  error: unknown,
  request: CreateRequest,
  thing: PlannedThing,
): Promise<unknown> {
  if (!isAlreadyExists(error)) return withContext(thing.what, error);
  if (await thing.exists()) return alreadyExists(connection, request, thing);
  // it exists only in the preview's transaction
  return new Error(
    `${thing.what} is planned twice: another resource of this program has the same name`,
  );
}
