import assert from "node:assert/strict";
import { type Gcs, startGcs } from "../../sandbox/stand-ins/gcs/server";
import { type RecordedExchange, readGcpRecording, withoutTimes } from "../support/gcp-recording";
import { jsonDifferences } from "../support/json-differences";

/** Where the stand-in differs from the recorded service on purpose, and why. */
const differences: Readonly<Record<string, string>> = {
  'up-update PATCH b/determined-seldon-detector, etag: "CAE=" became "CAI="':
    "a bucket's etag moves with its metageneration; the recorded service forgot to",
  'up-update GET b/determined-seldon-detector, etag: "CAE=" became "CAI="': "as above",
  'refresh GET b/determined-seldon-detector, etag: "CAE=" became "CAM="': "as above",
  'destroy PUT b/determined-seldon-detector/iam, etag: "CAI=" became "CAM="':
    "a policy's etag moves with every change; the recorded service forgot to without bindings",
  'destroy GET b/determined-seldon-detector/iam, etag: "CAI=" became "CAM="': "as above",
};

describe("the GCS stand-in, against the recorded traffic of the official gcp plugin", () => {
  let gcs: Gcs;

  before(async () => {
    gcs = await startGcs();
  });

  after(() => gcs.close());

  it("responds to every recorded request with the recorded status and body", async () => {
    const found = new Set<string>();
    let earlier = "";
    for (const exchange of readGcpRecording().traffic) {
      if (earlier === "up-update" && exchange.during === "refresh") await changeOutOfBand();
      earlier = exchange.during;
      for (const difference of await replay(exchange)) found.add(difference);
    }
    assert.deepEqual([...found].sort(), Object.keys(differences).sort());
  });

  async function replay(exchange: RecordedExchange): Promise<string[]> {
    const { status, answer } = await send(exchange);
    const path = new URL(exchange.path, gcs.address).pathname.replace("/storage/v1/", "");
    const step = `${exchange.during} ${exchange.method} ${path}`;
    assert.equal(status, exchange.status, step);
    const lines = jsonDifferences(withoutTimes(exchange.answer), withoutTimes(answer));
    return lines.map((line) => `${step}, ${line}`);
  }

  /** Changes that others made to the bucket between operations of the plugin. */
  async function changeOutOfBand(): Promise<void> {
    const { status } = await send({
      method: "PATCH",
      path: "/storage/v1/b/determined-seldon-detector",
      headers: { Authorization: "Bearer somebody-else" },
      body: { labels: { drift: "yes" }, versioning: { enabled: false } },
    });
    assert.equal(status, 200);
  }

  async function send(request: Pick<RecordedExchange, "method" | "path" | "headers" | "body">) {
    const response = await fetch(new URL(request.path, gcs.address), {
      method: request.method,
      headers: { ...request.headers, "content-type": "application/json" },
      body: request.body === null ? undefined : JSON.stringify(request.body),
    });
    const text = await response.text();
    return { status: response.status, answer: text === "" ? null : JSON.parse(text) };
  }
});
