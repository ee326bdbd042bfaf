import { callAdmin } from "../connection.ts";
import type { Connection } from "../connection.ts";
import { CliProblem } from "../problem.ts";

interface ListedKeys {
  tokenKeys: { id: string; createdAt: string; retiresAt?: string }[];
  masterKeys: number;
}

/** The token keys, the one in use first, and whether a master key is being replaced. */
export async function keyLines(connection: Connection): Promise<string[]> {
  const { tokenKeys, masterKeys } = (await callAdmin(connection, "GET", "/_rolecall/keys")) as ListedKeys;
  return [
    ...tokenKeys.map(
      ({ id, createdAt, retiresAt }) =>
        `token key ${id}  made ${createdAt}  ${retiresAt === undefined ? "in use" : `opens its tokens until ${retiresAt}`}`,
    ),
    masterKeys > 1
      ? `master key: being replaced, ${masterKeys} are in use until every secret is sealed anew`
      : "master key: one in use",
  ];
}

export interface RotateOptions {
  master?: boolean;
  webIdentity?: string;
}

/** Replaces a key. Says what was done. */
export async function rotateKeys(
  connection: Connection,
  { master, webIdentity }: RotateOptions,
): Promise<string> {
  if (master && webIdentity !== undefined)
    throw new CliProblem("--master and --web-identity are two rotations.", "Run them one after the other.");
  if (master) {
    await callAdmin(connection, "POST", "/_rolecall/keys/rotate", { key: "master" });
    return "A new master key seals from now on; what stands under the old one is sealed anew in the background.";
  }
  if (webIdentity !== undefined) {
    const input = { key: "web-identity", account: webIdentity };
    await callAdmin(connection, "POST", "/_rolecall/keys/rotate", input);
    return `New keys sign the identity tokens of account ${webIdentity}.`;
  }
  const answer = (await callAdmin(connection, "POST", "/_rolecall/keys/rotate", { key: "token" })) as {
    id: string;
  };
  return `Token key ${answer.id} seals new sessions; sessions under older keys live until they expire.`;
}
