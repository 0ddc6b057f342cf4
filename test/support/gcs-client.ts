const TOKEN: Record<string, string> = { authorization: "Bearer anything" };

/** Calls the stand-in for GCS at an address such as `http://127.0.0.1:1`. */
export async function callAt(
  address: string,
  verb: string,
  path: string,
  body?: unknown,
  headers = TOKEN,
) {
  const response = await fetch(new URL(path, address), {
    method: verb,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, answer: text === "" ? undefined : JSON.parse(text) };
}
