import { randomUUID } from "node:crypto";
import type { Settings } from "./settings";
import type { JsonObject } from "./spec/json";
import type { Draft } from "./store/draft";

/** 32 hexadecimal digits, as Pachyderm's ids are. */
export const newId = () => randomUUID().replaceAll("-", "");

/** One unit of work on a scratch copy of the tables. */
export interface Work {
  readonly db: Draft;
  readonly settings: Settings;
  /** Unix time in milliseconds. */
  readonly now: number;
  /** The caller: `pach:root`, `robot:NAME`; empty while auth is off. */
  readonly subject: string;
  /** The id of every commit and job that this work creates: the transaction's, if it is in one. */
  readonly commitSet: string;
}

/** One call of a client, with its parsed request and all fields present. */
export interface Call {
  readonly request: JsonObject;
  readonly settings: Settings;
  readonly subject: string;
  /** The call's token, if any. */
  readonly token: string | undefined;
  /** The value of the header `pach-transaction`, if any. */
  readonly transaction: string | undefined;
  /** Runs `action` on the current state and discards its changes. */
  view<T>(action: (work: Work) => T): T;
  /** Runs `action` and applies its changes, unless it throws. */
  change<T>(action: (work: Work) => T): T;
}
