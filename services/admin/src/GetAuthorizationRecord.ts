import { awsError } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import { adminCheck } from "./admin-check.ts";
import { jsonAnswer } from "./rest-json.ts";

/**
 * The whole record of one refused request: every check, every policy layer, what matched and what nearly did.
 * `GET /_rolecall/authorizations/ID`
 */
export const GetAuthorizationRecord = anyOperation<{ id: string }, unknown>({
  name: "GetAuthorizationRecord",
  readOnly: true,
  allowsUnsigned: false,
  decode: ({ request }) => ({ id: request.path.slice(request.path.lastIndexOf("/") + 1) }),
  authorization: ({ id }, context) => adminCheck(context, "GetAuthorizationRecord", `authorization/${id}`),
  async handle({ id }, { store, nowMs }) {
    const found = await store.read((tx) => tx.decisions.get(id));
    if (!found || found.expiresAtMs <= nowMs)
      throw awsError(
        "ResourceNotFoundException",
        404,
        "There is no such authorization id, or it is older than 24 hours.",
      );
    return found.record;
  },
  encode: (output) => jsonAnswer(200, output),
  describe: (input) => ({ requestParameters: input ? { authorizationId: input.id } : null }),
});
