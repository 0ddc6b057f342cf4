import type * as grpc from "@grpc/grpc-js";
import { toServiceError } from "./messages";

/** A gRPC method from an async function. */
export function unary<Request, Response>(
  call: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (incoming, callback) => {
    call(incoming.request).then(
      (response) => callback(null, response),
      (error) => callback(toServiceError(error)),
    );
  };
}
