import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { firstAccountSetting } from "@rolecall/admin";
import { newAccessKey, sealSecret, Secret } from "@rolecall/credentials";
import type { MasterKey, NewAccessKey } from "@rolecall/credentials";
import type { Random } from "@rolecall/identifiers";
import type { ReadTx, Store } from "@rolecall/store-contract";
import { importSetting } from "@rolecall/transfer";
import { SettingsProblem } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** Access key ids that come from outside: AWS's own alphabet and bounds, and short ones such as `test`. */
const accessKeyIdPattern = /^\w{3,128}$/;

function rootKey(settings: Settings, random: Random): NewAccessKey {
  const { rootAccessKeyId, rootSecretAccessKey } = settings;
  if (rootAccessKeyId === undefined || rootSecretAccessKey === undefined)
    return newAccessKey(settings.accountId, random);
  if (!accessKeyIdPattern.test(rootAccessKeyId))
    throw new SettingsProblem(
      "ROLECALL_ROOT_ACCESS_KEY_ID must have 3 to 128 letters, digits or underscores.",
      "For example: AKIAIOSFODNN7EXAMPLE",
    );
  if (rootSecretAccessKey.length < 1 || rootSecretAccessKey.length > 128)
    throw new SettingsProblem(
      "ROLECALL_ROOT_SECRET_ACCESS_KEY must have 1 to 128 characters.",
      "Choose another.",
    );
  return { accessKeyId: rootAccessKeyId, secretAccessKey: new Secret(rootSecretAccessKey) };
}

/**
 * Creates the first account and its root key, once: later starts change nothing, whatever the environment
 * says.
 *
 * @param keep  tells the key to its owner, and gives what takes that back. It is called before there is an account: a
 * start that fails or is killed in between must not leave one whose only key nobody has.
 */
export async function ensureFirstAccount(
  store: Store,
  settings: Settings,
  masterKey: MasterKey,
  random: Random,
  nowMs: number,
  keep: (key: NewAccessKey) => () => void,
): Promise<{ accountId: string; isNew: boolean }> {
  const known = await store.read(firstAccountIn);
  if (known !== undefined) return { accountId: known, isNew: false };
  const key = rootKey(settings, random);
  const takeBack = keep(key);
  const first = await store.write(async (tx) => {
    const other = await firstAccountIn(tx);
    if (other !== undefined) return { accountId: other, isNew: false };
    const { accountId } = settings;
    await tx.accounts.insert({ accountId, name: "first", createdAtMs: nowMs, status: "ACTIVE" });
    await tx.accessKeys.insert({
      accessKeyId: key.accessKeyId,
      accountId,
      owner: { kind: "root" },
      status: "Active",
      createdAtMs: nowMs,
      sealedSecret: sealSecret(masterKey, key.accessKeyId, key.secretAccessKey, random),
    });
    await tx.settings.put({ name: firstAccountSetting, value: accountId });
    return { accountId, isNew: true };
  });
  // Another node was first.
  if (!first.isNew) takeBack();
  return first;
}

async function firstAccountIn(tx: ReadTx): Promise<string | undefined> {
  if (await tx.settings.get(importSetting))
    throw new SettingsProblem(
      "An import into this installation has not ended.",
      "Wait for it; if it was cut short, remove the store and import again.",
    );
  const known = await tx.settings.get(firstAccountSetting);
  return typeof known?.value === "string" ? known.value : undefined;
}

/**
 * Writes one profile into an AWS shared-credentials file (0600), which it makes where there is none, keeping everything
 * else that stands there.
 * @returns puts back what the profile was before
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export function writeProfile(
  path: string,
  profile: string,
  key: { accessKeyId: string; secretAccessKey: string },
): () => void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const section = [
    `[${profile}]`,
    `aws_access_key_id = ${key.accessKeyId}`,
    `aws_secret_access_key = ${key.secretAccessKey}`,
  ].join("\n");
  const before = setSection(path, profile, section);
  return () => void setSection(path, profile, before);
}

/** @returns the section that stood there */
function setSection(path: string, profile: string, section: string | undefined): string | undefined {
  const all = existsSync(path) ? readFileSync(path, "utf8").split(/^(?=\[)/m) : [];
  const isIt = (one: string): boolean => one.startsWith(`[${profile}]`);
  const sections = [...all.filter((one) => !isIt(one)), section ?? ""]
    .map((one) => one.trimEnd())
    .filter(Boolean);
  if (sections.length > 0) replaceFile(path, `${sections.join("\n\n")}\n`);
  else rmSync(path, { force: true });
  return all.find(isIt);
}

/** Written beside and moved, so that a crash leaves the old file or the new one, never a part. */
function replaceFile(path: string, text: string): void {
  const beside = `${path}.new`;
  writeFileSync(beside, text, { mode: 0o600, flush: true });
  renameSync(beside, path);
}

export const credentialsPath = (data: string): string => join(data, "credentials");
