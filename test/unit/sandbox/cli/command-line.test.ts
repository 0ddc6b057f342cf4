import assert from "node:assert/strict";
import { parseCommand } from "../../../../sandbox/cli/arguments";
import { serviceTable } from "../../../../sandbox/cli/status";

describe("the sandbox's command line", () => {
  const parse = (line: string) => parseCommand(line.split(" ").filter((word) => word !== ""));

  it("starts the default sandbox without arguments", () => {
    const expected = {
      command: "run",
      name: "sandbox",
      pachyderm: undefined,
      namespace: undefined,
      kubeconfig: undefined,
    };
    assert.deepEqual(parse(""), expected);
  });

  it("uses real systems instead of the stand-ins", () => {
    assert.deepEqual(
      parse("--name sandbox-2 --pachyderm grpc://p:650 --namespace n --kubeconfig k"),
      {
        command: "run",
        name: "sandbox-2",
        pachyderm: "grpc://p:650",
        namespace: "n",
        kubeconfig: "k",
      },
    );
  });

  it("parses its commands", () => {
    assert.deepEqual(parse("env"), { command: "env", name: "sandbox" });
    assert.deepEqual(parse("status --name sandbox-2"), { command: "status", name: "sandbox-2" });
    assert.deepEqual(parse("down"), {
      command: "down",
      name: "sandbox",
      wipe: false,
      yes: false,
    });
    const wipe = { command: "down", name: "sandbox", wipe: true };
    assert.deepEqual(parse("down --wipe"), { ...wipe, yes: false });
    assert.deepEqual(parse("down --wipe --yes"), { ...wipe, yes: true });
    const service = { name: "sandbox", service: "pachyderm" };
    assert.deepEqual(parse("stop pachyderm"), { command: "stop", ...service });
    assert.deepEqual(parse("start pachyderm"), { command: "start", ...service });
    const put = { command: "put", name: "sandbox" };
    assert.deepEqual(parse("put in a.txt b.txt"), {
      ...put,
      repo: "in",
      files: ["a.txt", "b.txt"],
    });
    assert.deepEqual(parse("put lab/in a.txt"), { ...put, repo: "lab/in", files: ["a.txt"] });
    assert.deepEqual(parse("env --help"), { command: "help" });
  });

  const refused: [string, RegExp][] = [
    ["up", /unknown command "up"/],
    ["--nmae sandbox", /unknown option --nmae; expected one of --name, /],
    ["--name dev", /"dev" is not a valid sandbox name/],
    ["stop", /`stop` requires the name of a service/],
    ["put", /`put` requires the name of a repo and files/],
    ["put in", /`put` requires the name of a repo and files/],
    ["put in@master a.txt", /"in@master" is not a valid repo: write REPO or PROJECT\/REPO/],
    ["stop gcs etcd", /unexpected argument "etcd"/],
    ["env gcs", /unexpected argument "gcs"/],
    ["down --yes", /--yes is only valid with `down --wipe`/],
    ["env --wipe", /--wipe is only valid with `down`/],
    ["status --pachyderm x", /--pachyderm is only valid when starting a sandbox/],
    ["env --namespace x", /--namespace is only valid when starting a sandbox/],
    ["--pachyderm p:650", /--pachyderm requires --kubeconfig FILE/],
    [
      "--pachyderm ftp://p --kubeconfig k",
      /^Error: --pachyderm: "ftp:\/\/p" is not a valid address/,
    ],
    ["--namespace Team", /^Error: --namespace: "Team" may contain only lowercase/],
    ["down --kubeconfig x", /--kubeconfig is only valid when starting a sandbox/],
  ];
  for (const [line, problem] of refused) {
    it(`refuses \`${line}\``, () => assert.throws(() => parse(line), problem));
  }

  it("names the option and value if the address contains a space", () => {
    assert.throws(
      () => parseCommand(["--pachyderm", "foo bar", "--kubeconfig", "k"]),
      /^Error: --pachyderm: "foo bar" is not a valid address/,
    );
  });
});

describe("the table of services", () => {
  it("shows name, state, address and pid", () => {
    const process = { pid: 7, started: "1" };
    const services = [
      { name: "gcs", address: "http://127.0.0.1:1", process, runs: true },
      { name: "pachyderm", address: "127.0.0.1:2", runs: false },
      { name: "kubernetes", address: "https://k:6443", external: true, runs: true },
    ];
    assert.deepEqual(serviceTable(services), [
      "  gcs         running      http://127.0.0.1:1        pid 7",
      "  pachyderm   not running  127.0.0.1:2",
      "  kubernetes  running      https://k:6443            real",
    ]);
  });
});
