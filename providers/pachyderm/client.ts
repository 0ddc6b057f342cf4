/** What tools need to talk to Pachyderm outside of Pulumi. */
export { parseAddress } from "./plugin/api/address";
export { Client } from "./plugin/api/client";
export { toRequestJson } from "./spec/request";
