import { collection } from "../collection.ts";

export interface Account {
  accountId: string;
  name: string;
  email?: string;
  createdAtMs: number;
  status: "ACTIVE";
  rootAccessKeyIds?: string[];
}

export const accounts = collection({
  name: "accounts",
  key: ({ accountId }: Account) => [accountId],
});
