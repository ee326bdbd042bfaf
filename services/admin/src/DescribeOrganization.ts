import { anyOperation } from "@rolecall/pipeline";
import { adminCheck } from "./admin-check.ts";
import { installationOrganization, noOrganization, told } from "./organization-record.ts";
import type { ToldOrganization } from "./organization-record.ts";
import { jsonAnswer } from "./rest-json.ts";

/** The installation's organization. `GET /_rolecall/organization` */
export const DescribeOrganization = anyOperation<object, { organization: ToldOrganization }>({
  name: "DescribeOrganization",
  readOnly: true,
  allowsUnsigned: false,
  decode: () => ({}),
  authorization: (_input, context) => adminCheck(context, "DescribeOrganization", "organization"),
  async handle(_input, { store }) {
    const organization = await store.read(installationOrganization);
    if (!organization) throw noOrganization();
    return { organization: told(organization) };
  },
  encode: (output) => jsonAnswer(200, output),
  describe: () => ({}),
});
