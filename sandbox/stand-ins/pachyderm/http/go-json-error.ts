/** The error of Go's encoding/json for invalid JSON, in the cases that clients encounter. */
export function goJsonError(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = (error as Error).message;
    if (message.includes("end of JSON input")) return "unexpected EOF";
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? text.search(/\S/));
    const place =
      /[{,]\s*$/.test(text.slice(0, at)) && text.trimStart().startsWith("{")
        ? "object key string"
        : "value";
    return `invalid character '${text[at] ?? ""}' looking for beginning of ${place}`;
  }
}
