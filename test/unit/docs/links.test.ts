import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(__dirname, "../../..");
const documents = [
  join(root, "README.md"),
  ...readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(root, "docs", file)),
];

/** The anchors that GitHub gives to a document's headings. */
function anchorsOf(text: string): Set<string> {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, ""); // a comment in code is not a heading
  return new Set(
    [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** The broken links within the repository. */
function brokenLinks(document: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = join(dirname(document), path);
      if (!existsSync(target)) return true;
      if (anchor === undefined) return false;
      const linked = path === "" ? text : readFileSync(target, "utf8");
      return !anchorsOf(linked).has(anchor);
    });
}

describe("links", () => {
  for (const document of documents) {
    it(`in ${relative(root, document)} point to existing files and sections`, () => {
      assert.deepEqual(brokenLinks(document, readFileSync(document, "utf8")), []);
    });
  }

  it("are reported as broken if a file or a section is missing", () => {
    const text =
      "# Here\n\n[a](#here) [b](#there) [c](LICENSE) [d](nowhere.md) [e](https://x.org/)";
    assert.deepEqual(brokenLinks(join(root, "x.md"), text), ["#there", "nowhere.md"]);
  });
});
