import type { OperationContext } from "@rolecall/pipeline";
import type { LastAccess, ReadTx, ReportedAccess, ReportedService } from "@rolecall/store-contract";
import { reachOf } from "./reach.ts";
import { membersOf, policiesOf } from "./subject.ts";
import type { Member, Subject } from "./subject.ts";

/** Services that a user or role can have accessed: as many as there are. */
const maxServices = 1000;

/** Each service that the subject's policies could allow, with what its members last did there. */
export async function serviceReport(
  tx: ReadTx,
  subject: Subject,
  byAction: boolean,
  context: OperationContext,
): Promise<ReportedService[]> {
  const { catalog } = context.access;
  const held = await policiesOf(tx, subject, context);
  const reach = reachOf(
    held.map(({ policy }) => policy),
    catalog,
  );
  const accesses = await accessesOf(tx, await membersOf(tx, subject, context.accountId), context.accountId);
  return reach.services().map((service): ReportedService => {
    const found = accesses.get(service);
    return {
      service,
      ...(found && { last: found.last }),
      accessedBy: found?.count ?? 0,
      ...(byAction && { actions: actionsOf(service) }),
    };
  });

  function actionsOf(prefix: string): NonNullable<ReportedService["actions"]> {
    const service = catalog.service(prefix);
    const names = service ? reach.actions(service) : [];
    const allowed = new Set(names);
    const accessed = Object.entries(accesses.get(prefix)?.actions ?? {}).filter(([name]) =>
      allowed.has(name),
    );
    return {
      allowed: names.length === service?.actions.length ? "all" : names,
      accessed: Object.fromEntries(accessed),
    };
  }
}

interface Accesses {
  last: ReportedAccess;
  count: number;
  actions: Record<string, ReportedAccess>;
}

/** By service. */
async function accessesOf(
  tx: ReadTx,
  members: readonly Member[],
  accountId: string,
): Promise<Map<string, Accesses>> {
  const services = new Map<string, Accesses>();
  for (const { id, arn } of members) {
    for (const access of await tx.serviceAccesses.list([accountId, id], { limit: maxServices })) {
      const known = services.get(access.service);
      const actions = { ...known?.actions };
      for (const [name, last] of Object.entries(access.actions))
        actions[name] = later(actions[name], last, arn);
      services.set(access.service, {
        last: later(known?.last, access, arn),
        count: (known?.count ?? 0) + 1,
        actions,
      });
    }
  }
  return services;
}

const later = (
  known: ReportedAccess | undefined,
  { atMs, region }: LastAccess,
  by: string,
): ReportedAccess => (known !== undefined && known.atMs >= atMs ? known : { atMs, region, by });
