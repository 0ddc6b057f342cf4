import assert from "node:assert/strict";
import fc from "fast-check";
import { isMap, type Value, type ValueMap } from "../../../../../providers/kit/values";
import { canonicalSpec } from "../../../../../providers/pachyderm/spec/canonical";
import { checkSpec } from "../../../../../providers/pachyderm/spec/check";
import { diffSpecs, specsEqual } from "../../../../../providers/pachyderm/spec/compare";
import { mergeDrift } from "../../../../../providers/pachyderm/spec/drift";
import {
  type Field,
  type FieldType,
  MESSAGES,
  ROOT,
} from "../../../../../providers/pachyderm/spec/fields";
import { fromUserSpecJson, toRequestJson } from "../../../../../providers/pachyderm/spec/request";
import {
  arbitrarySpec,
  edited,
  omitted,
  possibleEdits,
  possibleOmissions,
  respell,
} from "./arbitrary-spec";

const OPTIONS = { project: "default" };
const arbitraryChoices = fc.infiniteStream(fc.boolean());

function chooser(choices: Iterator<boolean>): () => boolean {
  return () => choices.next().value === true;
}

/** Two specs that are often similar. */
const arbitraryPair = fc
  .tuple(arbitrarySpec, arbitrarySpec, arbitraryChoices, fc.nat())
  .map(([spec, other, choices, number]): [Value, Value] => {
    const choose = chooser(choices);
    if (choose()) return [spec, other];
    const edits = possibleEdits(spec);
    const edit = edits[number % edits.length];
    const near = edit === undefined ? other : edited(spec, edit.path, edit.value);
    return [respell(spec, choose), respell(near, choose)];
  });

describe("of any spec", () => {
  it("the canonical form is its own canonical form", () => {
    fc.assert(
      fc.property(arbitrarySpec, (spec) => {
        const canonical = canonicalSpec(spec, OPTIONS);
        assert.deepEqual(canonicalSpec(canonical, OPTIONS), canonical);
      }),
    );
  });

  it("every equivalent spelling is equal, and a refresh leaves it unchanged", () => {
    fc.assert(
      fc.property(arbitrarySpec, arbitraryChoices, (spec, choices) => {
        const other = respell(spec, chooser(choices));
        assert.deepEqual(diffSpecs(spec, other, OPTIONS), []);
        assert.ok(specsEqual(spec, other, OPTIONS));
        assert.equal(mergeDrift(other, spec, OPTIONS), other);
      }),
    );
  });

  it("a change of one value is reported at exactly that value", () => {
    fc.assert(
      fc.property(arbitrarySpec, fc.nat(), (spec, number) => {
        const edits = possibleEdits(spec);
        const edit = edits[number % edits.length];
        assert.ok(edit !== undefined, "there is always the pipeline's name");
        assert.deepEqual(diffSpecs(spec, edited(spec, edit.path, edit.value), OPTIONS), [
          { kind: "update", path: edit.path },
        ]);
      }),
    );
  });

  it("an added or removed field or item is reported as exactly that", () => {
    fc.assert(
      fc.property(arbitrarySpec, fc.nat(), arbitraryChoices, (spec, number, choices) => {
        const omissions = possibleOmissions(spec);
        const path = omissions[number % omissions.length];
        assert.ok(path !== undefined, "there is always the input");
        const less = omitted(spec, path);
        assert.deepEqual(diffSpecs(spec, less, OPTIONS), [{ kind: "delete", path }]);
        assert.deepEqual(diffSpecs(less, spec, OPTIONS), [{ kind: "add", path }]);
        // the path is in the user's spelling, even if the other spec has a different one
        const respelled = respell(less, chooser(choices));
        assert.deepEqual(
          diffSpecs(respelled, spec, OPTIONS).map((change) => change.path),
          [path],
        );
      }),
    );
  });

  it("a difference to another spec is found if and only if they are not equal", () => {
    fc.assert(
      fc.property(arbitraryPair, ([a, b]) => {
        assert.equal(diffSpecs(a, b, OPTIONS).length === 0, specsEqual(a, b, OPTIONS));
      }),
    );
  });

  it("merging drift into it leaves no drift", () => {
    fc.assert(
      fc.property(arbitraryPair, ([old, live]) => {
        assert.deepEqual(diffSpecs(mergeDrift(old, live, OPTIONS), live, OPTIONS), []);
      }),
    );
  });

  it("the sent spec reads back as equal", () => {
    fc.assert(
      fc.property(arbitrarySpec, (spec) => {
        const back = fromUserSpecJson(toRequestJson(spec, OPTIONS));
        assert.deepEqual(diffSpecs(spec, back, OPTIONS), []);
      }),
    );
  });

  it("its spelling does not change what the check finds", () => {
    fc.assert(
      fc.property(arbitrarySpec, arbitraryChoices, (spec, choices) => {
        const reasons = (value: Value): string[] =>
          checkSpec(value, OPTIONS)
            .failures.map(({ path, reason }) => `${path.length} ${reason}`)
            .sort();
        assert.deepEqual(reasons(respell(spec, chooser(choices))), reasons(spec));
      }),
    );
  });
});

