/** The gRPC status codes of Pachyderm's errors, and their HTTP statuses in its gateway. */
export const Code = {
  Canceled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  Aborted: 10,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  Unauthenticated: 16,
} as const;

/** https://github.com/grpc-ecosystem/grpc-gateway/blob/v2.20.0/runtime/errors.go */
const HTTP_STATUS: Readonly<Record<number, number>> = {
  [Code.Canceled]: 499,
  [Code.InvalidArgument]: 400,
  [Code.Unauthenticated]: 401,
  [Code.PermissionDenied]: 403,
  [Code.NotFound]: 404,
  [Code.AlreadyExists]: 409,
  [Code.Aborted]: 409,
  [Code.Unimplemented]: 501,
  [Code.Unavailable]: 503,
};

/** An error as a Pachyderm client sees it. */
export class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly details: readonly object[] = [],
  ) {
    super(message);
  }

  get httpStatus(): number {
    return HTTP_STATUS[this.code] ?? 500;
  }

  get body(): object {
    return { code: this.code, message: this.message, details: this.details };
  }
}

/** Most refusals: pachd returns errors without a status with the code "unknown" (HTTP 500). */
export const refusal = (message: string) => new RpcError(Code.Unknown, message);
export const notFound = (message: string) => new RpcError(Code.NotFound, message);
export const alreadyExists = (message: string) => new RpcError(Code.AlreadyExists, message);
export const invalidArgument = (message: string) => new RpcError(Code.InvalidArgument, message);

/** The response of 2.12 when its handlers dereference nil. */
export const panic = () =>
  new RpcError(
    Code.Aborted,
    "panic: runtime error: invalid memory address or nil pointer dereference",
  );

/** Prefixes the message of an RpcError that `action` throws, like Go's errors.Wrap. */
export function wrapped<T>(prefix: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof RpcError)
      throw new RpcError(error.code, `${prefix}: ${error.message}`, error.details);
    throw error;
  }
}

/** The field validation that pachd runs before a handler: a required message. */
export function required<T>(value: T | null | undefined, field: string): T {
  if (value === null || value === undefined)
    throw invalidArgument(`validate request: invalid ${field}: value is required`);
  return value;
}
