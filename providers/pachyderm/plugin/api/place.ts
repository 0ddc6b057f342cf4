/** The place of a repo or a pipeline: names are unique within a project. */
export interface Place {
  readonly project: string;
  readonly name: string;
}