describe("of any tree of inputs", () => {
  const leaf = fc
    .record({ repo: fc.constantFrom("a", "b", "c"), glob: fc.constantFrom("/", "/*", "x") })
    .map((pfs): ValueMap => ({ pfs }));
  const tree = fc.letrec<{ input: ValueMap }>((tie) => ({
    input: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc
        .record({
          kind: fc.constantFrom("cross", "union", "join", "group"),
          items: fc.array(tie("input"), { minLength: 1, maxLength: 4 }),
        })
        .map(({ kind, items }): ValueMap => ({ [kind]: items })),
    ),
  })).input;
  const spec = (input: Value): Value => ({ pipeline: { name: "p" }, input });

  /**
   * The tree with the items of its unions reversed, with or without those below a join or a group.
   */
  function turned(input: ValueMap, belowJoins: boolean): ValueMap {
    return Object.fromEntries(
      Object.entries(input).map(([kind, items]) => {
        if (!Array.isArray(items)) return [kind, items];
        const isJoin = kind === "join" || kind === "group";
        if (isJoin && !belowJoins) return [kind, items];
        const inside = items.map((item) => turned(item as ValueMap, belowJoins));
        return [kind, kind === "union" ? inside.reverse() : inside];
      }),
    );
  }

  it("a different order in its unions is neither a change nor drift", () => {
    fc.assert(
      fc.property(tree, (input) => {
        const [before, after] = [spec(input), spec(turned(input, false))];
        assert.deepEqual(diffSpecs(before, after, OPTIONS), []);
        assert.ok(specsEqual(before, after, OPTIONS));
        assert.equal(mergeDrift(before, after, OPTIONS), before);
      }),
    );
  });

  it("a difference is found if and only if they are not equal, and merging leaves none", () => {
    const pair = fc.oneof(
      fc.tuple(tree, tree),
      tree.map((input) => [input, turned(input, true)] as const),
    );
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const [before, after] = [spec(one), spec(other)];
        const isEqual = specsEqual(before, after, OPTIONS);
        assert.equal(diffSpecs(before, after, OPTIONS).length === 0, isEqual);
        assert.ok(specsEqual(mergeDrift(before, after, OPTIONS), after, OPTIONS));
      }),
    );
  });
});

describe("null in any spec", () => {
  it("is refused only for lists and maps, at their path", () => {
    const root: FieldType = { kind: "message", message: ROOT };
    fc.assert(
      fc.property(arbitrarySpec, fc.nat(), (spec, number) => {
        const refs = fieldsIn(root, spec, []).filter(
          // a required field cannot be null for that reason
          ({ path, field }) => !field.required && path[0] !== "pipeline",
        );
        const ref = refs[number % refs.length];
        assert.ok(ref !== undefined, "there is always the input");
        const { failures } = checkSpec(edited(spec, [...ref.path], null), OPTIONS);
        const reported = failures.some(
          ({ path, reason }) => /found null/.test(reason) && path.join(".") === ref.path.join("."),
        );
        const { kind } = ref.field.type;
        assert.equal(reported, kind === "list" || kind === "map", ref.path.join("."));
      }),
    );
  });

  function fieldsIn(
    type: FieldType,
    value: Value,
    path: readonly (string | number)[],
  ): { path: readonly (string | number)[]; field: Field }[] {
    if (type.kind === "list" && Array.isArray(value)) {
      return value.flatMap((item, index) => fieldsIn(type.item, item, [...path, index]));
    }
    if (type.kind !== "message" || !isMap(value)) return [];
    return Object.entries(value).flatMap(([key, item]) => {
      const field = MESSAGES[type.message].fields[key];
      if (field === undefined) return [];
      return [{ path: [...path, key], field }, ...fieldsIn(field.type, item, [...path, key])];
    });
  }
});

describe("of any JSON", () => {
  it("the check finds a problem and never throws", () => {
    // without a name, which every pipeline needs
    const keys = fc.constantFrom("pipeline", "input", "pfs", "cross", "transform", "secrets", "x");
    const junk = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<Value>(null, true, 0, -1.5, "", "x"),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(keys, tie("value"), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(junk, junk, (spec, other) => {
        assert.ok(checkSpec(spec, OPTIONS).failures.length > 0);
        assert.equal(
          diffSpecs(spec, other, OPTIONS).length === 0,
          specsEqual(spec, other, OPTIONS),
        );
      }),
    );
  });
});
