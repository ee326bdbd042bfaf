import type { AuditEvent, AuditSink } from "@rolecall/audit";
import { isAccountId } from "@rolecall/identifiers";
import { ValidationError } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import type { Operation } from "@rolecall/pipeline";
import { adminCheck } from "./admin-check.ts";
import { jsonAnswer } from "./rest-json.ts";

const maxEvents = 1000;

/** The newest audit events of one account, newest first. `GET /_rolecall/events/ACCOUNT` */
export const listEvents = (audit: AuditSink): Operation =>
  anyOperation<{ accountId: string }, { events: AuditEvent[] }>({
    name: "ListEvents",
    readOnly: true,
    allowsUnsigned: false,
    decode({ request }) {
      const accountId = request.path.slice(request.path.lastIndexOf("/") + 1);
      // Events of callers without a signature are kept under `anonymous`.
      if (!isAccountId(accountId) && accountId !== "anonymous")
        throw ValidationError("This is no account id.");
      return { accountId };
    },
    authorization: ({ accountId }, context) => adminCheck(context, "ListEvents", `events/${accountId}`),
    handle: async ({ accountId }) => ({ events: await audit.recent(accountId, maxEvents) }),
    encode: (output) => jsonAnswer(200, output),
    describe: (input) => ({ requestParameters: input ? { accountId: input.accountId } : null }),
  });
