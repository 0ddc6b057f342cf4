import type { Call } from "./call";
import type { MessageType } from "./spec/messages";

/** One method of the API. */
export interface Rpc {
  readonly request: MessageType;
  /** The response is a list, sent as one line per element. */
  readonly stream: boolean;
  /** Does not require a token. */
  readonly open: boolean;
  /** The request is a list of messages, one per line; the handler gets `{ messages }`. */
  readonly clientStream: boolean;
  /** The part that runs first in its own transaction, if any, and is never rolled back. */
  begin?(call: Call): void;
  handle(call: Call): unknown;
}

interface Options<Request> extends Partial<Pick<Rpc, "stream" | "open" | "clientStream">> {
  readonly begin?: (request: Request, call: Call) => void;
}

/**
 * A method. `Request` is the TypeScript shape of the message: `call.request` was parsed with that
 * message's fields and has all of them, so the two agree by construction.
 */
export function rpc<Request>(
  request: MessageType,
  handle: (request: Request, call: Call) => unknown,
  options: Options<Request> = {},
): Rpc {
  const { begin } = options;
  return {
    request,
    stream: options.stream ?? false,
    open: options.open ?? false,
    clientStream: options.clientStream ?? false,
    ...(begin && { begin: (call: Call) => begin(call.request as Request, call) }),
    handle: (call) => handle(call.request as Request, call),
  };
}
