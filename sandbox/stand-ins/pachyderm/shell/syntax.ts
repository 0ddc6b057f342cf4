/** The syntax tree of a script. */
export interface Word {
  readonly parts: readonly WordPart[];
}

export type WordPart =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  | { readonly kind: "variable"; readonly name: string; readonly quoted: boolean }
  | { readonly kind: "output"; readonly of: Script; readonly quoted: boolean };

export interface Redirect {
  /** 1: standard output, 2: standard error. */
  readonly from: 1 | 2;
  readonly append: boolean;
  /** A file, or the other stream. */
  readonly to: Word | 1 | 2;
}

export type Command = { readonly redirects: readonly Redirect[] } & (
  | { readonly kind: "simple"; readonly words: readonly Word[] }
  | {
      readonly kind: "for";
      readonly name: string;
      readonly words: readonly Word[];
      readonly body: Script;
    }
  | {
      readonly kind: "case";
      readonly word: Word;
      readonly arms: readonly { readonly patterns: readonly Word[]; readonly body: Script }[];
    }
  | { readonly kind: "if"; readonly arms: readonly IfArm[]; readonly otherwise: Script }
  | { readonly kind: "group"; readonly body: Script }
);

export interface IfArm {
  readonly condition: Script;
  readonly body: Script;
}

/** Commands between `|`. */
export type Pipe = readonly Command[];

/** Pipes between `&&` and `||`; the operator of the first one is ignored. */
export type AndOr = readonly { readonly operator: "&&" | "||"; readonly pipe: Pipe }[];

export type Script = readonly AndOr[];

/** The script uses something that this shell does not support. */
export class NotUnderstood extends Error {}
