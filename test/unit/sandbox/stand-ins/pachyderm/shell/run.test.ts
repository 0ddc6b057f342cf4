import assert from "node:assert/strict";
import type { World } from "../../../../../../sandbox/stand-ins/pachyderm/shell/commands";
import { runCommand, runScript } from "../../../../../../sandbox/stand-ins/pachyderm/shell/run";
import { NotUnderstood } from "../../../../../../sandbox/stand-ins/pachyderm/shell/syntax";

function worldOf(files: Readonly<Record<string, string>> = {}): World {
  return { files: new Map(Object.entries(files)), folders: new Set(["/pfs/out"]), seconds: 0 };
}

const FILES = { "/pfs/in/a": "1\n", "/pfs/in/b": "22\n", "/pfs/in/d/c": "333\n" };

/** The output of a script, with its exit status if that is not 0. */
function printed(script: string, env: Readonly<Record<string, string>> = {}, exitOnError = false) {
  const { status, stdout } = runScript(worldOf(FILES), script, env, { exitOnError });
  return status === 0 ? stdout : `${stdout}exit ${status}`;
}

describe("the shell of the sandbox's workers", () => {
  for (const [title, script, expected] of [
    ["prints words and quotations", `echo a 'b  c' "d  $X" e\\ f`, "a b  c d  x y e f\n"],
    ["splits values that are not quoted", "for w in $X; do echo $w; done", "x\ny\n"],
    ["finds files by pattern", "echo /pfs/*/[ab]", "/pfs/in/a /pfs/in/b\n"],
    ["leaves a pattern that matches nothing", "echo /pfs/none/*", "/pfs/none/*\n"],
    ["reads a file", "cat /pfs/in/b", "22\n"],
    ["takes the output of a command", "echo $(basename /pfs/in/a)-$(cat /pfs/in/a)", "a-1\n"],
    ["goes on after && and ||", "true && echo yes || echo no; false || echo else", "yes\nelse\n"],
    ["hands output on", "cat /pfs/in/b | grep -v 1 | cat", "22\n"],
    ["chooses by case", 'case abc in x) echo x;; a*|b) echo "a or b";; esac', "a or b\n"],
    ["chooses by if", "if [ -f /none ]; then echo 1; elif test -d /pfs/in; then echo 2; fi", "2\n"],
    ["compares", '[ "$X" = "x y" ] && [ 2 -gt 1 ] && [ ! -e /none ] && echo all', "all\n"],
    ["keeps what a subshell sets to itself", "a=1; (a=2; echo $a); echo $a", "2\n1\n"],
    ["ends by exit, with what was printed", "echo a; exit 3; echo b", "a\nexit 3"],
    ["ends a subshell by exit alone", "(exit 2); echo $?", "2\n"],
    ["lists a folder", "ls /pfs/in", "a\nb\nd\n"],
    ["fails for a missing file", "cat /none", "exit 1"],
    ["formats", "printf '%s=%s\\n' a b", "a=b\n"],
    ["skips comments and empty lines", "# nothing\n\necho a # b", "a\n"],
  ] as const)
    it(title, () => assert.equal(printed(script, { X: "x y" }), expected));

  it("ends at the first failure if requested", () => {
    assert.equal(printed("false; echo on", {}, true), "exit 1");
    assert.equal(printed("false || true; echo on", {}, true), "on\n");
  });

  it("writes, appends to and copies files, and discards output to /dev/null", () => {
    const world = worldOf(FILES);
    const script = `echo one > /pfs/out/x; (echo two; cat /pfs/in/a) >> /pfs/out/x
      cp -r /pfs/in/d /pfs/out/; cp /pfs/in/a /pfs/out/y; echo gone > /dev/null; echo e >&2`;
    const { stdout, stderr } = runScript(world, script, {});
    assert.deepEqual([stdout, stderr], ["", "e\n"]);
    const written = [...world.files].filter(([path]) => path.startsWith("/pfs/out/"));
    assert.deepEqual(Object.fromEntries(written), {
      "/pfs/out/x": "one\ntwo\n1\n",
      "/pfs/out/d/c": "333\n",
      "/pfs/out/y": "1\n",
    });
  });

  it("uses simulated time only for sleep", () => {
    const world = worldOf();
    runScript(world, "sleep 1.5; for i in 1 2; do sleep 2; done", {});
    assert.equal(world.seconds, 5.5);
  });

  it("runs a command without a shell", () => {
    assert.deepEqual(runCommand(worldOf(FILES), ["cat", "/pfs/in/a"]).stdout, "1\n");
  });

  for (const script of [
    "python train.py",
    "while true; do true; done",
    "f() { echo; }; f",
    `echo \${X:-y}`,
    "echo `date`",
    "sleep 1 &",
    "cat <<END",
    "echo 'open",
    "grep -E a|b /pfs/in/a",
    "ls -la /pfs/in",
    "sleep soon",
  ])
    it(`does not support ${script}`, () => {
      assert.throws(() => runScript(worldOf(FILES), script, {}), NotUnderstood);
    });
});
