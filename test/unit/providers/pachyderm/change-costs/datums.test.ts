import assert from "node:assert/strict";
import fc from "fast-check";
import type { Value } from "../../../../../providers/kit/values";
import {
  allProcessed,
  countInput,
  hasCron,
  hasCross,
  pfsInputs,
  predictDatums,
} from "../../../../../providers/pachyderm/change-costs/datums";
import type { DatumRow } from "../../../../../providers/pachyderm/change-costs/rows";

const datum = (id: string, hash: string, size = 1, state?: string): DatumRow => ({
  datum: { id },
  ...(state && { state }),
  data: [{ file: { path: `/${id}` }, sizeBytes: String(size), hash }],
});
const pfs = (repo: string): Value => ({ pfs: { repo, glob: "/*" } });

const datums = fc
  .uniqueArray(
    fc.tuple(fc.stringMatching(/^[a-f]{1,2}$/), fc.constantFrom("x", "y"), fc.nat(100)),
    {
      selector: ([id]) => id,
    },
  )
  .map((all) => all.map(([id, hash, size]) => datum(id, hash, size)));

describe("The prediction of datums from lists", () => {
  it("skips the same id and files, processes another hash or a new id, and removes a missing id", () => {
    const before = [datum("a", "1"), datum("b", "1"), datum("gone", "1")];
    const after = [datum("a", "1"), datum("b", "2", 10), datum("new", "1", 5)];
    assert.deepEqual(predictDatums(before, after), {
      processed: 2,
      skipped: 1,
      total: 3,
      vanishing: 1,
      bytes: 15,
    });
  });

  it("processes failed and recovered datums again", () => {
    const before = [
      datum("a", "1", 1, "RECOVERED"),
      datum("b", "1", 1, "FAILED"),
      datum("c", "1", 1, "SKIPPED"),
    ];
    assert.equal(predictDatums(before, before).processed, 2);
  });

  it("processes or skips every datum, and none twice", () => {
    fc.assert(
      fc.property(datums, datums, (before, after) => {
        const found = predictDatums(before, after);
        assert.equal(found.processed + found.skipped, after.length);
        assert.equal(
          found.vanishing,
          before.length -
            after.filter((one) => before.some((old) => old.datum.id === one.datum.id)).length,
        );
        assert.equal(predictDatums(after, after).processed, 0);
        assert.equal(predictDatums([], after).processed, after.length);
        assert.equal(allProcessed(before, after).processed, after.length);
        assert.ok(found.bytes <= allProcessed(before, after).bytes);
      }),
    );
  });
});

describe("The number of an input's datums", () => {
  it("is the product for a cross and the sum for a union", () => {
    assert.deepEqual(
      countInput({ cross: [pfs("a"), { union: [pfs("b"), pfs("c")] }] }, [2000, 2, 1]),
      {
        count: 6000,
      },
    );
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 }), (counts) => {
        const parts = counts.map((_, index) => pfs(`r${index}`));
        const [sum, product] = [
          counts.reduce((x, y) => x + y, 0),
          counts.reduce((x, y) => x * y, 1),
        ];
        assert.deepEqual(countInput({ union: parts }, counts), { count: sum });
        assert.deepEqual(countInput({ cross: parts }, counts), { count: product });
      }),
    );
  });

  it("is unknown for joins, groups, crons and uncounted inputs, with the reason", () => {
    assert.deepEqual(countInput({ join: [pfs("a"), pfs("b")] }, [1, 1]), {
      unknown: "the datums of a join depend on file paths",
    });
    assert.ok("unknown" in countInput({ cross: [pfs("a"), { group: [pfs("b")] }] }, [1, 1]));
    assert.ok("unknown" in countInput({ cron: { name: "t" } }, []));
    assert.deepEqual(countInput({ union: [pfs("a"), pfs("b")] }, [1, undefined]), {
      unknown: "the datums of repo b are not counted",
    });
    assert.ok("unknown" in countInput(undefined, []));
  });

  it("is the same for the server's spelling, which has every kind of input", () => {
    const spelled: Value = {
      pfs: null,
      join: [],
      group: [],
      cross: [pfs("a"), pfs("b")],
      union: [],
      cron: null,
    };
    assert.deepEqual(countInput(spelled, [3, 2]), { count: 6 });
    assert.deepEqual(
      pfsInputs(spelled).map(({ repo }) => repo),
      ["a", "b"],
    );
    assert.equal(hasCron(spelled), false);
    assert.equal(hasCross(spelled), true);
    assert.equal(hasCross({ cross: [pfs("a")] }), false);
    assert.equal(hasCron({ union: [pfs("a"), { cron: { name: "t" } }] }), true);
  });
});
