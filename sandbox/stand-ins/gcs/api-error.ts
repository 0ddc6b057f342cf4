/** An error response of the API. */
export class ApiError extends Error {
  constructor(
    /** The HTTP status. */
    readonly code: number,
    /** The API's name for the kind of error: https://docs.cloud.google.com/storage/docs/json_api/v1/status-codes */
    readonly reason: string,
    message: string,
    /** The part of the request that is invalid, such as the header `Authorization`. */
    readonly location?: { readonly locationType: string; readonly location: string },
  ) {
    super(message);
  }

  get body(): object {
    const { code, message, reason, location } = this;
    return {
      error: { code, message, errors: [{ message, domain: "global", reason, ...location }] },
    };
  }
}

export const invalid = (message: string) => new ApiError(400, "invalid", message);

export const conflict = (message: string) => new ApiError(409, "conflict", message);

export const forbidden = (message: string) => new ApiError(403, "forbidden", message);

export const notFound = (message: string) => new ApiError(404, "notFound", message);

export const conditionNotMet = (message: string) => new ApiError(412, "conditionNotMet", message);
