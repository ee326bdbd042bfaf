import { resourceTagContext } from "@rolecall/access";
import type { ContextEntries } from "@rolecall/access";
import { instanceProfileArn } from "@rolecall/identifiers";
import { NoSuchEntity } from "@rolecall/model";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import type { InstanceProfile, ReadTx, WriteTx } from "@rolecall/store-contract";
import { factsOf } from "../checks.ts";

/** @throws NoSuchEntity */
export async function findProfile(tx: ReadTx, accountId: string, name: string): Promise<InstanceProfile> {
  const profile = await tx.instanceProfiles.get(accountId, name);
  if (!profile) throw NoSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

/** Changes one instance profile in one transaction. */
export async function changeProfile(
  name: string,
  { store, accountId }: OperationContext,
  edit: (profile: InstanceProfile, tx: WriteTx) => Promise<void> | void,
): Promise<void> {
  await store.write(async (tx) => {
    const profile = await findProfile(tx, accountId, name);
    await edit(profile, tx);
    await tx.instanceProfiles.put(profile);
  });
}

export function profileCheck(
  name: string,
  context: OperationContext,
  entries: ContextEntries = {},
): Promise<CheckFacts> {
  const { accountId } = context;
  return factsOf(
    context,
    (tx) => tx.instanceProfiles.get(accountId, name),
    (profile) => ({
      resource: instanceProfileArn(accountId, profile?.path ?? "/", profile?.name ?? name),
      shownAs: `instance profile ${name}`,
      context: { ...resourceTagContext(profile?.tags, ["aws"]), ...entries },
    }),
  );
}
