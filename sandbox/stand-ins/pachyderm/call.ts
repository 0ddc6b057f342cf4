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
  /** Who calls: `pach:root`, `robot:NAME`; empty while auth is off. */
  readonly subject: string;
  /** The id of every commit and job that this work makes: the transaction's, if it is in one. */
  readonly commitSet: string;
}

/** One call of a client, its request read and with all fields present. */
export interface Call {
  readonly request: JsonObject;
  readonly settings: Settings;
  readonly subject: string;
  /** The token that came with it, if any. */
  readonly token: string | undefined;
  /** The value of the header `pach-transaction`, if any. */
  readonly transaction: string | undefined;
  /** Runs `action` on the present state; changes that it makes are thrown away. */
  view<T>(action: (work: Work) => T): T;
  /** Runs `action` and applies what it changed, unless it throws. */
  change<T>(action: (work: Work) => T): T;
}
