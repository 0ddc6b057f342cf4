import type { Work } from "../call";
import { branchKey, type RepoName } from "../names";
import { notFound, required } from "../rpc-error";
import { hasBranch } from "./branch-records";
import { branchView } from "./branches";
import { provenanceOf, subvenanceOf } from "./provenance";
import { keyOf } from "./repo-records";

export interface WalkRequest {
  readonly start: readonly {
    readonly name: {
      readonly repo: { readonly name: RepoName | null } | null;
      readonly name: string;
    } | null;
  }[];
  /** The maximum number; 0: all. */
  readonly maxBranches: string;
}

export const walkProvenance = (work: Work, request: WalkRequest) =>
  walk(work, request, provenanceOf);

export const walkSubvenance = (work: Work, request: WalkRequest) =>
  walk(work, request, subvenanceOf);

/** Branches without their head and times, which only an inspection returns. */
function walk(
  work: Work,
  { start, maxBranches }: WalkRequest,
  reach: (work: Work, branch: string) => readonly string[],
): object[] {
  const found = new Set(
    start.flatMap(({ name }) => {
      const { repo, name: branch } = required(name, "BranchPicker.Name");
      const key = keyOf(required(repo?.name, "RepoPicker.Name"));
      if (!hasBranch(work, key, branch))
        throw notFound(`branch "${branch}" not found in repo ${key}`);
      return reach(work, branchKey(key, branch));
    }),
  );
  const views = [...found].map((branch) => {
    const at = branch.lastIndexOf("@");
    return {
      ...branchView(work, branch.slice(0, at), branch.slice(at + 1)),
      head: { repo: { name: "", type: "", project: { name: "" } }, id: "", branch: null },
      createdAt: "0001-01-01T00:00:00Z",
      updatedAt: "0001-01-01T00:00:00Z",
    };
  });
  return maxBranches === "0" ? views : views.slice(0, Number(maxBranches));
}
