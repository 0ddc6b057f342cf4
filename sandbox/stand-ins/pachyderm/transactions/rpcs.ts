import { type Rpc, rpc } from "../rpc";
import { message } from "../spec/messages";
import {
  deleteTransaction,
  finishTransaction,
  inspectTransaction,
  listTransactions,
  startTransaction,
  type TransactionName,
} from "./transactions";

const Empty = message({});
const NamedTransaction = message({ transaction: message({ id: "string" }) });

export const TRANSACTION_RPCS: Readonly<Record<string, Rpc>> = {
  "transaction_v2.API/StartTransaction": rpc(Empty, (_, call) => call.change(startTransaction)),
  "transaction_v2.API/InspectTransaction": rpc<TransactionName>(NamedTransaction, (request, call) =>
    call.view((work) => inspectTransaction(work, request)),
  ),
  "transaction_v2.API/ListTransaction": rpc(Empty, (_, call) => ({
    transactionInfo: call.view(listTransactions),
  })),
  "transaction_v2.API/DeleteTransaction": rpc<TransactionName>(NamedTransaction, (request, call) =>
    call.change((work) => deleteTransaction(work, request)),
  ),
  "transaction_v2.API/FinishTransaction": rpc<TransactionName>(NamedTransaction, (request, call) =>
    call.change((work) => finishTransaction(work, request)),
  ),
};
