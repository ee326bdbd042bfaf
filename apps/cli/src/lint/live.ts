import { paginateGetAccountAuthorizationDetails, IAMClient } from "@aws-sdk/client-iam";
import type { PolicyDetail } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Connection } from "../connection.ts";
import { CliProblem } from "../problem.ts";
import type { LintSubject } from "./subject.ts";

/**
 * The account's own policies as they stand, over the ordinary IAM API: inline and trust policies, and the default
 * versions of customer managed ones.
 *
 * @param arns only those of these users, groups, roles and policies; all when empty
 */
export async function liveSubjects(
  { endpoint, credentials }: Connection,
  arns: readonly string[],
): Promise<LintSubject[]> {
  const common = { endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  const iam = new IAMClient(common);
  const sts = new STSClient(common);
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    const subjects = await subjectsOf(iam, Account);
    const wanted = subjects.filter(({ owner }) => arns.length === 0 || arns.includes(owner));
    for (const arn of arns)
      if (!wanted.some(({ owner }) => owner === arn))
        throw new CliProblem(
          `${arn} has no policy of its own in this account.`,
          "Name a user, group, role or customer managed policy by the ARN that IAM shows.",
        );
    return wanted.map(({ subject }) => subject);
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: object };
    if (error instanceof CliProblem || $metadata === undefined) throw error;
    throw new CliProblem(
      `${name}: ${message}`,
      "Reading the account's policies needs iam:GetAccountAuthorizationDetails.",
    );
  } finally {
    iam.destroy();
    sts.destroy();
  }
}

interface Owned {
  owner: string;
  subject: LintSubject;
}

async function subjectsOf(client: IAMClient, accountId: string | undefined): Promise<Owned[]> {
  const owned: Owned[] = [];
  const add = (owner = "", what: string, document: string | undefined, kind: LintSubject["kind"]) => {
    if (document === undefined) return;
    const subject = {
      name: what === "" ? owner : `${owner} ${what}`,
      text: decodeURIComponent(document),
      kind,
      ...(accountId !== undefined && { accountId }),
    };
    owned.push({ owner, subject });
  };
  const inline = (owner: string | undefined, policies: readonly PolicyDetail[] | undefined) => {
    for (const { PolicyName = "", PolicyDocument } of policies ?? [])
      add(owner, `inline policy ${PolicyName}`, PolicyDocument, "identity");
  };
  const pages = paginateGetAccountAuthorizationDetails(
    { client },
    { Filter: ["User", "Group", "Role", "LocalManagedPolicy"] },
  );
  for await (const page of pages) {
    for (const { Arn, UserPolicyList } of page.UserDetailList ?? []) inline(Arn, UserPolicyList);
    for (const { Arn, GroupPolicyList } of page.GroupDetailList ?? []) inline(Arn, GroupPolicyList);
    for (const { Arn, AssumeRolePolicyDocument, RolePolicyList } of page.RoleDetailList ?? []) {
      add(Arn, "trust policy", AssumeRolePolicyDocument, "trust");
      inline(Arn, RolePolicyList);
    }
    for (const { Arn, PolicyVersionList } of page.Policies ?? []) {
      const version = PolicyVersionList?.find(({ IsDefaultVersion }) => IsDefaultVersion);
      add(Arn, "", version?.Document, "identity");
    }
  }
  return owned;
}
