import { ADMIN_RPCS } from "./admin/rpcs";
import { AUTH_RPCS } from "./auth/rpcs";
import { PFS_RPCS } from "./pfs/rpcs";
import { PPS_RPCS } from "./pps/rpcs";
import type { Rpc } from "./rpc";
import { TRANSACTION_RPCS } from "./transactions/rpcs";

/** Every method that the sandbox's Pachyderm has, by `package.API/Method`. */
export const METHODS: ReadonlyMap<string, Rpc> = new Map(
  [ADMIN_RPCS, AUTH_RPCS, PFS_RPCS, PPS_RPCS, TRANSACTION_RPCS].flatMap(Object.entries),
);
