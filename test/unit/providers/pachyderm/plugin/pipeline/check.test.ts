import assert from "node:assert/strict";
import type { Value, ValueMap } from "../../../../../../providers/kit/values";
import { PachydermPlugin } from "../../../../../../providers/pachyderm/plugin/plugin";
import {
  type Pachyderm,
  startPachyderm,
} from "../../../../../../sandbox/stand-ins/pachyderm/server";
import { ManagedResource } from "../../../../../support/managed-resource";
import { RecordingLog } from "../../../../../support/recording-log";

describe("the check of pipelines by the plugin", () => {
  let server: Pachyderm;
  let plugin: PachydermPlugin;
  const log = new RecordingLog();

  async function start(version: string): Promise<void> {
    server = await startPachyderm({ version });
    plugin = new PachydermPlugin("0.0.0", log, { environment: {} });
    await plugin.configure({ address: server.address }, undefined);
    log.messages.length = 0;
  }
  afterEach(async () => {
    await plugin.close();
    await server.close();
  });

  function check(spec: ValueMap): Promise<ValueMap> {
    const name = "pachyderm:index:Pipeline";
    const input = { pfs: { repo: "in", glob: "/" } };
    const whole = { pipeline: { name: "p" }, input, transform: { image: "img:1" }, ...spec };
    return new ManagedResource(plugin, name, "p").check({ spec: whole });
  }

  const referring = { input: { pfs: { repo: "in", glob: "/", reference: true } } };

  it("refuses a field that the server's version does not support", async () => {
    await start("2.11.6");
    await assert.rejects(
      check(referring),
      /^Error: spec\.input\.pfs\.reference: requires Pachyderm 2\.12 or newer, and the server is/,
    );
  });

  it("accepts such a field if the server supports it", async () => {
    await start("2.12.0");
    await check(referring);
  });

  it("warns only once about pipelines without an image", async () => {
    await start("2.12.0");
    for (const name of ["a", "b", "c"])
      await check({ pipeline: { name }, transform: { cmd: ["x"] } });
    assert.deepEqual(log.takeWarnings(), [
      "spec.transform.image: is not set, so the default image of the project or " +
        "the cluster runs (ubuntu:20.04 if neither sets one); this warning is not " +
        "repeated for other pipelines",
    ]);
  });

  it("warns about every other problem for each pipeline", async () => {
    await start("2.12.0");
    for (const name of ["a", "b"]) await check({ pipeline: { name }, salt: "x" });
    assert.equal(log.takeWarnings().length, 2);
  });

  it("refuses a spec that is nested too deeply in one line", async () => {
    await start("2.12.0");
    let input: Value = { pfs: { repo: "in", glob: "/" } };
    for (let depth = 0; depth < 1_000; depth++) input = { cross: [input] };
    await assert.rejects(check({ input }), /^Error: spec: is nested deeper than 100 objects/);
  });
});
