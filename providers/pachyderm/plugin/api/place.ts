/** A reference to a repo or pipeline: names are unique within a project. */
export interface Place {
  readonly project: string;
  readonly name: string;
}
