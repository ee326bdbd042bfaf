import { rootArn } from "@rolecall/identifiers";
import { anyOperation } from "@rolecall/pipeline";
import { adminCheck } from "./admin-check.ts";
import { jsonAnswer } from "./rest-json.ts";

interface ListedAccount {
  id: string;
  name: string;
  arn: string;
  status: string;
  createdAt: string;
}

const pageSize = 1000;

/** Every account of the installation, by id. `GET /_rolecall/accounts` */
export const ListAccounts = anyOperation<object, { accounts: ListedAccount[] }>({
  name: "ListAccounts",
  readOnly: true,
  allowsUnsigned: false,
  decode: () => ({}),
  authorization: (_input, context) => adminCheck(context, "ListAccounts", "account/*"),
  async handle(_input, { store }) {
    const accounts: ListedAccount[] = [];
    let after: string[] | undefined;
    for (;;) {
      const page = await store.read((tx) =>
        tx.accounts.list([], { limit: pageSize, ...(after && { after }) }),
      );
      for (const { accountId, name, status, createdAtMs } of page)
        accounts.push({
          id: accountId,
          name,
          arn: rootArn(accountId),
          status,
          createdAt: new Date(createdAtMs).toISOString(),
        });
      const last = page.at(-1);
      if (page.length < pageSize || !last) return { accounts };
      after = [last.accountId];
    }
  },
  encode: (output) => jsonAnswer(200, output),
  describe: () => ({}),
});
