import type { AuditSink } from "@rolecall/audit";
import { awsError } from "@rolecall/model";
import type { Service } from "@rolecall/pipeline";
import { CreateAccount } from "./CreateAccount.ts";
import { CreateOrganization } from "./CreateOrganization.ts";
import { DelegationNotifications } from "./DelegationNotifications.ts";
import { DescribeOrganization } from "./DescribeOrganization.ts";
import { GetAuthorizationRecord } from "./GetAuthorizationRecord.ts";
import { ListAccounts } from "./ListAccounts.ts";
import { listEvents } from "./ListEvents.ts";
import { issuerRoutes } from "./issuers/operations.ts";
import type { KeyControls } from "./keys/key-controls.ts";
import { keyRoutes } from "./keys/operations.ts";
import { reset } from "./Reset.ts";
import { RegisterDelegatedAdministrator } from "./RegisterDelegatedAdministrator.ts";
import { jsonError, maxBodyBytes } from "./rest-json.ts";
import type { Route } from "./route.ts";
import { sessionRoutes } from "./sessions/operations.ts";
import { Simulate } from "./Simulate.ts";
import { setClock } from "./SetClock.ts";
import type { TestControls } from "./SetClock.ts";

export { firstAccountSetting } from "./admin-check.ts";
export type { KeyControls } from "./keys/key-controls.ts";
export type { TestControls } from "./SetClock.ts";

const routes = (audit: AuditSink, controls: TestControls, keys: KeyControls): readonly Route[] => [
  { method: "POST", path: /^\/_rolecall\/accounts$/, operation: CreateAccount },
  { method: "GET", path: /^\/_rolecall\/accounts$/, operation: ListAccounts },
  { method: "POST", path: /^\/_rolecall\/organization$/, operation: CreateOrganization },
  { method: "GET", path: /^\/_rolecall\/organization$/, operation: DescribeOrganization },
  {
    method: "POST",
    path: /^\/_rolecall\/organization\/delegated-administrators$/,
    operation: RegisterDelegatedAdministrator,
  },
  {
    method: "GET",
    path: /^\/_rolecall\/delegation-requests\/[0-9a-f]{32}\/notifications$/,
    operation: DelegationNotifications,
  },
  { method: "GET", path: /^\/_rolecall\/authorizations\/[0-9a-z]{1,64}$/, operation: GetAuthorizationRecord },
  { method: "GET", path: /^\/_rolecall\/events\/\w{1,20}$/, operation: listEvents(audit) },
  { method: "POST", path: /^\/_rolecall\/simulate$/, operation: Simulate },
  { method: "POST", path: /^\/_rolecall\/clock$/, operation: setClock(controls) },
  { method: "POST", path: /^\/_rolecall\/reset$/, operation: reset(controls) },
  ...keyRoutes(keys),
  ...sessionRoutes(audit),
  ...issuerRoutes,
];

/** The installation's own operations, under `/_rolecall/`, signed for the service `rolecall`. */
export function adminService(
  audit: AuditSink,
  controls: TestControls,
  keys: KeyControls = { masterKeyCount: () => 1, rotateMaster: undefined },
): Service {
  const table = routes(audit, controls, keys);
  return {
    id: "rolecall",
    actionPrefix: "rolecall",
    signing: "json",
    signingNames: ["rolecall"],
    eventSource: "rolecall.amazonaws.com",
    homeRegion: "us-east-1",
    bufferBytes: maxBodyBytes,
    name({ request }) {
      const found = table.find((route) => route.method === request.method && route.path.test(request.path));
      if (!found) throw awsError("UnknownOperationException", 404, "There is no such operation here.");
      return found.operation;
    },
    encodeError: (_exchange, error) => jsonError(error),
  };
}
