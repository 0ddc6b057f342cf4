/** The etag of the n-th version of something, in the API's form: `CAE=` for 1, `CAI=` for 2. */
export function etagOf(version: number): string {
  const bytes = [0x08];
  for (let rest = version; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]).toString("base64");
    bytes.push((rest % 128) | 128);
  }
}
